"""`tact doctor`: looks at what Tact needs and says, line by line, what is well and what to mend."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from adapters import CONFIGURATION
from bot.app import build_coach
from bot.charters import CharterError
from bot.judging import build_judging
from bot.settings import Settings, SettingsError, from_environment
from bot.storage import StoreError
from bot.storage.sealing import new_key
from bot.zones import zones_present


def doctor(out: TextIO) -> int:
    """Prints one line for each thing looked at; returns 0, or 78 when something must be mended."""
    try:
        settings = from_environment()
    except SettingsError as problem:
        out.write(f"mend  settings: {problem}\n")
        return CONFIGURATION
    looks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("python", lambda _: f"{sys.version.split()[0]}"),
        ("charters", _charters),
        ("database", _database),
        ("key", _key),
        ("time zones", _zones),
        ("clock", _clock),
        ("page", lambda s: f"http://{s.host}:{s.port} (tact demo)"),
    )
    code = 0
    for name, look in looks:
        try:
            out.write(f"well  {name}: {look(settings)}\n")
        except (StoreError, CharterError, ValueError) as problem:
            out.write(f"mend  {name}: {problem}\n")
            code = CONFIGURATION
    return code


def _charters(settings: Settings) -> str:
    judging = build_judging(settings.charters)
    judging.load_all()
    own = f", your own from {settings.charters}" if settings.charters else ""
    return f"all read, judge version {judging.version}{own}"


def _database(settings: Settings) -> str:
    async def look() -> None:
        async with build_coach(settings, lambda: datetime.now(UTC)):
            pass

    asyncio.run(look())
    url = settings.database_url
    file = url.removeprefix("sqlite+aiosqlite:///")
    return f"SQLite at {file}" if file != url else f"PostgreSQL at {url.rpartition('@')[2]}"


def _key(settings: Settings) -> str:
    if settings.keys:
        return f"{len(settings.keys)} in TACT_KEY, of which the first seals"
    if settings.database_url.startswith("sqlite"):
        return "in the file beside the database"
    raise ValueError(
        "PostgreSQL needs TACT_KEY, which seals addresses, letters and tokens; keep it apart from the database. A new one: "
        + new_key()
    )


def _zones(_: Settings) -> str:
    if not zones_present():
        raise ValueError("there are no IANA zone data here, so no tip could come on time; run: pip install tzdata")
    summer = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    return f"IANA data found (Berlin in July is {summer.strftime('%z')})"


def _clock(_: Settings) -> str:
    now = datetime.now(UTC)
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now < built:
        raise ValueError(
            f"it says {now:%Y-%m-%d %H:%M} UTC, which is before this program was installed; set the clock."
        )
    return f"{now:%Y-%m-%d %H:%M} UTC, ticking since {time.monotonic():.0f} s"
