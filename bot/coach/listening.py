"""What Tact notices in channels where an admin switched coaching on: own gives and asks, kind and date, never the text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import reading
from bot.ledger import entries_in
from bot.model import Button, Entry, EntryKind, Person, Reply, Room
from bot.reading.masks import LIMIT
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store

SURE = 0.8
"""How likely a give or an ask must be before it is written down unasked: quiet when unsure."""
_FIRST = "listening"


class Listening:
    """Notices a person's own messages and reactions, unless they do not want it."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def seen(self, person: Person, text: str, room: Room, event: str) -> Reply | None:  # noqa: ARG002
        """Writes down what a message gives and asks for, once per event; the first time it says so, once per person."""
        read = reading.read(text[:LIMIT])
        if "foreign" in read.signs or "empty" in read.signs:
            return None
        return await self._note(person, entries_in(read.intents, self._now(), SURE), event)

    async def reacted(self, person: Person, emoji: str, event: str) -> Reply | None:  # noqa: ARG002
        """Writes down praise or thanks given by a reaction, at most one of each a day: a click is a small give."""
        what = self._wording.reactions.get(emoji.strip(":").casefold())
        if what is None:
            return None
        now = self._now()
        return await self._note(person, (Entry(EntryKind.GAVE, what, now),), f"reaction/{now.date()}/{what}")

    async def _note(self, person: Person, entries: tuple[Entry, ...], event: str) -> Reply | None:
        if not entries:
            return None
        async with self._store.together():
            if await self._store.mutes.opted_out(person):
                return None
            kept = await self._store.ledger.record(person, *entries, event=event)
            if not kept:
                return None
            if _FIRST in await self._store.remarks.of(person):
                return None
            await self._store.remarks.said(person, _FIRST, at=self._now())
        words = self._wording.listening
        return Reply(render("listening"), buttons=(Button(words["off"], "quiet listening off"),))
