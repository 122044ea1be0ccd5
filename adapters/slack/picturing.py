"""Puts a picture into somebody's direct messages with the app: Slack shows no picture to one person elsewhere."""

from __future__ import annotations

import logging

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.pictures import drawn
from adapters.slack.sender import open_direct, report_of
from adapters.slack.words import SlackWords
from adapters.slack.workspaces import Workspaces
from bot.letters import Address
from bot.model import Image

log = logging.getLogger("tact.slack")
NOT_ALLOWED = "missing_scope"


class Pictures:
    """Sends pictures, once each."""

    def __init__(self, words: SlackWords, workspaces: Workspaces) -> None:
        self._words = words
        self._workspaces = workspaces

    async def send(self, address: Address, image: Image, thread: str = "") -> str:
        """Sends a picture, with its description; a sentence that says why there is none, empty where it was sent."""
        access = await self._workspaces.access(address.workspace)
        picture = await drawn(image)
        if access is None or not picture:
            return self._words.picture_failed
        try:
            await access.client.files_upload_v2(
                file=picture,
                filename=f"{image.name}.png",
                title=image.name,
                alt_txt=image.alt,
                channel=address.channel or await open_direct(access.client, address),
                thread_ts=thread or None,
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            why = report_of(error).why
            log.info("a picture could not be sent: %s", why)
            refused = isinstance(error, SlackApiError) and why == NOT_ALLOWED
            return self._words.picture_not_allowed if refused else self._words.picture_failed
        return ""
