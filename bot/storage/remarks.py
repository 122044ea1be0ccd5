"""What Tact remarked, and when: so that the same thing is not said twice. A code, never a text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import String, delete, insert

from bot.model import Person
from bot.storage.database import Database
from bot.storage.grouping import Groups
from bot.storage.schema import Moment, column, of_person, table

KEPT = timedelta(days=90)
_KEPT = "90 days"

remarks = table(
    "remarks",
    of_person(_KEPT, primary_key=True),
    column("about", String(60), primary_key=True, tag="personal", kept=_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    swept=KEPT,
)


class Remarks:
    """What was said unasked."""

    def __init__(self, database: Database, groups: Groups) -> None:
        self._database = database
        self._groups = groups

    async def said(self, person: Person, *about: str, at: datetime) -> None:
        """Keeps that something was remarked just now."""
        await self._groups.run(lambda: self._write(person, about, at))

    async def _write(self, person: Person, about: tuple[str, ...], at: datetime) -> None:
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            mine = (remarks.c.person_id == person_id) & remarks.c.about.in_(about)
            await connection.execute(delete(remarks).where(mine))
            for code in set(about):
                await connection.execute(insert(remarks).values(person_id=person_id, about=code, at=at))

    async def forget(self, person: Person, about: str) -> None:
        """Something may be remarked again."""
        async with self._database.writing() as connection:
            mine = remarks.c.person_id == await self._database.known(connection, person)
            await connection.execute(delete(remarks).where(mine & (remarks.c.about == about)))

    async def of(self, person: Person) -> Mapping[str, datetime]:
        """What was remarked to a person, each with the last time."""
        return {row.about: row.at for row in await self._database.of(remarks, person)}
