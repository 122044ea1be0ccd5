"""Looks at a database from outside, beside a Tact that runs: it takes no lock, changes nothing, and names nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.letters import Backlog
from bot.storage import StoreError, inline, sqlite
from bot.storage.database import Database
from bot.storage.migrate import newest
from bot.storage.outbox import Outbox
from bot.storage.schema import Moment, metadata
from bot.storage.sealing import Seals


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds: how many rows, and the oldest time in them."""

    table: str
    rows: int
    oldest: datetime | None
    classes: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Tag, retention and columns."""


@dataclass(frozen=True, slots=True)
class State:
    """How a database is: its schema, this version's, and what is on its way."""

    schema: str
    wanted: str
    backlog: Backlog | None


async def holdings(url: str) -> tuple[Held, ...]:
    """What every table holds; raises StoreError."""
    async with _looking(url) as engine, engine.connect() as connection:
        there = set(await connection.run_sync(lambda c: inspect(c).get_table_names()))
        found = []
        for table in metadata.sorted_tables:
            times = [c for c in table.c if isinstance(c.type, Moment) and c.name in ("at", "created_at", "stated_at")]
            oldest = func.min(times[0]) if times else None
            some = select(func.count(), *([oldest] if oldest is not None else [])).select_from(table)
            row = (await connection.execute(some)).one() if table.name in there else (0, None)
            found.append(Held(table.name, row[0], row[1] if times else None, _classes(table.name)))
        return tuple(found)


def _classes(name: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    classes: dict[tuple[str, str], list[str]] = {}
    for column in metadata.tables[name].c:
        classes.setdefault((column.info["tag"], column.info["kept"]), []).append(column.name)
    return tuple((tag, kept, tuple(columns)) for (tag, kept), columns in sorted(classes.items()))


async def state(url: str, now: datetime) -> State:
    """How it is; raises StoreError."""
    async with _looking(url) as engine:
        async with engine.connect() as connection:
            schema = await connection.run_sync(_schema)
        wanted = newest()
        database = Database(engine)
        backlog = await Outbox(database, Seals(())).backlog(now) if schema == wanted else None
        await database.close()
        return State(schema, wanted, backlog)


def _schema(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


@asynccontextmanager
async def _looking(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine that only reads."""
    options = {}
    if url.startswith("sqlite"):
        file = sqlite.file_of(url)
        if not file.exists():
            raise StoreError(f"There is no database at {file} yet; it is made when it is first used.")
        url = f"sqlite+aiosqlite:///{file.absolute().as_uri()}?mode=ro&uri=true"
        options = {"connect_args": {**sqlite.CONNECT, "async_creator_fn": inline.connect}}
    engine = create_async_engine(url, hide_parameters=True, **options)
    try:
        yield engine
    except (DBAPIError, OSError) as error:
        raise StoreError(f"The database cannot be looked at ({getattr(error, 'orig', None) or error}).") from error
    finally:
        await engine.dispose()
