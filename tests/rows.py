"""One row in every table of a schema, whatever tables there are: a new one is in every test that uses this."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, LargeBinary
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Person
from bot.retries import State
from bot.storage.database import insert_new
from bot.storage.schema import metadata
from bot.storage.store import Store

CANARY = "ZQX7"
"""Begins every text of a person in these rows."""


async def fill(store: Store, person: Person, at: datetime, *, only: frozenset[str] | None = None) -> None:
    """Gives a person, and their tenant, a row in every table; every time in it is `at`."""
    async with store.together() as connection:
        database = store._database
        number = await database.number(connection, person, at)
        key = await database.user_key(connection, person)
        for table in metadata.sorted_tables:
            if table.name in {"tenants", "people"} or (only is not None and table.name not in only):
                continue
            row = {c.name: await _value(connection, store, c, person, number, str(key), at) for c in table.c}
            if "id" in table.c and isinstance(table.c.id.type, Integer):
                del row["id"]
            await insert_new(connection, table, **row)


async def _open(_: AsyncConnection, __: Store, ___: Person) -> str:
    return "open"


async def _salt(_: AsyncConnection, store: Store, person: Person) -> bytes:
    return store._seals.seal("00" * 32, f"{person.tenant}\0polls.salt")


async def _voter(connection: AsyncConnection, store: Store, person: Person) -> str:
    latest = metadata.tables["polls"].select().order_by(metadata.tables["polls"].c.id.desc())
    return store.polls._voter((await connection.execute(latest)).first(), person)


async def _choice(_: AsyncConnection, __: Store, ___: Person) -> str:
    return "fine"


_OF_POLLS = {
    ("polls", "state"): _open,
    ("polls", "salt"): _salt,
    ("votes", "voter"): _voter,
    ("votes", "choice"): _choice,
}
"""What makes a vote the person's own: it is known by a secret of its poll alone."""


async def _value(
    connection: AsyncConnection, store: Store, column: Column[Any], person: Person, number: int, key: str, at: datetime
) -> Any:
    table = column.table
    for foreign in column.foreign_keys:
        if foreign.column.table.name not in {"tenants", "people"}:  # a part of what was filled in before
            return await connection.scalar(foreign.column.table.select().order_by(foreign.column.desc()).limit(1))
    if column.name == "person_id":
        return number
    if column.name == "tenant":
        return person.tenant
    if column.info.get("names") == "key":
        return key
    if column.name == "state" and table.name == "outbox":
        return State.SENT
    if (table.name, column.name) in _OF_POLLS:
        return await _OF_POLLS[table.name, column.name](connection, store, person)
    if isinstance(column.type, LargeBinary):
        place = f"{person.tenant}\0{table.name}.{column.name}"
        address = f'{{"platform": "slack", "workspace": "T", "user": "{person.user}"}}'
        return store._seals.seal(address, place)
    return plain(column.type, f"{CANARY}{number}", at)


def plain(kind: Any, text: str, at: datetime) -> Any:
    """A value of a column's type."""
    kind = getattr(kind, "impl", kind)
    if isinstance(kind, DateTime):
        return at
    if isinstance(kind, Date):
        return date(at.year, at.month, at.day)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return 7
    if isinstance(kind, Float):
        return 0.5
    return text[: kind.length]


async def counts(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    async with store.together() as connection:
        return {t.name: len(list(await connection.execute(t.select()))) for t in metadata.sorted_tables}
