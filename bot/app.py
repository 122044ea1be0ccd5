"""Puts the concrete parts together; the only place that knows them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.coach import Coach
from bot.judging import Judging, build_judging
from bot.settings import Settings
from bot.storage import open_store

if TYPE_CHECKING:
    from bot.storage import Store

__all__ = ["Service", "build_coach", "build_judging", "build_service"]


@dataclass(frozen=True)
class Service:
    """Everything a surface needs, put together."""

    settings: Settings
    judging: Judging
    store: Store
    coach: Coach
    now: Callable[[], datetime]


@asynccontextmanager
async def build_service(settings: Settings, now: Callable[[], datetime]) -> AsyncIterator[Service]:
    """A service on the settings' database, which is closed at the end; raises StoreError and CharterError."""
    judging = build_judging(settings.charters)
    judging.load_all()
    store = await open_store(settings.database_url, settings.keys)
    try:
        await store.sweep(now())
        yield Service(settings, judging, store, Coach(judging, store, now), now)
    finally:
        await store.close()


@asynccontextmanager
async def build_coach(settings: Settings, now: Callable[[], datetime]) -> AsyncIterator[Coach]:
    """A coach on the settings' database, for a conversation."""
    async with build_service(settings, now) as service:
        yield service.coach
