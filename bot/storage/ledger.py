"""The private ledger of gives and asks: kind and date, never a text."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, String

from bot.model import Entry, EntryKind, Person
from bot.storage.database import Database
from bot.storage.schema import Moment, column, number, of_person, table

KEPT = timedelta(days=365)
_KEPT = "12 months"

entries = table(
    "entries",
    number(_KEPT),
    of_person(_KEPT),
    column("kind", String(10), tag="personal", kept=_KEPT),
    column("what", String(20), tag="personal", kept=_KEPT),
    column("who", String(40), tag="personal", kept=_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    Index("ix_entries_person_at", "person_id", "at"),
    swept=KEPT,
)


class Ledger:
    """What people gave and asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, person: Person, entry: Entry) -> None:
        """Writes a give or an ask into the person's own ledger."""
        await self._database.add(
            entries, person, entry.at, kind=entry.kind, what=entry.what, who=entry.who, at=entry.at
        )

    async def since(self, person: Person, since: datetime) -> tuple[Entry, ...]:
        """The person's gives and asks since a time, oldest first."""
        rows = await self._database.since(entries, person, since)
        return tuple(Entry(EntryKind(r.kind), r.what, r.at, r.who) for r in rows)
