"""Everything that is held of a person, table by table: what an export shows without knowing each table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Person
from bot.storage.database import Database
from bot.storage.receipts import Receipts
from bot.storage.schema import keys_of_people, tables_of_people
from bot.storage.sealing import Seals

Row = Mapping[str, Any]


async def held(database: Database, person: Person, beside: Collection[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """A line for each row of a person, by table, with every personal column; without tables that are shown otherwise.

    What rests sealed is named and not opened: addresses and the words of letters on their way.
    """
    found: dict[str, tuple[str, ...]] = {}
    async with database.reading() as connection:
        person_id = await database.known(connection, person)
        for table in tables_of_people():
            if table.name not in beside:
                shown = [c for c in table.c if c.info["tag"] != "neutral" and c.name != "person_id"]
                rows = await connection.execute(select(*shown).where(table.c.person_id == person_id))
                lines = tuple(
                    ", ".join(f"{c.name} {_said(v)}" for c, v in zip(shown, row, strict=True)) for row in rows
                )
                if lines:
                    found[table.name] = lines
    return found


async def taken_out(
    database: Database, seals: Seals, receipts: Receipts, person: Person
) -> Mapping[str, tuple[Row, ...]]:
    """Every row of a person, by table, with all columns but secrets and the row's owner; what rests sealed is opened."""
    found: dict[str, tuple[Row, ...]] = {}
    async with database.reading() as connection:
        number, key = await database.known(connection, person), await database.user_key(connection, person)
        questions = [
            *((table, select(*_shown(table)).where(table.c.person_id == number)) for table in tables_of_people()),
            *((c.table, select(*_shown(c.table)).where(c == key)) for c in keys_of_people()),
        ]
        for table, question in questions:
            if rows := await _opened(connection, seals, person.tenant, table, question):
                found[str(table.name)] = rows
        owed = await receipts.owed_to(connection, person)
        if owed:
            found["receipts"] = tuple({"event": event, "answer_to": address} for event, address in owed)
    return dict(sorted(found.items()))


def _shown(table: Any) -> list[Column[Any]]:
    return [column for column in table.c if column.info["tag"] != "secret" and column.name != "person_id"]


async def _opened(
    connection: AsyncConnection, seals: Seals, tenant: str, table: Any, question: Select[Any]
) -> tuple[Row, ...]:
    """Rows with what rests sealed opened."""
    rows = []
    for row in (await connection.execute(question)).mappings():
        place = f"{tenant}\0{table.name}."
        opened = {
            str(name): msgspec.json.decode(seals.open(value, place + name)) if isinstance(value, bytes) else value
            for name, value in row.items()
        }
        rows.append(opened)
    return tuple(rows)


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        return "(sealed)"
    if isinstance(value, datetime):
        return value.isoformat()
    return "none" if value in (None, "") else str(value)
