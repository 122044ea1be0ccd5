"""The form for a draft: opened by a bare `/tact`, a shortcut or a button, and answered in its own place."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.desk import Desk, soon
from adapters.slack.incoming import Incoming, plain
from adapters.slack.outgoing import Block
from adapters.slack.views import DRAFT, EMPTY, Draft, Held, Views, read_draft, read_held
from bot.model import Delivery, Network, Reply, Tone
from bot.storage import StoreError

Json = Mapping[str, Any]
CHECK_DRAFT = "tact_check_draft"
"""The callback id of the global shortcut."""
CHECK_MESSAGE = "tact_check_message"
"""The callback id of the shortcut on a message."""
REMEMBERED = 1000
"""Open forms of which it is known what they show."""


class Modal:
    """Opens the form and answers in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._views = Views(desk.words, desk.service.judging.wording)
        self._shown: OrderedDict[str, int] = OrderedDict()
        """The draft whose verdict each open form shows, by the form's id."""

    async def open(self, incoming: Incoming, held: Held, draft: Draft = EMPTY, said: str = "") -> bool:
        """Opens the form; whether Slack let it (a trigger lives for three seconds)."""
        return bool(await self._open(incoming, self._views.form(held, draft, said)))

    async def show(self, incoming: Incoming, reply: Reply) -> bool:
        """Opens a modal that only says something."""
        return bool(await self._open(incoming, self._views.note(reply)))

    async def shortcut(self, incoming: Incoming, body: Json) -> None:
        """A shortcut from the composer, or on a message."""
        if not await self._desk.first_time(incoming):
            return
        message = body.get("message")
        if not isinstance(message, Mapping):
            opened = await self.open(incoming, Held())
        elif message.get("user") != incoming.user:
            draft = Draft(network=Network.SLACK, delivery=Delivery.REPLY)
            opened = await self.open(incoming, Held(incoming.channel), draft, self._desk.words.somebody_elses)
        else:
            opened = await self._own(incoming, message)
        if not opened:
            reply = await self._desk.hear(incoming, "help")
            await self._desk.answers.here(incoming, _told(self._desk.words.cannot_show, reply))

    async def sent_off(self, incoming: Incoming, view: Json) -> Json:
        """What takes the form's place: the verdict, or a word at the field that is missing."""
        try:
            if not await self._desk.first_time(incoming):
                return {}
        except StoreError:
            return {"response_action": "errors", "errors": {DRAFT: self._desk.words.try_again}}
        held, draft = read_held(view), read_draft(view)
        if not draft.text.strip():
            return {"response_action": "errors", "errors": {DRAFT: self._desk.words.form.empty}}
        heard = self._desk.hear(replace(incoming, channel=held.channel), draft.command)
        view_id = str(view.get("id") or "")
        reply = await soon(heard, lambda task: self._desk.work.start(self._late(incoming, view_id, held, draft, task)))
        if reply is None:
            return {"response_action": "update", "view": self._views.waiting(held, draft)}
        if reply.tone is Tone.PROBLEM:
            return {"response_action": "errors", "errors": {DRAFT: reply.text[:2000]}}
        self._refine(incoming, view_id, held, draft, reply)
        return {"response_action": "update", "view": self._views.result(held, draft, reply)}

    async def clicked(self, incoming: Incoming, view: Json, command: str) -> None:
        """A button in the modal: its answer takes the verdict's place, and the form stays."""
        held, draft, view_id = read_held(view), read_draft(view), str(view.get("id") or "")
        reply = await self._desk.hear(replace(incoming, channel=held.channel), command)
        await self._update(incoming, view_id, self._views.result(held, draft, reply), reply)
        self._refine(incoming, view_id, held, draft, reply)

    async def _own(self, incoming: Incoming, message: Json) -> bool:
        """The verdict on a message of one's own."""
        text = plain(str(message.get("text") or ""))
        if not text.strip():
            return await self.show(incoming, Reply(self._desk.words.nothing_in_it))
        delivery = Delivery.CHANNEL
        if message.get("thread_ts") not in (None, message.get("ts")):
            delivery = Delivery.REPLY
        elif incoming.channel.startswith("D"):
            delivery = Delivery.DM
        draft, held = Draft(text, Network.SLACK, delivery), Held(incoming.channel)
        reply = await self._desk.hear(incoming, draft.command)
        view_id = await self._open(incoming, self._views.result(held, draft, reply))
        self._refine(incoming, view_id, held, draft, reply)
        return bool(view_id)

    async def _late(
        self, incoming: Incoming, view_id: str, held: Held, draft: Draft, task: asyncio.Future[Reply]
    ) -> None:
        reply = await task
        await self._update(incoming, view_id, self._views.result(held, draft, reply), reply)
        self._refine(incoming, view_id, held, draft, reply)

    def _refine(self, incoming: Incoming, view_id: str, held: Held, draft: Draft, first: Reply) -> None:
        """A second opinion takes the verdict's place, unless the form shows another one by then."""
        if not view_id:
            return
        self._shown[view_id] = first.draft
        self._shown.move_to_end(view_id)
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)

        async def show(second: Reply) -> None:
            if self._shown.get(view_id) == first.draft:
                await self._update(incoming, view_id, self._views.result(held, draft, second), second)

        self._desk.seconds.after(replace(incoming, channel=held.channel), first, show)

    async def _open(self, incoming: Incoming, view: Block) -> str:
        """The id of the view; empty when Slack did not open it."""
        access = await self._desk.workspaces.access(incoming.workspace)
        if access is None or not incoming.trigger:
            return ""
        try:
            opened = await access.client.views_open(trigger_id=incoming.trigger, view=view)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            return ""
        return str((opened.get("view") or {}).get("id") or "unnamed")

    async def _update(self, incoming: Incoming, view_id: str, view: Block, reply: Reply) -> None:
        """Shows it in the open modal; directly where that was closed in the meantime."""
        access = await self._desk.workspaces.access(incoming.workspace)
        try:
            if access:
                await access.client.views_update(view_id=view_id, view=view)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            await self._desk.answers.directly(incoming, reply)


def _told(first: str, reply: Reply) -> Reply:
    return replace(reply, text=f"{first}\n\n{reply.text}")
