"""What has to be done beside delivering: owed answers, retention, and mending what a clock that was wrong left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.language import speaking
from bot.letters import LetterKind
from bot.model import Person, Reply
from bot.render import render
from bot.retries import LONGEST
from bot.schedule import realigned
from bot.storage import StoreError
from bot.zones import BadZone

if TYPE_CHECKING:
    from bot.storage import Store

log = logging.getLogger("tact.upkeep")

TICK = 5.0
"""Seconds between looks at the clock."""
ANSWERED_WITHIN = timedelta(minutes=3)
"""After this long another process's answer is taken for lost; no answer takes it, a language model's included."""
OWED_FOR = timedelta(hours=48)
"""As long as receipts are kept."""
SWEEP_EVERY = timedelta(hours=1)
IDLE_EVERY = timedelta(days=1)
"""It looks at everybody."""
STEP = timedelta(seconds=60)
"""A jump of the clock that is more than an adjustment."""
BATCH = 500


class Upkeep:
    """Runs beside delivery, in every process."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._swept: datetime | None = None
        self._idle_swept: datetime | None = None

    async def begin(self) -> None:
        """What a start has to put right before anything is answered; raises StoreError."""
        now = self._clock()
        if self._store.alone:  # nobody else can be sending or answering
            await self._store.leases.abandon(now)
            await self.say_restarted(now + OWED_FOR)  # also what a clock that ran ahead dated into the future

    async def run(self) -> None:
        """Keeps things right until it is cancelled."""
        expected: datetime | None = None
        while True:
            now = self._clock()
            if expected is None or abs(now - expected) > STEP:  # at the start as well: it may have run ahead before
                await self._try(self.realign(now))
                self._swept = self._idle_swept = None
            if not self._store.alone:
                await self._try(self.say_restarted(now - ANSWERED_WITHIN))
            if self._swept is None or now - self._swept >= SWEEP_EVERY:
                await self._try(self._store.sweep(now))
                self._swept = now
            if self._idle_swept is None or now - self._idle_swept >= IDLE_EVERY:
                await self._try(self._store.sweep_idle(now))
                self._idle_swept = now
            await self._try(self._store.wipe_rest())
            await asyncio.sleep(TICK)
            expected = now + timedelta(seconds=TICK)

    async def say_restarted(self, until: datetime) -> int:
        """Writes a letter for everything accepted before a time and never answered, once each; how many."""
        owed = await self._store.receipts.owed(self._clock() - OWED_FOR, until)
        for tenant, event, address in owed:
            person, now = Person(tenant, address.user), self._clock()
            async with self._store.together():
                with speaking(await self._store.languages.of(person)):
                    reply, cause = Reply(render("restarted")), f"owed/{event}"[:120]
                await self._store.outbox.put(person, LetterKind.ANSWER, reply, now, cause=cause, at=now, to=address)
                await self._store.receipts.answered(tenant, event)
        return len(owed)

    async def realign(self, now: datetime) -> int:
        """Brings tips and letters back that were put off while the clock ran ahead; how many schedules changed."""
        await self._store.leases.realign(now, LONGEST + timedelta(days=1))
        await self._store.reviews.look_again(now)
        beyond, changed = 0, 0
        while found := await self._store.schedules.later_than(now + timedelta(days=1), beyond, BATCH):
            moved = []
            for person_id, due, schedule in found:
                try:
                    first = realigned(due, now, schedule)
                except BadZone:  # its zone left the zone data; the scheduler says so when it is due
                    continue
                if first != due:
                    moved.append((person_id, first))
            await self._store.schedules.advance(moved)
            beyond, changed = found[-1][0], changed + len(moved)
        return changed

    @staticmethod
    async def _try(work: Awaitable[int]) -> None:
        """Upkeep that fails is done the next time; it ends nothing."""
        try:
            await work
        except StoreError as problem:
            log.warning("upkeep waits: %s", problem)
