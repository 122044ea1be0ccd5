"""In which language somebody is spoken to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import String, delete, insert, select

from bot.model import Person
from bot.storage.database import Database
from bot.storage.schema import column, of_person, table

_KEPT = "until changed, or erased"

languages = table(
    "languages",
    of_person(_KEPT, primary_key=True),
    column("language", String(8), tag="personal", kept=_KEPT),
)


class Languages:
    """The language of each person who said one, or whose platform told it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, person: Person, language: str, at: datetime) -> None:
        """Keeps a language in place of the one before."""
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            await connection.execute(delete(languages).where(languages.c.person_id == person_id))
            await connection.execute(insert(languages).values(person_id=person_id, language=language))

    async def of(self, person: Person) -> str:
        """The language of a person; empty where none is kept."""
        return next((str(row.language) for row in await self._database.of(languages, person)), "")

    async def of_many(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """The languages that are kept, by the number of a person's row."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(languages).where(languages.c.person_id.in_(person_ids)))
            return {row.person_id: row.language for row in rows}
