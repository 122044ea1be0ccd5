"""What was looked up lately, so that it is not looked up for every message; asked for by many at once, it is looked up once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

FRESH = timedelta(minutes=1)
"""For how long it counts: so late a switch in another process, or an erasure, is noticed here."""
MOST = 5_000


class Recent(Generic[Key, Value]):
    """Values by key, as `look` finds them."""

    def __init__(self, look: Callable[[Key], Awaitable[Value]], now: Callable[[], datetime]) -> None:
        self._look = look
        self._now = now
        self._found: OrderedDict[Key, tuple[datetime, asyncio.Future[Value]]] = OrderedDict()

    async def get(self, key: Key) -> Value:
        """The value; whatever looking it up raises."""
        now = self._now()
        found = self._found.get(key)
        if found is None or not found[0] <= now < found[0] + FRESH:
            found = self._found[key] = (now, asyncio.ensure_future(self._look(key)))
            while len(self._found) > MOST:
                self._found.popitem(last=False)
        try:
            return await asyncio.shield(found[1])
        except Exception:
            self.forget(key)
            raise

    def forget(self, key: Key) -> None:
        """The next time it is looked up again."""
        self._found.pop(key, None)
