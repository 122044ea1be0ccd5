"""Buttons: the value of one is a command, so a click is a command again, answered where it was clicked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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

    def __init__(self, desk: Desk, modal: Modal, home: Home) -> None:
        self._desk = desk
        self._modal = modal
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
                said = self._desk.words.thanks_good if value == "good" else self._desk.words.thanks_bad
                self._desk.work.start(self._desk.answers.here(incoming, Reply(said)))
        elif kind.startswith(ACTION):
            await self._said(incoming, body, value)

    async def _said(self, incoming: Incoming, body: Json, command: str) -> None:
        container = _part(body, "container")
        on = str(container.get("message_ts") or container.get("view_id") or "")
        if not await self._desk.first_click(incoming, on, command):
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
        else:
            reply = await self._desk.hear(incoming, command)
            thread = str(_part(body, "message").get("thread_ts") or "")
            await self._desk.say_directly(incoming, reply, thread if incoming.channel.startswith("D") else "")
        await self._desk.answered(incoming)

    async def _at_home(self, incoming: Incoming, command: str) -> None:
        reply = await self._desk.hear(incoming, command)
        if not await self._modal.show(incoming, reply):
            await self._desk.answers.directly(replace(incoming, channel=""), reply)
        await self._home.publish(incoming)


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
