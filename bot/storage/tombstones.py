"""Who was erased, as keyed hashes kept apart from the database: what an old backup brings back is erased again at the start.

Beside a SQLite file they are lines in a file of their own, which no restored database replaces. On PostgreSQL they are a
table that dumps leave out (deploy/README.md), so that restoring a dump leaves it as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import Moment

KEPT = timedelta(days=15)
"""A day longer than backups may be kept (reliability catalogue, §4)."""
PERSON, TENANT = "person", "tenant"

apart = MetaData()
erased = Table(
    "erased",
    apart,
    Column("kind", String(10), nullable=False, info={"tag": "neutral", "kept": "15 days"}),
    Column("mark", String(64), nullable=False, info={"tag": "personal", "kept": "15 days"}),
    Column("at", Moment, nullable=False, info={"tag": "neutral", "kept": "15 days"}),
)
"""No part of the schema that migrations make: it must be there where a dump without it was restored."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A keyed hash of a person or of a tenant, and when they were erased."""

    kind: str
    mark: str
    at: datetime


_ONE_AT_A_TIME = 0x7AC7
"""Of PostgreSQL's advisory locks: CREATE TABLE IF NOT EXISTS of two at once fails in one of them."""


class Tombstones:
    """Tombstones in a file, or in the table where there is none."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    async def prepare(self, connection: AsyncConnection) -> None:
        """Makes the table where one is needed and none is there."""
        if self._file is None:
            await connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))  # two starts at once
            await connection.run_sync(apart.create_all)

    async def set(self, connection: AsyncConnection, *stones: Tombstone) -> None:
        """Keeps tombstones: in a file at once, so that an erasure which is cut short is ended at the next start."""
        if self._file is None:
            for stone in stones:
                values = {"kind": stone.kind, "mark": stone.mark, "at": stone.at}
                await connection.execute(insert(erased).values(**values))
        elif stones:
            _write(self._file, "a", stones)

    async def all(self, connection: AsyncConnection) -> tuple[Tombstone, ...]:
        """All of them."""
        if self._file is None:
            return tuple(Tombstone(row.kind, row.mark, row.at) for row in await connection.execute(select(erased)))
        return read(self._file)

    async def sweep(self, connection: AsyncConnection, now: datetime) -> int:
        """Drops those that no backup can need any more; how many."""
        if self._file is None:
            return int((await connection.execute(delete(erased).where(erased.c.at < now - KEPT))).rowcount)
        before = read(self._file)
        left = tuple(stone for stone in before if stone.at >= now - KEPT)
        if len(left) < len(before):
            fresh = self._file.with_name(f"{self._file.name}.new")
            _write(fresh, "w", left)
            fresh.replace(self._file)
        return len(before) - len(left)


def file_beside(database: Path) -> Path:
    """The file of tombstones beside a SQLite file."""
    return database.with_name(f"{database.name}.erased")


def read(file: Path) -> tuple[Tombstone, ...]:
    """The tombstones in a file; a last line that was cut short counts for nothing."""
    if not file.exists():
        return ()
    lines = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return tuple(Tombstone(parts[0], parts[1], datetime.fromisoformat(parts[2])) for parts in lines if len(parts) == 4)


def _write(file: Path, how: str, stones: Iterable[Tombstone]) -> None:
    """Writes lines for the owner alone, and waits until they are on the disk."""
    file.touch(mode=0o600)
    with file.open(how, encoding="ascii") as out:
        # each begins a line of its own, also after one that was cut short
        out.writelines(f"\n{stone.kind} {stone.mark} {stone.at.isoformat()} ." for stone in stones)
        out.flush()
        os.fsync(out.fileno())
