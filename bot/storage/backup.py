"""Backups of a SQLite file: a whole copy while Tact runs, looked at before it counts; and the way back.

On PostgreSQL its own tools do this (deploy/README.md).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage import StoreError, sqlite
from bot.storage.sealing import key_file, keys_beside
from bot.storage.store import Store
from bot.storage.tombstones import file_beside, read

FOR_SQLITE = (
    "This is for SQLite. PostgreSQL brings tools of its own: "
    "pg_dump --format=custom --exclude-table=erased --file=FILE DATABASE, and pg_restore (deploy/README.md)."
)


def back_up(url: str, to: Path) -> int:
    """Copies the database at a URL into a new file, also while it is in use; its size in bytes.

    The key that opens what is sealed is not in it. Raises StoreError, and leaves no half a copy.
    """
    source = _file(url)
    if to.exists():
        raise StoreError(f"{to} is there already. Nothing was written; name a new file.")
    if not source.exists():
        raise StoreError(f"There is no database at {source}; nothing was written.")
    fresh = to.with_name(f"{to.name}.part")
    try:
        _copy(source, fresh)
        os.link(fresh, to)  # as one step, and never over a file that came in between
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The backup could not be written ({error}). There is none at {to}.") from error
    finally:
        fresh.unlink(missing_ok=True)
    return to.stat().st_size


async def restore(url: str, of: Path, keys: tuple[bytes, ...]) -> tuple[Path | None, int]:
    """Puts a backup in the place of the database at a URL; where the old one is kept now, and how many it erased again.

    Everything is tried on a copy first: schema, key and tombstones. Raises StoreError, and changes nothing then.
    """
    target = _file(url)
    fresh, replaced = target.with_name(f"{target.name}.restoring"), target.with_name(f"{target.name}.replaced")
    _refuse(of, replaced)
    lock = sqlite.claim(url)
    try:
        _sweep_away(fresh)
        _copy(of, fresh)
        known = keys or (keys_beside(target) if key_file(target).exists() else ())
        again = await _mended(f"sqlite+aiosqlite:///{fresh}", known, target)
        return _swap(fresh, target, replaced), again
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{of} could not be restored ({error}). Nothing was changed.") from error
    finally:
        _sweep_away(fresh)
        lock.release()


def _refuse(of: Path, replaced: Path) -> None:
    """Raises StoreError where there is nothing to restore, or no place for what is replaced."""
    if not of.exists():
        raise StoreError(f"There is no backup at {of}. Nothing was changed.")
    if replaced.exists():
        raise StoreError(f"{replaced} is left from an earlier restore. Nothing was changed; erase or move it first.")


async def _mended(url: str, keys: tuple[bytes, ...], target: Path) -> int:
    """Brings a copy up to date: this version's schema, its key tried, who was erased gone; how many those were."""
    store = await Store.open(url, keys)
    try:
        if keys:
            await store.try_keys()
        return await store.erase_again(stones=read(file_beside(target)))
    finally:
        await store.close()


def _copy(source: Path, to: Path) -> None:
    """A copy of all that is committed, for its owner alone; raises StoreError for one that is not whole."""
    if not sqlite.is_ours(source):
        raise StoreError(f"{source} is not a Tact database. Nothing was changed.")
    to.touch(mode=0o600)
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as out, closing(sqlite3.connect(to)) as into:
        out.backup(into)
        into.execute("PRAGMA journal_mode=DELETE")
        (said,) = into.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        raise StoreError(f"{source} is damaged ({said}). Nothing was changed; take an older backup.")
    with to.open("rb") as written:
        os.fsync(written.fileno())


def _swap(fresh: Path, target: Path, replaced: Path) -> Path | None:
    """Puts the copy in its place; where the old database is kept, None where it held nothing."""
    old = target.stat().st_size > 0
    if old:
        with closing(sqlite3.connect(target)) as whole:  # its log belongs to it: into the file, before they part
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.link(target, replaced)
    for end in ("-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    fresh.replace(target)
    return replaced if old else None


def _sweep_away(fresh: Path) -> None:
    for end in ("", "-wal", "-shm", ".lock", ".key", ".erased"):
        fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def _file(url: str) -> Path:
    if not url.startswith("sqlite"):
        raise StoreError(FOR_SQLITE)
    return sqlite.file_of(url)
