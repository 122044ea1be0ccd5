"""Tact on Discord for tests: in this process beside a loopback Discord in another, on a real database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.discord.platform import DiscordPlatform, open_discord
from adapters.discord.words import Words
from bot.app import Service, build_service
from bot.settings import read_settings
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN

PITCH = "Hi! I help bakers double their income, book a free audit today"
SUSPENSE = "Could you please vote for my bread in the town contest?"
"""A draft about which Tact asks one question first."""


@dataclass(frozen=True)
class Tact:
    """Tact as it runs."""

    service: Service
    platform: DiscordPlatform
    task: asyncio.Task[None]
    began: datetime


@asynccontextmanager
async def tact_on(
    loopback: LoopbackDiscord,
    folder: Path,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    words: Words | None = None,
    **settings: str,
) -> AsyncIterator[Tact]:
    """Tact, connected; a second one on the same folder is Tact after a restart."""
    environment = {
        "TACT_DATABASE_URL": f"sqlite:///{folder / 'tact.db'}",
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": loopback.address.rest,
        **settings,
    }
    async with (
        build_service(read_settings(environment, folder), now) as service,
        open_discord(service, words, pause=0.05) as platform,
    ):
        began = now()
        task = asyncio.create_task(platform.run())
        try:
            await until(lambda: platform.ready() or task.done())
            if task.done():
                task.result()
            yield Tact(service, platform, task, began)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], Any], within: float = 10.0) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def held(database: Path) -> AsyncIterator[None]:
    """Another program holds the database: whoever writes has to wait."""
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    try:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # in a thread: Tact may have to end a write first
        yield
        await asyncio.to_thread(other.execute, "ROLLBACK")
    finally:
        other.close()
