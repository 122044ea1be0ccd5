"""Puts the concrete parts together; the only place that knows them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.coach import Coach
from bot.judging import Judging, build_judging
from bot.settings import Settings
from bot.storage import open_store

__all__ = ["build_coach", "build_judging"]


@asynccontextmanager
async def build_coach(settings: Settings, now: Callable[[], datetime]) -> AsyncIterator[Coach]:
    """A coach on the settings' database, which is closed at the end; raises StoreError and CharterError."""
    judging: Judging = build_judging(settings.charters)
    judging.load_all()
    store = await open_store(settings.database_url, settings.keys)
    try:
        await store.sweep(now())
        yield Coach(judging, store, now)
    finally:
        await store.close()
