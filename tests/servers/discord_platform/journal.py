"""What happened, in order: kept in memory for tests that wait, and on disk for what a person would have seen."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.servers.discord_platform.errors import Json

T = TypeVar("T")

VISIBLE = frozenset({"message", "edit", "delete", "modal", "choices", "failed"})
"""Kinds of entries that appear on somebody's screen; only these are written to the file."""


class Journal:
    """Numbered entries. With a path, visible ones are appended at once; `on_disk` returns when they are safe."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else None
        self._written = self._safe = 0
        self._syncing: asyncio.Task[None] | None = None
        self._entries: list[Json] = []
        self._first = 1
        self._waiting: set[asyncio.Event] = set()

    @property
    def number(self) -> int:
        """The number of the newest entry."""
        return self._first + len(self._entries) - 1

    def write(self, kind: str, **facts: object) -> None:
        """Adds an entry and wakes those who wait."""
        entry: Json = {"number": self.number + 1, "at": round(time.time(), 6), "kind": kind, **facts}
        self._entries.append(entry)
        if self._file is not None and kind in VISIBLE:
            os.write(self._file, json.dumps(entry, separators=(",", ":")).encode() + b"\n")
            self._written += 1
        for waiting in self._waiting:
            waiting.set()

    async def on_disk(self) -> None:
        """Returns once all that was written is on disk (fsync); those who wait together share one."""
        while self._safe < self._written:
            if self._syncing is None:
                self._syncing = asyncio.create_task(self._sync())
            await asyncio.shield(self._syncing)

    async def _sync(self) -> None:
        reached = self._written
        try:
            assert self._file is not None
            await asyncio.to_thread(os.fsync, self._file)
            self._safe = reached
        finally:
            self._syncing = None

    def entries(self, kind: str = "", after: int = 0) -> list[Json]:
        """Entries of a kind (all kinds when empty) with a number above `after`."""
        young = self._entries[max(0, after - self._first + 1) :]
        return [entry for entry in young if kind in ("", entry["kind"])]

    async def wait(self, look: Callable[[], T | None], deadline: float, pause: float = 0.0) -> T | None:
        """What `look` returns as soon as it returns something; None when it did not within the deadline. It looks
        again whenever something happened, at most every `pause` seconds."""
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            async with asyncio.timeout(deadline):
                while (found := look()) is None:
                    await changed.wait()
                    await asyncio.sleep(pause)
                    changed.clear()
                return found
        except TimeoutError:
            return None
        finally:
            self._waiting.discard(changed)

    def forget(self) -> None:
        """Drops what is in memory, so that a long life costs nothing; numbers go on, and the file stays."""
        self._first += len(self._entries)
        self._entries.clear()

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._file = None
