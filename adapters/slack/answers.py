"""Brings an answer to one person: where they asked when that is private, else into their direct messages, saying so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.incoming import Incoming
from adapters.slack.outgoing import Message, render
from adapters.slack.picturing import Pictures
from adapters.slack.sender import SlackSender, report_of, wait_of
from adapters.slack.words import SlackWords
from adapters.slack.workspaces import Workspaces
from bot.letters import Outcome, Report
from bot.model import Reply

log = logging.getLogger("tact.slack")
TRIES = 5
"""Attempts where Slack asks to wait; an answer that late is no answer any more."""
UNKNOWNS = 2
"""Attempts of which nobody knows whether they were shown (reliability catalogue, F8)."""
LONGEST_WAIT = 300.0
HOOKS = "hooks.slack.com"


class Answers:
    """Says things to people, privately."""

    def __init__(self, words: SlackWords, workspaces: Workspaces, session: aiohttp.ClientSession, api_url: str) -> None:
        self.sender = SlackSender(workspaces)
        self._pictures = Pictures(words, workspaces)
        self._words = words
        self._workspaces = workspaces
        self._session = session
        self._hosts = {HOOKS, urlsplit(api_url).netloc}

    async def here(self, incoming: Incoming, reply: Reply, *, instead: bool = False) -> None:
        """Says it where it was asked, seen by this person alone; `instead` puts it in the place of the message clicked on."""
        if await self._by_url(incoming, self.messages(reply), instead=instead):
            await self.picture(incoming, reply)
        else:
            await self.directly(incoming, self._elsewhere(reply))

    async def more(self, incoming: Incoming, messages: list[Message]) -> None:
        """Says the rest of an answer whose beginning was shown already."""
        await self._by_url(incoming, messages, instead=False)

    def messages(self, reply: Reply) -> list[Message]:
        """The messages of a reply where no picture can stand; the first says where a picture comes that was asked for."""
        if reply.image is None or not reply.image.asked_for:
            return render(reply)
        return render(replace(reply, text=f"{reply.text}\n\n{self._words.picture_comes}"))

    async def picture(self, incoming: Incoming, reply: Reply) -> None:
        """Brings the picture that was asked for into the direct messages; where that cannot be, says so there instead."""
        if reply.image is None or not reply.image.asked_for:
            return
        problem = await self._pictures.send(incoming.address, reply.image)
        if problem and not await self._by_url(incoming, render(Reply(problem)), instead=False):
            await self.directly(incoming, Reply(problem))

    async def in_channel(self, incoming: Incoming, reply: Reply) -> None:
        """Says it in a channel to this person alone; directly where Slack refuses."""
        access = await self._workspaces.access(incoming.workspace)
        try:
            for message in self.messages(reply) if access else ():
                await access.client.chat_postEphemeral(  # type: ignore[union-attr]  # there are none without access
                    channel=incoming.channel,
                    user=incoming.user,
                    text=message.text,
                    blocks=message.blocks,
                    thread_ts=incoming.thread or None,
                )
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            if report_of(error).outcome is Outcome.UNKNOWN:
                return  # it may have been shown; saying it twice is worse than not at all
            await self.directly(replace(incoming, channel=""), self._elsewhere(reply))
        else:
            await self.picture(replace(incoming, channel=""), reply)

    async def directly(
        self, incoming: Incoming, reply: Reply, thread: str = "", more: tuple[Mapping[str, Any], ...] = ()
    ) -> Report:
        """Says it in the direct messages, as patiently as Slack asks."""
        unknowns = 0
        report = Report(Outcome.LATER)
        for _ in range(TRIES):
            report = await self.sender.post(incoming.address, reply, thread, more)
            unknowns += report.outcome is Outcome.UNKNOWN
            if report.outcome not in (Outcome.LATER, Outcome.UNKNOWN) or unknowns >= UNKNOWNS:
                break
            if report.wait > LONGEST_WAIT:
                break
            await asyncio.sleep(report.wait)
        if report.outcome is not Outcome.DELIVERED:
            log.warning("an answer could not be shown: %s", report.why or report.outcome.value)
        elif reply.image is not None:
            there = replace(incoming.address, channel=report.channel)
            problem = await self._pictures.send(there, reply.image, thread)
            if problem and reply.image.asked_for:
                await self.sender.post(there, Reply(problem), thread)
        return report

    async def _by_url(self, incoming: Incoming, messages: list[Message], *, instead: bool) -> bool:
        """Answers through the address that came with the request; whether it was taken."""
        for number, message in enumerate(messages):
            body = ephemeral(message) | {"replace_original": instead and number == 0}
            if not await self._post(incoming.response_url, body) and number == 0:
                return False
        return True

    async def _post(self, url: str, body: Mapping[str, Any]) -> bool:
        if urlsplit(url).netloc not in self._hosts:
            return False
        for _ in range(2):
            try:
                async with self._session.post(url, json=body, allow_redirects=False) as response:
                    if response.status != 429:
                        return response.status == 200
                    await asyncio.sleep(min(wait_of(response.headers), LONGEST_WAIT))
            except aiohttp.ClientConnectorError:
                return False
            except (aiohttp.ClientError, TimeoutError, OSError):
                return True  # it may have been shown; not a second time
        return False

    def _elsewhere(self, reply: Reply) -> Reply:
        return replace(reply, text=f"{self._words.elsewhere}\n\n{reply.text}")


def ephemeral(message: Message) -> dict[str, Any]:
    """A message as the body of an answer that only one person sees."""
    return {
        "response_type": "ephemeral",
        "text": message.text,
        "blocks": message.blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }
