"""Letters nobody asked for: when the attention budget and the quiet hours let one come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.attention import REMEMBERED, Kind, Push, good_until, notice, notice_at, notice_until, when_allowed
from bot.letters import LetterKind
from bot.model import Person, Reply
from bot.render import render
from bot.reviewing import UNKNOWN
from bot.schedule import Schedule

if TYPE_CHECKING:
    from bot.storage import Store

LOOKED_BACK = timedelta(days=90)
"""How far back pushes are looked at; the budget wants the latest of them."""


class Pushing:
    """Puts letters into the outbox at a time at which they are welcome."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def schedule(self, person: Person) -> Schedule:
        """When a person may be reached: as they said, else outside the usual quiet hours in UTC, and without tips."""
        kept = await self._store.schedules.of(person)
        return kept.schedule if kept else UNKNOWN

    async def pushes(self, person: Person) -> tuple[Push, ...]:
        """What was pushed to a person, or is on its way."""
        pushed = await self._store.pushes.of(person, self._now() - LOOKED_BACK)
        return tuple(one.push for one in pushed if one.counts)[-REMEMBERED:]

    async def reaches(self, person: Person) -> bool:
        """Whether it is known where a person is reached: who has never written to Tact is not written to."""
        return await self._store.addresses.of(person) is not None

    async def put(
        self,
        person: Person,
        kind: LetterKind,
        reply: Reply,
        cause: str,
        after: timedelta,
        *,
        by: timedelta | None = None,
    ) -> datetime | None:
        """Puts a letter that comes as soon after a time as is welcome; the time it is due.

        None, and no letter, when that is later than `by`, never, or when it is not known where the person is reached.
        """
        now = self._now()
        if not await self.reaches(person):
            return None
        schedule, pushes = await self.schedule(person), await self.pushes(person)
        due = when_allowed(Kind(kind.value), pushes, now + after, schedule)
        if due is None or (by is not None and due > now + by):
            return None
        if kind is LetterKind.NUDGE and (said := notice(pushes, due, schedule)):  # of one in a week nobody knows yet
            reply = replace(reply, text=f"{reply.text}\n\n{render('slower', notice=said)}")
        until = good_until(due, schedule)  # however late it gets, never into the quiet hours
        put = await self._store.outbox.put(person, kind, reply, due, cause=cause, at=now, good_until=until)
        return due if put else None

    async def notify(self, person: Person, reply: Reply, cause: str) -> None:
        """Puts a notice of what the person has just done: at once, but not into the quiet hours they set."""
        now, kept = self._now(), await self._store.schedules.of(person)
        due = notice_at(now, kept.schedule) if kept else now
        until = notice_until(due, kept.schedule) if kept else None
        await self._store.outbox.put(person, LetterKind.NOTICE, reply, due, cause=cause, at=now, good_until=until)

    async def withdraw(self, person: Person, cause: str) -> None:
        """Takes a letter back whose reason is gone."""
        await self._store.outbox.withdraw(person, cause)

    async def used(self, person: Person, cause: str) -> None:
        """Keeps that a letter that came was followed, by a button or in words: it was not ignored."""
        from bot.storage.pushes import Use  # here, so that the core starts without a database

        await self._store.pushes.use(person, self._now(), Use.DONE, cause)

    async def answered(self, person: Person, kind: LetterKind, how: str) -> None:
        """Keeps that somebody asked about the last letter of a kind ("why"), or put them off ("snoozed")."""
        from bot.storage.pushes import Use

        await self._store.pushes.use(person, self._now(), Use(how), kind=kind.value)
