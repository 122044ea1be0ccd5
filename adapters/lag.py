"""Watches whether the loop runs: measures how late it is, and from a thread of its own what holds it up (catalogue, E08).

While the loop stands still nothing can be answered, no heartbeat sent. After a second the place is logged where it stands;
after a minute the process ends, so that whoever looks after it starts it again: what was accepted is kept.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

from adapters import INSIDE

log = logging.getLogger("tact.lag")
EVERY = 0.25
"""Seconds between beats."""
SLOW = 1.0
"""Seconds after which the place is logged."""
STUCK = 60.0
"""Seconds after which the process ends."""


class Watchdog:
    """Beats in the loop; a thread listens."""

    def __init__(self, lagged: Callable[[float], None], slow: float = SLOW, stuck: float = STUCK) -> None:
        self._lagged = lagged
        self._slow = slow
        self._stuck = stuck
        self._beat = time.monotonic()
        self._over = threading.Event()
        self._thread_of_loop = threading.get_ident()

    async def run(self) -> None:
        """Beats until it is cancelled."""
        listener = threading.Thread(target=self._listen, name="watchdog", daemon=True)
        listener.start()
        try:
            while True:
                due = time.monotonic() + EVERY
                await asyncio.sleep(EVERY)
                self._beat = time.monotonic()
                self._lagged(max(0.0, self._beat - due))
        finally:
            self._over.set()

    def _listen(self) -> None:
        told = False
        while not self._over.wait(EVERY):
            silent = time.monotonic() - self._beat
            if silent < self._slow:
                told = False
            elif not told:
                told = True
                log.error("the loop has stood still for %.1f s at %s", silent, self._place())
            if silent >= self._stuck:
                log.critical("the loop has stood still for %.0f s; the process ends to be started again", silent)
                with suppress(Exception):
                    sys.stderr.flush()
                os._exit(INSIDE)

    def _place(self) -> str:
        """Where the loop stands: files and lines, from the inside out."""
        frame = sys._current_frames().get(self._thread_of_loop)
        stack = traceback.extract_stack(frame)[::-1] if frame else []
        return " < ".join(f"{'/'.join(at.filename.split('/')[-2:])}:{at.lineno}" for at in stack[:6])
