"""Moves everything from one database to an empty other one, and leaves the first as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Integer, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import StoreError
from bot.storage.database import Database
from bot.storage.schema import metadata, sealed_columns
from bot.storage.sealing import Seals

BATCH = 1_000
TRIED = 20
"""Sealed rows of each kind that are opened before anything is moved, to be sure of the key."""


async def move(source: Database, target: Database, seals: Seals, moved: Callable[[str, int, int], None]) -> int:
    """Copies every row in one transaction; the number of rows. `moved` hears of table, rows so far and rows in all.

    Raises StoreError for a target that holds something, for a key that does not fit, and when a row is missing at the
    end; the target is left empty then. Nobody else may write to the source meanwhile.
    """
    rows = 0
    async with source.reading() as out, target.writing() as into:
        await _refuse_full(into)
        await try_keys(out, seals)
        for table in metadata.sorted_tables:
            rows += await _copy(table, out, into, moved)
            await _count_on(table, into)
    return rows


async def _refuse_full(into: AsyncConnection) -> None:
    for table in metadata.sorted_tables:
        if await into.scalar(select(func.count()).select_from(table)):
            raise StoreError(
                f"The database to move to already holds something (in {table.name}). Nothing was moved; name an empty one."
            )


async def try_keys(out: AsyncConnection, seals: Seals) -> None:
    """Opens some of what is sealed; raises StoreError where the key does not fit."""
    for sealed in sealed_columns():
        table = sealed.table
        some: Any = select(table.c.tenant, sealed.label("text")) if "tenant" in table.c else _with_tenant(table, sealed)
        for row in await out.execute(some.where(sealed.is_not(None)).limit(TRIED)):
            seals.open(row.text, f"{row.tenant}\0{table.name}.{sealed.name}")


def _with_tenant(table: Any, sealed: Any) -> Any:
    people = metadata.tables["people"]
    return select(people.c.tenant, sealed.label("text")).join_from(table, people, people.c.id == table.c.person_id)


async def _copy(
    table: Table, out: AsyncConnection, into: AsyncConnection, moved: Callable[[str, int, int], None]
) -> int:
    count = select(func.count()).select_from(table)
    whole, done = int(await out.scalar(count) or 0), 0
    rows = await out.stream(select(table).order_by(*table.primary_key))
    async for batch in rows.mappings().partitions(BATCH):
        values: Sequence[dict[str, Any]] = [dict(row) for row in batch]
        await into.execute(insert(table), values)
        done += len(values)
        moved(table.name, done, whole)
    if await into.scalar(count) != whole:
        raise StoreError(f"Not every row of {table.name} arrived. Nothing was moved; try again.")
    return done


async def _count_on(table: Table, into: AsyncConnection) -> None:
    """Lets PostgreSQL number new rows after the ones that were moved."""
    if into.dialect.name == "postgresql" and isinstance(getattr(table.c.get("id"), "type", None), Integer):
        last = f"SELECT coalesce(max(id), 0) + 1 FROM {table.name}"  # noqa: S608 -- a name of our own schema
        await into.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), ({last}), false)"))
