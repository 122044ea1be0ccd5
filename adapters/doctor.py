"""`tact doctor`: looks at what Tact needs and says, line by line, what is well and what to mend."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from adapters import CONFIGURATION
from bot.app import build_advisor, build_coach
from bot.charters import CharterError
from bot.judging import build_judging
from bot.language import known
from bot.settings import Settings, SettingsError, from_environment
from bot.storage import StoreError
from bot.zones import zones_present

LATE = timedelta(minutes=10)
"""A letter that is due for longer has nobody who sends it."""
LEAST_MB = 100
"""Megabytes that a SQLite file and its log should have."""


def doctor(out: TextIO) -> int:
    """Prints one line for each thing looked at; returns 0, or 78 when something must be mended."""
    try:
        settings = from_environment()
    except SettingsError as problem:
        out.write(f"mend  settings: {problem}\n")
        return CONFIGURATION
    looks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("language", _language),
        ("python", lambda _: f"{sys.version.split()[0]}"),
        ("charters", _charters),
        ("database", _database),
        ("key", _key),
        ("letters", _letters),
        ("disk", _disk),
        ("time zones", _zones),
        ("clock", _clock),
        ("language model", _model),
        ("page", lambda s: f"http://{s.host}:{s.port} (tact demo)"),
        *((name, look) for name, look in (("Slack", _slack), ("Discord", _discord)) if _is_set(name, settings)),
    )
    code = 0
    for name, look in looks:
        try:
            out.write(f"well  {name}: {look(settings)}\n")
        except (StoreError, CharterError, ValueError) as problem:
            out.write(f"mend  {name}: {problem}\n")
            code = CONFIGURATION
    return code


def _language(settings: Settings) -> str:
    if settings.language not in known():
        raise ValueError(
            f"TACT_LANGUAGE is {settings.language!r}, which has no words in prompts/; say one of {', '.join(known())}."
        )
    return f"{settings.language} where people said no other, of {', '.join(known())}; drafts are read in English"


def _charters(settings: Settings) -> str:
    judging = build_judging(settings.charters)
    judging.load_all()
    own = f", your own from {settings.charters}" if settings.charters else ""
    return f"all read, judge version {judging.version}{own}"


def _is_set(name: str, settings: Settings) -> bool:
    if name == "Slack":
        return bool(settings.slack.bot_token or settings.slack.client_id)
    return bool(settings.discord.token)


def _slack(settings: Settings) -> str:
    from adapters.slack.looking import look

    return asyncio.run(look(settings.slack, lambda: datetime.now(UTC)))


def _discord(settings: Settings) -> str:
    from adapters.discord.looking import look

    return asyncio.run(look(settings.discord, lambda: datetime.now(UTC)))


def _key(settings: Settings) -> str:
    from bot.storage.sealing import key_file, new_key
    from bot.storage.sqlite import file_of

    if settings.keys:
        return f"{len(settings.keys)} in TACT_KEY; the first one seals"
    needs = "Many workspaces need" if settings.slack.client_id else "PostgreSQL needs"
    if settings.slack.client_id or not settings.database_url.startswith("sqlite"):
        raise ValueError(f"{needs} TACT_KEY, which seals addresses, letters and tokens. A new one: {new_key()}")
    return f"in {key_file(file_of(settings.database_url))}; keep a copy of it apart from the backups"


def _letters(settings: Settings) -> str:
    from bot.storage.looking import state

    now = datetime.now(UTC)
    backlog = asyncio.run(state(settings.database_url, now)).backlog
    if backlog is None:
        return "not looked at before the database has this version's schema"
    if backlog.oldest_due and now - backlog.oldest_due > LATE:
        raise ValueError(
            f"{backlog.waiting} wait to be sent, the oldest since {backlog.oldest_due:%Y-%m-%d %H:%M} UTC. Does `tact serve` "
            "run, with the platform they go to? `tact undelivered` says more."
        )
    given_up = f"; {backlog.dead} given up (`tact undelivered` lists them)" if backlog.dead else ""
    return f"{backlog.waiting} due, {backlog.sending} being sent{given_up}"


def _disk(settings: Settings) -> str:
    from bot.storage.sqlite import file_of

    if not settings.database_url.startswith("sqlite"):
        return "the database is on a server of its own"
    above = file_of(settings.database_url).absolute().parents
    folder = next(folder for folder in above if folder.exists())
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < LEAST_MB:
        raise ValueError(f"{folder} has only {free} MB left, at least {LEAST_MB} are needed. Make room.")
    return f"{free:,} MB free in {folder}"


def _database(settings: Settings) -> str:
    """Looked at from outside, so that a Tact that runs is not disturbed; opened where there is none yet."""
    from bot.storage.looking import state

    try:
        found = asyncio.run(state(settings.database_url, datetime.now(UTC)))
    except StoreError:
        return _opened(settings)
    if found.schema > found.wanted:
        raise ValueError(f"it is of a newer Tact (schema {found.schema}, not {found.wanted}). Upgrade Tact.")
    older = "" if found.schema == found.wanted else f", brought to {found.wanted} at the next start"
    return f"{_named(settings.database_url)}, schema {found.schema or 'none'}{older}"


def _opened(settings: Settings) -> str:
    async def look() -> None:
        async with build_coach(settings, lambda: datetime.now(UTC)):
            pass

    asyncio.run(look())
    return _named(settings.database_url)


def _named(url: str) -> str:
    file = url.removeprefix("sqlite+aiosqlite:///")
    return f"SQLite at {file}" if file != url else f"PostgreSQL at {url.rpartition('@')[2]}"


def _model(settings: Settings) -> str:
    advisor = build_advisor(settings.model, build_judging(settings.charters), lambda: datetime.now(UTC))
    if advisor is None:
        return "none is set up; everything is judged by local rules"
    asyncio.run(advisor.close())
    return f"{advisor.recipient}, asked only with consent (it was not asked now)"


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
