"""The form for a charter: opened with the words as they are, shown as they would be read, and kept when sent off once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError

from adapters.slack.desk import Desk
from adapters.slack.incoming import Incoming, short
from adapters.slack.outgoing import SECTION, Block, label, mrkdwn, section, split
from adapters.slack.views import INPUT, MOST
from bot.charter_commands import EditCharter
from bot.commands import BadCommand
from bot.model import Reply, Tone
from bot.storage import StoreError

Json = Mapping[str, Any]
CALLBACK = "tact:charter"
FIELD = "charter"


class Held(msgspec.Struct, frozen=True):
    """What the form remembers: for which place it is, and a code of the words that were shown as they are read."""

    channel: str = ""
    everywhere: bool = False
    shown: str = ""

    @property
    def where(self) -> str:
        """The place, as commands name it."""
        return "everywhere" if self.everywhere else "here"


class CharterForm:
    """Opens the form, and answers in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words.charter

    def asked_for(self, text: str) -> Held | None:
        """What a command to edit the charter asks for; None for another command."""
        command = self._desk.service.coach.read(text)
        return Held(everywhere=command.everywhere) if isinstance(command, EditCharter) else None

    async def open(self, incoming: Incoming, held: Held) -> Reply | None:
        """Opens the form; None when it is open, else what is said in its place."""
        try:
            room = await self._desk.room(incoming, "charter edit")
            words = await self._desk.service.coach.charter_words(incoming.person, room, everywhere=held.everywhere)
        except BadCommand as problem:
            return Reply(str(problem), tone=Tone.PROBLEM)
        except StoreError:
            return self._desk.sorry
        access = await self._desk.workspaces.access(incoming.workspace)
        view = self._view(replace_channel(held, incoming.channel), words, (), self._words.preview)
        try:
            if access and incoming.trigger and len(words) <= INPUT:
                await access.client.views_open(trigger_id=incoming.trigger, view=view)
                return None
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            pass
        return await self._desk.hear(incoming, f"charter edit {held.where}")

    async def sent_off(self, incoming: Incoming, view: Json) -> Json:
        """The words as they would be read; or that they are kept, where these very words were shown before."""
        try:
            if not await self._desk.first_time(incoming):
                return {}
        except StoreError:
            return _error(self._desk.words.try_again)
        held, text = _held(view), _text(view)
        there = replace(incoming, channel=held.channel)
        keeps = bool(text.strip()) and held.shown == short(text)
        word = "charter" if keeps else "charter preview"
        reply = await self._desk.hear(there, f"{word} {held.where}: {text}")
        if reply.tone is Tone.PROBLEM:
            return _error(reply.text[:2000])
        if keeps:
            return {"response_action": "update", "view": self._note(reply)}
        after = msgspec.structs.replace(held, shown=short(text))
        return {"response_action": "update", "view": self._view(after, text, _said(reply), self._words.keep)}

    def _view(self, held: Held, text: str, above: tuple[Block, ...], submit: str) -> Block:
        element: Block = {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "max_length": INPUT}
        if text:
            element["initial_value"] = text
        field = {
            "type": "input",
            "block_id": FIELD,
            "label": label(self._words.everywhere if held.everywhere else self._words.here, 2000),
            "hint": label(self._words.hint, 2000),
            "element": element,
        }
        return self._modal([*above[: MOST - 1], field], held) | {"submit": label(submit, 24)}

    def _note(self, reply: Reply) -> Block:
        return self._modal(list(_said(reply))[:MOST], Held())

    def _modal(self, blocks: list[Block], held: Held) -> Block:
        return {
            "type": "modal",
            "callback_id": CALLBACK,
            "title": label(self._words.title, 24),
            "close": label(self._words.close, 24),
            "private_metadata": msgspec.json.encode(held).decode(),
            "blocks": blocks,
        }


def replace_channel(held: Held, channel: str) -> Held:
    """The same, for a channel."""
    return msgspec.structs.replace(held, channel=channel)


def _said(reply: Reply) -> tuple[Block, ...]:
    return tuple(section(piece) for piece in split(mrkdwn(reply.text), SECTION))


def _error(text: str) -> Json:
    return {"response_action": "errors", "errors": {FIELD: text}}


def _held(view: Json) -> Held:
    try:
        return msgspec.json.decode(str(view.get("private_metadata") or "{}"), type=Held)
    except msgspec.DecodeError:
        return Held()


def _text(view: Json) -> str:
    found: Any = view
    for name in ("state", "values", FIELD, FIELD, "value"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""
