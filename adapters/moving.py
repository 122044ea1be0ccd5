"""`tact migrate`: brings a database to this version's schema, or moves everything to another one."""

from __future__ import annotations

import asyncio
import sys
from typing import TextIO

from adapters import CONFIGURATION
from bot.settings import Settings, SettingsError, database_url, from_environment
from bot.storage import StoreError, open_store

USAGE_BOTH = "Name both databases, --from and --to, or neither. Nothing was changed."


def migrate(source: str | None, target: str | None, out: TextIO) -> int:
    """Prints what was done; returns 0, or 78 when nothing could be."""
    try:
        settings = from_environment()
        if source and target:
            asyncio.run(_move(settings, database_url(source), database_url(target), out))
        elif source or target:
            raise SettingsError(USAGE_BOTH)
        else:
            asyncio.run(_upgrade(settings, out))
    except (SettingsError, StoreError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    return 0


async def _upgrade(settings: Settings, out: TextIO) -> None:
    store = await open_store(settings.database_url, settings.keys)
    await store.close()
    out.write("The database has this version's schema.\n")


async def _move(settings: Settings, source: str, target: str, out: TextIO) -> None:
    old = await open_store(source, settings.keys)
    try:
        new = await open_store(target, old.keys)
        try:
            rows = await old.move_to(new, lambda table, done, whole: _tell(out, table, done, whole))
            new.keep_key()
        finally:
            await new.close()
    finally:
        await old.close()
    out.write(f"Moved {rows} rows. The old database was left as it is; erase it when all is well.\n")
    out.write("Start Tact with TACT_DATABASE_URL naming the new one")
    key = None if settings.keys or new.key_file else old.key_file
    out.write(f" and TACT_KEY_FILE={key}, which holds the key of what is sealed.\n" if key else ".\n")


def _tell(out: TextIO, table: str, done: int, whole: int) -> None:
    out.write(f"{table}: {done} of {whole}\n")
    out.flush()
