"""Stops what is on its way to somebody: once that is confirmed, nothing comes after it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.letters import LetterKind
from bot.model import Person

if TYPE_CHECKING:
    from bot.storage import Store

WITHIN = 3.0
"""Seconds for which a letter that is being sent is waited for before the end is confirmed (reliability catalogue, T07)."""
_AGAIN = 0.05


async def stopped(store: Store, person: Person, kinds: Sequence[LetterKind] = tuple(LetterKind)) -> bool:
    """Takes back what waits; False when one letter was still leaving at the end of the wait, and may arrive."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + WITHIN
    while not await store.outbox.stop(person, kinds):
        if clock.time() > deadline:
            return False
        await asyncio.sleep(_AGAIN)
    return True
