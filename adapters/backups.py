"""`tact backup` and `tact restore`: a copy of the database while Tact runs, and the way back; `tact rotate-key`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TextIO

from adapters import CONFIGURATION
from bot.settings import SettingsError, from_environment
from bot.storage import StoreError, open_store


def backup(to: Path, out: TextIO) -> int:
    """Writes a backup; returns 0, or 78 when none could be written."""
    return _said(_backup(to, out))


def restore(of: Path, out: TextIO) -> int:
    """Puts a backup in the database's place; returns 0, or 78 when nothing was changed."""
    return _said(_restore(of, out))


def rotate(out: TextIO) -> int:
    """Seals everything with the first key; returns 0, or 78 when it cannot."""
    return _said(_rotate(out))


async def _backup(to: Path, out: TextIO) -> None:
    from bot.storage.backup import back_up

    size = back_up(from_environment().database_url, to)
    out.write(f"{to} holds all that is kept ({size:,} bytes, looked at and whole). Keep it for 14 days at most, and\n")
    out.write("encrypted. The key that opens what is sealed is not in it: keep that, too, and elsewhere.\n")


async def _restore(of: Path, out: TextIO) -> None:
    from bot.storage.backup import restore as put_back

    settings = from_environment()
    old, again = await put_back(settings.database_url, of, settings.keys)
    out.write(f"{of} was restored. {again} who had been erased since were erased again.\n")
    if old:
        out.write(f"What was there before is in {old}; erase it when all is well.\n")


async def _rotate(out: TextIO) -> None:
    from bot.storage.rotating import begin, end

    settings = from_environment()
    added = begin(settings.database_url) if not settings.keys else None
    store = await open_store(settings.database_url, settings.keys)
    try:
        changed = await store.rotate()
    finally:
        await store.close()
    if added:
        end(added)
        out.write(f"{changed} sealed texts have a new key, which is in {added}. The old one is gone.\n")
    else:
        out.write(
            f"{changed} sealed texts have the first key of TACT_KEY now. Once every process has been started with\n"
        )
        out.write("it, run this again and take the older keys out.\n")


def _said(work: Coroutine[Any, Any, None]) -> int:
    try:
        asyncio.run(work)
    except (SettingsError, StoreError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    return 0
