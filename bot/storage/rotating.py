"""Changing keys: seals anew, with the first key, whatever an older one sealed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Select, select, tuple_, update

from bot.storage import sqlite
from bot.storage.database import Database, people
from bot.storage.schema import sealed_columns
from bot.storage.sealing import KEY_BYTES, Seals, keep_keys, key_file, keys_beside

BATCH = 500


def begin(url: str) -> Path | None:
    """Puts a new key before the one in the file beside a SQLite file; the file, None on PostgreSQL.

    Whatever happens then, everything opens with one of the keys in it.
    """
    if not url.startswith("sqlite"):
        return None
    sqlite.claim(url).release()  # refused while Tact runs, which would not know the new key
    file = sqlite.file_of(url)
    keep_keys(key_file(file), secrets.token_bytes(KEY_BYTES), *keys_beside(file))
    return key_file(file)


def end(file: Path) -> None:
    """Leaves only the first key in the file: nothing needs the others any more."""
    keep_keys(file, *keys_beside(file.with_suffix(""))[:1])


async def reseal(database: Database, seals: Seals) -> int:
    """Seals every sealed text with the first key; how many were sealed with another. Others may read and write meanwhile."""
    return sum([await _reseal(database, seals, column) for column in sealed_columns()])


async def _reseal(database: Database, seals: Seals, column: Column[Any]) -> int:
    done, after = 0, None
    while True:
        async with database.reading() as connection:
            rows = list(await connection.execute(_batch(column, after)))
        old = [row for row in rows if not seals.uses_first(row.text)]
        async with database.writing() as connection:
            for row in old:
                place = f"{row.tenant}\0{column.table.name}.{column.name}"
                fresh = seals.seal(seals.open(row.text, place), place)
                mine = [key == getattr(row, key.name) for key in column.table.primary_key]
                changed = update(column.table).where(*mine, column == row.text).values({column: fresh})
                done += (await connection.execute(changed)).rowcount
        if len(rows) < BATCH:
            return done
        after = tuple(getattr(rows[-1], key.name) for key in column.table.primary_key)


def _batch(column: Column[Any], after: tuple[Any, ...] | None) -> Select[Any]:
    """The next rows with something sealed, in the order of their keys."""
    table, keys = column.table, tuple(column.table.primary_key)
    tenant = table.c.tenant if "tenant" in table.c else people.c.tenant
    shown = [key for key in keys if key is not tenant]
    some = select(*shown, tenant.label("tenant"), column.label("text")).where(column.is_not(None))
    if "tenant" not in table.c:
        some = some.join_from(table, people, people.c.id == table.c.person_id)
    if after is not None:
        some = some.where(tuple_(*keys) > tuple_(*after))
    return some.order_by(*keys).limit(BATCH)
