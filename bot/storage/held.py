"""Everything that is held of a person, table by table: what an export shows without knowing each table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.model import Person
from bot.storage.database import Database
from bot.storage.schema import metadata


async def held(database: Database, person: Person, beside: Collection[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """A line for each row of a person, by table, with every personal column; without tables that are shown otherwise.

    What rests sealed is named and not opened: addresses and the words of letters on their way.
    """
    found: dict[str, tuple[str, ...]] = {}
    async with database.reading() as connection:
        person_id = await database.known(connection, person)
        for table in metadata.sorted_tables:
            if "person_id" in table.c and table.name not in beside:
                shown = [c for c in table.c if c.info["tag"] != "neutral" and c.name != "person_id"]
                rows = await connection.execute(select(*shown).where(table.c.person_id == person_id))
                lines = tuple(
                    ", ".join(f"{c.name} {_said(v)}" for c, v in zip(shown, row, strict=True)) for row in rows
                )
                if lines:
                    found[table.name] = lines
    return found


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        return "(sealed)"
    if isinstance(value, datetime):
        return value.isoformat()
    return "none" if value in (None, "") else str(value)
