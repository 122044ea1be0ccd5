"""What happened, in order: in memory for conditions, and on disk, fsynced line by line, for tests that kill things.

On disk are `shown` (what a user saw) and `delivery` (what the app acknowledged); `call` and `socket` stay in memory.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]
DURABLE = frozenset({"shown", "delivery"})


class Record:
    """An append-only list of entries, each with its number `n`, its time `at` and its `kind`."""

    def __init__(self, path: Path | None, now: Callable[[], float]) -> None:
        self.entries: list[Json] = []
        self._now = now
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else None
        self._changed = asyncio.Event()

    def add(self, kind: str, **fields: Any) -> Json:
        """Appends an entry and returns it; a durable one is on disk before this returns."""
        entry = {"n": len(self.entries) + 1, "at": round(self._now(), 6), "kind": kind, **fields}
        if self._file is not None and kind in DURABLE:
            os.write(self._file, (json.dumps(entry, ensure_ascii=False) + "\n").encode())
            os.fsync(self._file)
        self.entries.append(entry)
        self.notify()
        return entry

    def notify(self) -> None:
        """Lets waiting conditions look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    def find(self, where: Json, after: int = 0) -> list[Json]:
        """Entries after number `after` whose fields equal `where`; `contains` looks inside text, blocks and view."""
        return [entry for entry in self.entries[max(after, 0) :] if _fits(entry, where)]

    async def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether the condition came true within so many real seconds."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self._changed.wait()
        except TimeoutError:
            return condition()
        return True

    def clear(self) -> None:
        self.entries.clear()
        self.notify()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _fits(entry: Json, where: Json) -> bool:
    for name, wanted in where.items():
        if name == "contains":
            held = json.dumps([entry.get("text"), entry.get("blocks"), entry.get("view")], ensure_ascii=False)
            if json.dumps(wanted, ensure_ascii=False)[1:-1] not in held:
                return False
        elif isinstance(wanted, list):
            if entry.get(name) not in wanted:
                return False
        elif entry.get(name) != wanted:
            return False
    return True
