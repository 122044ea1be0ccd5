"""Buttons: the value of one is a command, so a click is a command again, answered where it was clicked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack.charter_form import CharterForm
from adapters.slack.conversation import FEEDBACK
from adapters.slack.desk import Desk
from adapters.slack.home import OPEN_FORM, Home
from adapters.slack.incoming import Incoming
from adapters.slack.modal import Modal
from adapters.slack.outgoing import ACTION
from adapters.slack.views import Held
from bot.model import Reply

log = logging.getLogger("tact.slack")
Json = Mapping[str, Any]


class Clicks:
    """Answers buttons."""

    def __init__(self, desk: Desk, modal: Modal, charter: CharterForm, home: Home) -> None:
        self._desk = desk
        self._modal = modal
        self._charter = charter
        self._home = home

    async def clicked(self, incoming: Incoming, body: Json) -> None:
        """A click; one that is no button of ours (a field was chosen) is acknowledged and that is all."""
        action = body["actions"][0]
        kind, value = str(action.get("action_id") or ""), str(action.get("value") or "")
        if kind == OPEN_FORM:
            if await self._desk.first_time(incoming) and not await self._modal.open(incoming, Held(incoming.channel)):
                await self._desk.answers.directly(incoming, await self._desk.hear(incoming, "help"))
        elif kind == FEEDBACK:
            if await self._desk.first_time(incoming):
                log.info("an answer was found %s", "helpful" if value == "good" else "not helpful")
                self._desk.work.start(self._feedback(incoming, value))
        elif kind.startswith(ACTION):
            await self._said(incoming, body, value)

    async def _feedback(self, incoming: Incoming, value: str) -> None:
        """Thanks; and where an answer did not help, the question why."""
        if value == "good":
            await self._desk.answers.here(incoming, Reply(self._desk.words.thanks_good))
            return
        reply = await self._desk.hear(incoming, "dismiss")
        said = f"{self._desk.words.thanks_bad}\n\n{reply.text}"
        await self._desk.answers.here(incoming, replace(reply, text=said))

    async def _said(self, incoming: Incoming, body: Json, command: str) -> None:
        container = _part(body, "container")
        on = str(container.get("message_ts") or container.get("view_id") or "")
        if not await self._desk.first_click(incoming, on, command):
            return
        if (held := self._charter.asked_for(command)) and incoming.trigger:
            said = await self._charter.open(incoming, held) if await self._desk.first_time(incoming) else None
            if said:
                self._desk.work.start(self._desk.answers.here(incoming, said))
            return
        if not await self._desk.first_time(incoming, owed=True):
            return
        self._desk.work.start(self._answer(incoming, body, command))

    async def _answer(self, incoming: Incoming, body: Json, command: str) -> None:
        view, container = _part(body, "view"), _part(body, "container")
        if view.get("type") == "modal":
            await self._modal.clicked(incoming, view, command)
        elif view.get("type") == "home":
            await self._at_home(incoming, command)
        elif container.get("is_ephemeral"):
            reply = await self._desk.hear(incoming, command)
            await self._desk.answers.here(incoming, reply, instead=True)
            self._desk.seconds.after_url(incoming, reply)
        elif incoming.channel.startswith("D"):
            reply = await self._desk.hear(incoming, command)
            await self._desk.say_directly(incoming, reply, str(_part(body, "message").get("thread_ts") or ""))
        else:  # a message that all see stays; its answer is for who clicked
            await self._desk.answers.here(incoming, await self._desk.hear(incoming, command))
        await self._desk.answered(incoming)

    async def _at_home(self, incoming: Incoming, command: str) -> None:
        reply = await self._desk.hear(incoming, command)
        if not await self._modal.show(incoming, reply):
            await self._desk.answers.directly(replace(incoming, channel=""), reply)
        await self._home.publish(incoming)


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
