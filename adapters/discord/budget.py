"""So many in so much time, over restarts and in all processes together: new direct messages, and gateway sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from adapters.discord.incoming import TENANT
from bot.storage.marks import Marks

Limits = Sequence[tuple[int, timedelta]]
DM_OPENS: Limits = ((5, timedelta(minutes=1)), (20, timedelta(hours=1)))
"""New direct messages (reliability catalogue, F12 and O06: bots were quarantined after 25 to 50 of them)."""
SESSIONS: Limits = ((20, timedelta(hours=1)),)
"""IDENTIFYs of one shard (E07; Discord allows 1,000 a day for all of them, and then resets the token)."""


class Budget:
    """Counts uses against limits."""

    def __init__(self, marks: Marks, name: str, limits: Limits, now: Callable[[], datetime]) -> None:
        self._marks = marks
        self._name = name
        self._limits = limits
        self._now = now

    async def take(self) -> float:
        """Takes one; 0 when there was one, else seconds until there is, and nothing is taken."""
        now = self._now()
        wait = 0.0

        def use(noted: str) -> str:
            nonlocal wait
            used = self._uses(noted, now)
            wait = self._wait(used, now)
            return " ".join(str(at) for at in (used if wait else [*used, int(now.timestamp())]))

        await self._marks.change(TENANT, self._name, now, use)
        return wait

    def _uses(self, noted: str, now: datetime) -> list[int]:
        """Uses that still count; those of a clock that ran ahead do not."""
        longest = max(time for _, time in self._limits).total_seconds()
        at = now.timestamp()
        return [used for used in map(int, noted.split()) if at - longest < used <= at + 1]

    def _wait(self, used: Sequence[int], now: datetime) -> float:
        """Seconds until every limit allows one more."""
        waits = [0.0]
        for most, time in self._limits:
            if len(used) >= most:
                waits.append(used[-most] + time.total_seconds() - now.timestamp())
        return max(waits)
