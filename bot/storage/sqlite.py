"""What SQLite needs: one process a file, safe settings, and never a foreign file overwritten."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import StoreError, inline
from bot.storage.database import BETWEEN

Lock = FileLock
CONNECT = {"async_creator_fn": inline.connect, "isolation_level": None, "check_same_thread": False}
"""How connections are made: we begin transactions ourselves, and what may block runs in any thread."""
PATIENCE = 5000
"""Milliseconds for which a lock of another program is waited for."""
WIPE_WITHIN = 250
"""Milliseconds for which emptying the log waits for who reads from it; it is tried again soon."""
_HEADER = b"SQLite format 3\x00"


def claim(url: str) -> FileLock:
    """Claims the file of a SQLite URL for this process; raises StoreError when it is foreign, busy or unwritable."""
    path = file_of(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size and not is_ours(path):
            raise StoreError(
                f"{path} is not a Tact database. It was left as it is; name another file in TACT_DATABASE_URL."
            )
        lock = FileLock(f"{path}.lock")
        lock.acquire(timeout=0)
        path.touch(mode=0o600)  # a new file is for its owner alone
    except Timeout as error:
        raise StoreError(
            f"Another Tact is using {path}. Nothing was changed; stop that one first, or use PostgreSQL for several."
        ) from error
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). Nothing was changed; name another file in TACT_DATABASE_URL."
        ) from error
    return lock


def file_of(url: str) -> Path:
    """The file a SQLite URL names."""
    return Path(make_url(url).database or "tact.db")


def is_ours(path: Path) -> bool:
    """Whether a file is a database that Tact made, found out without changing a byte of it."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as reader:
            names = {name for (name,) in reader.execute("SELECT name FROM sqlite_master")}
    except sqlite3.OperationalError as error:
        raise OSError(errno.EACCES, str(error)) from error
    except sqlite3.DatabaseError:
        return False
    return not names or names >= {"alembic_version", "tenants", "people", "verdicts", "entries"}


def prepare(engine: Engine) -> None:
    """Sets every connection up: WAL, full sync, foreign keys, erased bytes overwritten (design §5)."""

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={PATIENCE}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading")
        if reading == BETWEEN:
            return
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


async def truncate_log(engine: AsyncEngine) -> bool:
    """Empties the write-ahead log, so that erased bytes are gone from it as well; False while somebody still reads from it."""
    async with engine.connect() as connection:
        await connection.rollback()
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.execute(f"PRAGMA busy_timeout={WIPE_WITHIN}")
        cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = (await cursor.fetchone())[0]
        await cursor.close()
        await driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
    return not busy
