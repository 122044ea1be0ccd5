"""Letters nobody asked for: when the attention budget and the quiet hours let one come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.attention import REMEMBERED, Kind, Push, when_allowed
from bot.letters import LetterKind
from bot.model import Person, Reply
from bot.schedule import Schedule

if TYPE_CHECKING:
    from bot.storage import Store

LOOKED_BACK = timedelta(days=30)
_PUSHED = frozenset({LetterKind.TIP, LetterKind.NUDGE, LetterKind.REMINDER})


class Pushing:
    """Puts letters into the outbox at a time at which they are welcome."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def schedule(self, person: Person) -> Schedule:  # noqa: ARG002
        """When a person may be reached."""
        return Schedule("UTC")

    async def pushes(self, person: Person) -> tuple[Push, ...]:
        """What was pushed to a person, or is on its way; used where they wrote something down since."""
        pushed = await self._store.outbox.pushes(person, self._now() - LOOKED_BACK)
        latest = await self._store.ledger.latest(person, self._now() - LOOKED_BACK, 1)
        used = latest[0].at if latest else None
        known = [(Kind(kind.value), at) for kind, at in pushed if kind in _PUSHED]
        return tuple(Push(kind, at, used if used and used > at else None) for kind, at in known)[-REMEMBERED:]

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

        None, and no letter, when that is later than `by`, never, or when it is not known where the person is reached: who
        has never written to Tact is not written to.
        """
        now = self._now()
        if await self._store.addresses.of(person) is None:
            return None
        due = when_allowed(Kind(kind.value), await self.pushes(person), now + after, await self.schedule(person))
        if due is None or (by is not None and due > now + by):
            return None
        put = await self._store.outbox.put(person, kind, reply, due, cause=cause, at=now)
        return due if put else None

    async def take_back(self, person: Person, cause: str) -> None:
        """Takes a letter back whose reason is gone."""
        await self._store.outbox.take_back(person, cause)
