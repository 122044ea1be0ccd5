"""The server's clock: real time plus what a test has moved it by, so that no test waits for a minute to pass."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress


class Clock:
    """Seconds since the epoch; moves forward with real time and by `advance`."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._last = 0
        self._moved = asyncio.Event()

    def now(self) -> float:
        return time.time() + self._ahead

    def ts(self) -> str:
        """A message's timestamp as Slack writes it (seconds.microseconds); never the same twice."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def advance(self, seconds: float) -> None:
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Returns when the clock is `seconds` further, by waiting or by `advance`."""
        due = self.now() + seconds
        while (left := due - self.now()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()
