"""SQLite without a hop to another thread for every small step: what cannot block runs where it is asked for.

A look-up takes some 20 µs, a hop there and back twice that and four hops are needed. What may wait for a lock or for the disk
(beginning to write, committing, changing many rows, everything rare) still runs in a thread, so that nothing holds the loop up.
It is what SQLAlchemy's aiosqlite dialect needs of a connection, and nothing more.
Measured with tests/bench/bench_slack.py, `/tact check` costs 4.8 ms of CPU with it and 7.7 ms with aiosqlite's own connections
(medians of three runs in turn): 1.6 times. If a library comes that near, this file goes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

T = TypeVar("T")

QUICK = ("SELECT", "INSERT")
"""Statements that neither wait nor change many rows; a reading transaction begins with the word below."""
BEGIN = "BEGIN"


async def connect(*arguments: Any, **options: Any) -> Connection:
    """A new connection; the pool hands it to one task at a time."""
    return Connection(await aside(lambda: sqlite3.connect(*arguments, **options)))


async def aside(work: Callable[[], T]) -> T:
    """Runs in a thread; when the caller is cancelled the connection is still busy, so it is waited for."""
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


def is_quick(statement: str) -> bool:
    """Whether a statement may run on the loop."""
    return statement.startswith(QUICK) or statement == BEGIN


class Connection:
    """A connection as the dialect wants it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._raw = connection

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self._raw.cursor())

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Cursor:
        """Runs one statement."""
        cursor = self.cursor()
        await cursor.execute(statement, parameters)
        return cursor

    async def commit(self) -> None:
        """Waits until it is on the disk."""
        if self._raw.in_transaction:
            await aside(self._raw.commit)

    async def rollback(self) -> None:
        """Drops what was not committed; the end of every reading, too."""
        self._raw.rollback()

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        """Gives SQLite a function."""
        self._raw.create_function(*arguments, **options)

    async def close(self) -> None:
        """Closes it; the last one also tidies the log up."""
        if self._connection is not None:
            self._connection = None
            await aside(self._raw.close)

    def stop(self) -> None:
        """Closes it at once, where nobody can wait."""
        self._connection = None
        self._raw.close()


class Cursor:
    """A cursor as the dialect wants it."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """The columns of a result; None where there is none."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows a statement changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that was inserted last."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Self:
        """Runs one statement, here when it is a quick one."""
        if is_quick(statement):
            self._cursor.execute(statement, tuple(parameters))
        else:
            await aside(lambda: self._cursor.execute(statement, tuple(parameters)))
        return self

    async def executemany(self, statement: str, rows: Iterable[Any]) -> Self:
        """Runs one statement for many rows."""
        await aside(lambda: self._cursor.executemany(statement, rows))
        return self

    async def fetchone(self) -> Any:
        """The next row of a result that is read piece by piece."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows of it."""
        return self._cursor.fetchmany(size or self.arraysize)

    async def fetchall(self) -> list[Any]:
        """All rows."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Lets go of the result."""
        self._cursor.close()
