"""The worker of the outbox: claims what is due, hands it to the platform's sender, and settles what became of it.

Any number of them may run on one PostgreSQL; on SQLite there is one process, and so one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from bot import tracing
from bot.letters import Letter, Outcome, Report, Sender
from bot.retries import LONGEST, Fate, asked_wait, fate
from bot.storage import StoreError
from bot.watching import NOBODY, Watch

if TYPE_CHECKING:
    from bot.storage import Store

log = logging.getLogger("tact.delivery")

SEND_WITHIN = 20.0
"""Seconds a sender has for one letter; after that it may or may not have been shown."""
IDLE = 1.0
"""Seconds between looks at the outbox when nothing happens."""
ALONE_EVERY = 10.0
"""Seconds between looks for letters whose worker vanished."""
SETTLE_WITHIN = 30.0
"""Seconds for which writing an outcome down is tried, while a database is away."""
STEP = timedelta(seconds=30)
"""A jump of the clock that is more than an adjustment."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many letters of one platform may be on their way at once, and how many may start in a second."""

    at_once: int = 16
    a_second: float = 20.0
    """Well under Discord's 50 requests a second, which answers need as well (reliability catalogue, T05)."""


class Delivery:
    """One lane a platform, so that a platform that is slow or down holds up no other."""

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, Sender],
        clock: Callable[[], datetime],
        random: Random,
        pace: Pace = Pace(),
        watch: Watch = NOBODY,
    ) -> None:
        self._store = store
        self._clock = clock
        self._lanes = {name: _Lane(store, sender, clock, random, pace, watch) for name, sender in senders.items()}

    async def run(self) -> None:
        """Delivers until it is cancelled; call `drain` after that."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes.values():
                group.create_task(lane.run())

    async def once(self) -> None:
        """Sends what is due now, and returns when it is settled."""
        for lane in self._lanes.values():
            await lane.once()

    def wake(self) -> None:
        """Something was put into the outbox: look now and not only within a second."""
        for lane in self._lanes.values():
            lane.stir.set()

    async def resume(self, tenant: str) -> None:
        """A tenant that was suspended can be reached again: what waits for it is sent now."""
        for lane in self._lanes.values():
            lane.held.pop(tenant, None)
        await self._store.leases.resume(tenant, self._clock())
        self.wake()

    def look_again(self) -> None:
        """Look now for letters whose worker vanished, and not only every ten seconds."""
        for lane in self._lanes.values():
            lane.alone_at = 0.0
        self.wake()

    async def drain(self, within: float = 10.0) -> None:
        """Waits for what is being sent, and settles as unknown what takes longer than these seconds."""
        await asyncio.gather(*(lane.drain(within) for lane in self._lanes.values()))


class _Lane:
    """The way to one platform."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        clock: Callable[[], datetime],
        random: Random,
        pace: Pace,
        watch: Watch,
    ) -> None:
        self._watch = watch
        self._leases = store.leases
        self._sender = sender
        self._clock = clock
        self._random = random
        self._pace = pace
        self._flying: set[asyncio.Task[None]] = set()
        self._allowed = 1.0
        self._counted_at = 0.0
        self.alone_at = 0.0
        self._troubled = False
        self._platform_held: datetime | None = None
        self.held: dict[str, datetime] = {}
        self.stir = asyncio.Event()

    async def run(self) -> None:
        """Sends what is due, for ever; no trouble of the database or of a letter ends it."""
        while True:
            try:
                sent = await self._round()
                self._troubled = False
            except StoreError as problem:
                if not self._troubled:  # once, not once a second
                    log.warning("delivery to %s waits: %s", self._sender.platform, problem)
                self._troubled, sent = True, 0
            if not sent:
                await self._rest()

    async def once(self) -> None:
        """Sends what is due, one after the other."""
        await self._send_alone()
        while letters := await self._leases.claim(self._clock(), 1, self._sender.platform, held=self.held):
            await self._carry(letters[0])

    async def drain(self, within: float) -> None:
        """Lets letters on their way arrive, for so many seconds."""
        if self._flying:
            _, late = await asyncio.wait(self._flying, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _round(self) -> int:
        """Claims as many letters as may start now and starts them; how many."""
        now = self._clock()
        if self._platform_held and now < self._platform_held:
            return 0
        self.held = {tenant: until for tenant, until in self.held.items() if now < until <= now + LONGEST + STEP}
        if _elapsed() >= self.alone_at:
            await self._send_alone()
        may_start = min(self._pace.at_once - len(self._flying), self._allowance())
        if may_start < 1:
            return 0
        letters = await self._claimed(now, may_start)
        self._allowed -= len(letters)
        for letter in letters:
            task = asyncio.create_task(self._carry(letter))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        return len(letters)

    async def _claimed(self, now: datetime, most: int) -> tuple[Letter, ...]:
        """Letters that may be sent now; when stopped in the midst of it, they are given back untried."""
        claiming = asyncio.ensure_future(self._leases.claim(now, most, self._sender.platform, held=self.held))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            await self._leases.release(await claiming, now)
            raise

    async def _send_alone(self) -> None:
        """Sends what crashed a worker before with nothing beside it: if one does so again, it takes no other with it."""
        self.alone_at = _elapsed() + ALONE_EVERY
        while await self._leases.crashed(self._clock()):
            if self._flying:  # before claiming: after a jump of the clock it may be these whose leases have ended
                await asyncio.wait(self._flying)
            letter = await self._leases.claim_crashed(self._clock(), self._sender.platform)
            if letter is None:
                return
            await self._carry(letter)

    async def _carry(self, letter: Letter) -> None:
        """One attempt, from a claimed letter to its outcome written down."""
        tracing.follow(letter.trace)
        report = await self._attempt(letter)
        self._watch.attempt(self._sender.platform, report.outcome)
        after = fate(letter, report, self._clock(), self._random)
        self._hold(letter, report, after)
        await self._settle(letter, report, after)

    async def _attempt(self, letter: Letter) -> Report:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                return await self._sender.send(letter)
        except asyncio.CancelledError:
            return Report(Outcome.UNKNOWN, why="stopped")
        except TimeoutError:
            return Report(Outcome.UNKNOWN, why="timeout")
        except Exception as error:  # whatever a letter does to its sender, the others go on
            log.warning("sending %s to %s failed: %s", letter.id, self._sender.platform, type(error).__name__)
            return Report(Outcome.UNKNOWN, why=type(error).__name__)

    def _hold(self, letter: Letter, report: Report, after: Fate) -> None:
        """Holds others back where the platform asks for it: the tenant's, or all."""
        if report.outcome is Outcome.SUSPENDED:
            self.held[letter.person.tenant] = after.ready
        elif report.outcome is Outcome.LATER and report.wait > 0 and not report.alone:
            until = self._clock() + asked_wait(report)
            if report.whole_platform:
                self._platform_held = until
            else:
                self.held[letter.person.tenant] = until

    async def _settle(self, letter: Letter, report: Report, after: Fate) -> None:
        """Writes the outcome down, and tries so for a while; what stays unwritten counts as unknown when its lease ends."""
        give_up = _elapsed() + SETTLE_WITHIN
        while True:
            try:
                await self._leases.settle(letter, report, after)
                if report.outcome is Outcome.SUSPENDED:
                    await self._leases.postpone(letter.person.tenant, after.ready, after.why)
                return
            except StoreError as problem:
                if _elapsed() > give_up:
                    log.warning("what became of %s could not be written down: %s", letter.id, problem)
                    return
                await asyncio.sleep(self._random.uniform(0.1, 1.0))

    def _allowance(self) -> int:
        """How many letters may start by now; up to a second's worth is saved."""
        now = _elapsed()
        self._allowed = min(
            max(1.0, self._pace.a_second), self._allowed + (now - self._counted_at) * self._pace.a_second
        )
        self._counted_at = now
        return int(self._allowed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self.stir.set()

    async def _rest(self) -> None:
        """Until something stirs, or a second has passed."""
        try:
            async with asyncio.timeout(IDLE):
                await self.stir.wait()
        except TimeoutError:
            pass
        self.stir.clear()


def _elapsed() -> float:
    """Seconds on a clock that never jumps."""
    return asyncio.get_running_loop().time()
