"""What Tact keeps, and the one door that opens it. Each thing kept has a module here; `store.py` puts them together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.store import Store

__all__ = ["Judged", "Store", "StoreError", "open_store"]


class StoreError(RuntimeError):
    """A store that cannot be opened or used; the message says what happened, what was kept and what to do."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as it is kept: codes and counts, never the text."""

    at: datetime
    network: str
    delivery: str
    relation: str
    fit: str
    reasons: tuple[str, ...]
    judge_version: str
    served: str = ""
    trend: str = ""


async def open_store(url: str, keys: tuple[bytes, ...] = ()) -> Store:
    """Opens the database at a URL, migrated to this version's schema; raises StoreError in one clear sentence."""
    from bot.storage.store import Store  # here, so that commands without a store start fast

    return await Store.open(url, keys)
