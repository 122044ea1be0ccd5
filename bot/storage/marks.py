"""Marks: what a platform's adapter must not forget over a restart, in short codes and times, of nobody in particular."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import String, select, update

from bot.storage.database import Database, insert_new
from bot.storage.schema import Moment, column, of_tenant, table

_KEPT = "until replaced"
COACHED = "coached:"
"""How the mark begins that lists the coached channels of a server or workspace; its id follows."""

marks = table(
    "marks",
    of_tenant(_KEPT, primary_key=True),
    column("name", String(80), primary_key=True, tag="neutral", kept=_KEPT),
    column("value", String(4000), tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
)


class Marks:
    """Marks by tenant and name; one that was never set is empty."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, tenant: str, name: str) -> str:
        """What is marked."""
        async with self._database.reading() as connection:
            mine = (marks.c.tenant == tenant) & (marks.c.name == name)
            return str(await connection.scalar(select(marks.c.value).where(mine)) or "")

    async def change(self, tenant: str, name: str, at: datetime, to: Callable[[str], str]) -> str:
        """Replaces a mark by what `to` makes of it; what it was. One step, also among several processes."""
        async with self._database.writing() as connection:
            await self._database.pepper(connection, tenant, at)
            await insert_new(connection, marks, tenant=tenant, name=name, value="", at=at)
            mine = (marks.c.tenant == tenant) & (marks.c.name == name)
            before = str(await connection.scalar(select(marks.c.value).where(mine).with_for_update()) or "")
            await connection.execute(update(marks).where(mine).values(value=to(before), at=at))
            return before
