"""The Home tab, and the welcome that everybody gets once."""

from __future__ import annotations

import logging

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.desk import Desk
from adapters.slack.incoming import Incoming
from adapters.slack.outgoing import SECTION, Block, actions, label, mrkdwn, section, split
from bot.model import Reply

log = logging.getLogger("tact.slack")
OPEN_FORM = "tact:form"
"""The action of a button that opens the form."""
MOST = 100
"""Blocks of the Home tab."""


class Home:
    """Publishes the Home tab."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def publish(self, incoming: Incoming) -> None:
        """Shows a person their own tab as it is now."""
        access = await self._desk.workspaces.access(incoming.workspace)
        if access is None:
            return
        reply = await self._desk.service.coach.home(incoming.person)
        try:
            await access.client.views_publish(user_id=incoming.user, view=self._view(reply))
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("a Home tab could not be shown: %s", type(error).__name__)

    def _view(self, reply: Reply) -> Block:
        check = {
            "type": "button",
            "action_id": OPEN_FORM,
            "style": "primary",
            "text": label(self._desk.words.home.check),
            "value": "form",
        }
        said = [section(piece) for piece in split(mrkdwn(reply.text), SECTION)]
        rest = [{"type": "actions", "elements": [check]}, *actions(reply.buttons)]
        return {"type": "home", "blocks": [*said[: MOST - len(rest)], *rest]}
