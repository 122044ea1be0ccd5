"""`/tact …`: answered in the acknowledgement, so that nothing can go public and nothing is lost in between."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from adapters.slack.answers import ephemeral
from adapters.slack.charter_form import CharterForm
from adapters.slack.desk import Desk, soon
from adapters.slack.incoming import Incoming, short
from adapters.slack.modal import Modal
from adapters.slack.outgoing import render
from adapters.slack.views import Held
from bot.model import Reply
from bot.storage import StoreError

Json = Mapping[str, Any]


class Slash:
    """Answers slash commands."""

    def __init__(self, desk: Desk, modal: Modal, charter: CharterForm) -> None:
        self._desk = desk
        self._modal = modal
        self._charter = charter

    async def typed(self, incoming: Incoming, text: str) -> Json:
        """What the acknowledgement holds; empty where the answer comes by another way."""
        try:
            if not await self._desk.first_time(incoming):
                return {}
        except StoreError:
            return ephemeral(render(self._desk.sorry)[0])
        if not text.strip():
            return await self._form(incoming)
        if held := self._charter.asked_for(text):
            said = await self._charter.open(incoming, held)
            return self._shown(incoming, said) if said else {}
        await self._desk.met(incoming)
        reply = await soon(self._desk.hear(incoming, text), lambda task: self._later(incoming, task))
        return self._shown(incoming, reply) if reply else {}

    async def _form(self, incoming: Incoming) -> Json:
        """Opens the form; where Slack does not let it, says in words what can be done."""
        if await self._modal.open(incoming, Held(incoming.channel)):
            return {}
        reply = await self._desk.hear(incoming, "help")
        return self._shown(incoming, replace(reply, text=f"{self._desk.words.cannot_show}\n\n{reply.text}"))

    def _shown(self, incoming: Incoming, reply: Reply) -> Json:
        """The first message of the reply; what does not fit into it follows."""
        first, *others = self._desk.answers.messages(reply)
        if others:
            self._desk.work.start(self._desk.answers.more(incoming, others))
        if reply.image is not None:
            self._desk.work.start(self._desk.answers.picture(incoming, reply))
        self._desk.seconds.after_url(incoming, reply)
        return ephemeral(first)

    def _later(self, incoming: Incoming, task: asyncio.Future[Reply]) -> None:
        self._desk.work.start(self._answer(replace(incoming, key=short(f"late\0{incoming.key}")), task))

    async def _answer(self, incoming: Incoming, task: asyncio.Future[Reply]) -> None:
        """Answers what took longer; from now on an answer is owed."""
        with suppress(StoreError):  # the answer is on its way all the same
            await self._desk.first_time(incoming, owed=True)
        reply = await task
        await self._desk.answers.here(incoming, reply)
        await self._desk.answered(incoming)
        self._desk.seconds.after_url(incoming, reply)
