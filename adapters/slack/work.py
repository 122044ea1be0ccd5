"""Work that goes on after Slack was told that something arrived: referenced, counted, and waited for at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("tact.slack")


class Work:
    """Tasks that are under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs it in the background; an error is logged by its kind alone."""
        self.keep(asyncio.get_running_loop().create_task(work))

    def keep(self, task: asyncio.Future[Any]) -> None:
        """Keeps a task that is under way already."""
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def drain(self, within: float) -> None:
        """Waits so many seconds for all of it; what is late is cancelled, its receipts say that an answer is owed."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work for Slack ended by an error: %s", type(error).__name__)
