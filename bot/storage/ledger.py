"""The private ledger of gives and asks: kind and date, never a text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Integer, String, bindparam, delete, func, select, update

from bot.ledger import WINDOW, Ask, Balance, Outcome, add_up
from bot.model import Entry, EntryKind, Person
from bot.storage.database import Database, insert_new, keyed, people
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
    column("number", Integer, tag="personal", kept=_KEPT),
    column("outcome", String(10), tag="personal", kept=_KEPT),
    column("answered_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("thanked_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("told_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("event", String(64), nullable=True, tag="personal", kept=_KEPT),
    Index("ix_entries_balance", "person_id", "at", "kind", "what"),
    Index("ix_entries_outcome", "person_id", "outcome", "at"),
    Index("ix_entries_number", "person_id", "number", unique=True),
    Index("ix_entries_event", "person_id", "event", "kind", unique=True),
    swept=KEPT,
)

_COUNTS = (
    select(entries.c.kind, entries.c.what, func.count())
    .where(entries.c.person_id == bindparam("person"), entries.c.at.between(bindparam("since"), bindparam("now")))
    .group_by(entries.c.kind, entries.c.what)
)


class Ledger:
    """What people gave and asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, person: Person, *written: Entry, event: str = "") -> tuple[Entry, ...]:
        """Writes gives and asks into the person's own ledger and returns them numbered.

        What was written before for the same event (the platform's id of a message) is left out. Only a keyed hash of the
        event stands in the row: it tells twice the same, and not which message it was.
        """
        if not written:
            return ()
        async with self._database.writing() as connection:
            at = max(entry.at for entry in written)
            person_id = await self._database.number(connection, person, at)
            pepper = await self._database.pepper(connection, person.tenant, at)
            key = keyed(pepper, person.tenant, event) if event else None
            count_up = update(people).where(people.c.id == person_id).values(entries=people.c.entries + len(written))
            last = int(await connection.scalar(count_up.returning(people.c.entries)) or 0)
            kept = []
            for place, entry in enumerate(written, last - len(written) + 1):
                row = {"kind": entry.kind, "what": entry.what, "who": entry.who, "at": entry.at, "number": place}
                row |= {"person_id": person_id, "event": key}
                row["outcome"] = Outcome.OPEN if entry.kind is EntryKind.ASKED else ""
                if await insert_new(connection, entries, **row):
                    kept.append(Entry(entry.kind, entry.what, entry.at, entry.who, place))
            return tuple(kept)

    async def balance(self, person: Person, now: datetime) -> Balance:
        """What was given and asked in the 30 days before now; counted by the database from one index."""
        async with self._database.reading() as connection:
            whose = {"person": await self._database.known(connection, person)}
            rows = await connection.execute(_COUNTS, {**whose, "since": now - WINDOW, "now": now})
            return add_up((EntryKind(kind), what, count) for kind, what, count in rows)

    async def latest(self, person: Person, since: datetime, limit: int) -> tuple[Entry, ...]:
        """The person's last gives and asks since a time, oldest first."""
        async with self._database.reading() as connection:
            mine = (entries.c.person_id == await self._database.known(connection, person)) & (entries.c.at >= since)
            newest = select(entries).where(mine).order_by(entries.c.at.desc(), entries.c.id.desc()).limit(limit)
            return tuple(_entry(row) for row in reversed(list(await connection.execute(newest))))

    async def since(self, person: Person, since: datetime) -> tuple[Entry, ...]:
        """The person's gives and asks since a time, oldest first."""
        return tuple(_entry(row) for row in await self._database.since(entries, person, since))

    async def ask(self, person: Person, number: int) -> Ask | None:
        """The person's ask of a number; None when there is none."""
        found = await self._asks(person, entries.c.number == number, 1)
        return found[0] if found else None

    async def asks(self, person: Person, *outcomes: Outcome, limit: int = 1000) -> tuple[Ask, ...]:
        """The person's asks that came so far, newest first."""
        return await self._asks(person, entries.c.outcome.in_(outcomes), limit)

    async def change(self, person: Person, ask: Ask) -> None:
        """Keeps what became of an ask."""
        async with self._database.writing() as connection:
            mine = entries.c.person_id == await self._database.known(connection, person)
            now = {"answered_at": ask.answered_at, "thanked_at": ask.thanked_at, "told_at": ask.told_at}
            asked = mine & (entries.c.kind == EntryKind.ASKED) & (entries.c.number == ask.number)
            await connection.execute(update(entries).where(asked).values(outcome=ask.outcome, **now))

    async def take_back(self, person: Person) -> tuple[Entry, ...]:
        """Removes what was written down last, with all of the same event, and returns it; its thanks are owed again."""
        async with self._database.writing() as connection:
            mine = entries.c.person_id == await self._database.known(connection, person)
            newest = select(entries).where(mine).order_by(entries.c.number.desc()).limit(1)
            last = (await connection.execute(newest)).first()
            if last is None:
                return ()
            together = mine & (entries.c.event == last.event if last.event else entries.c.id == last.id)
            rows = list(await connection.execute(select(entries).where(together).order_by(entries.c.number)))
            await connection.execute(delete(entries).where(together))
            thanked = mine & (entries.c.thanked_at == last.at)
            closed = thanked & (entries.c.outcome == Outcome.CLOSED)
            await connection.execute(update(entries).where(closed).values(outcome=Outcome.ANSWERED))
            await connection.execute(update(entries).where(thanked).values(thanked_at=None))
            return tuple(map(_entry, rows))

    async def _asks(self, person: Person, which: Any, limit: int) -> tuple[Ask, ...]:
        async with self._database.reading() as connection:
            mine = entries.c.person_id == await self._database.known(connection, person)
            asked = mine & (entries.c.kind == EntryKind.ASKED) & which
            newest = select(entries).where(asked).order_by(entries.c.at.desc(), entries.c.id.desc()).limit(limit)
            return tuple(map(_ask, await connection.execute(newest)))


def _entry(row: Any) -> Entry:
    return Entry(EntryKind(row.kind), row.what, row.at, row.who, row.number)


def _ask(row: Any) -> Ask:
    times = (row.answered_at, row.thanked_at, row.told_at)
    return Ask(row.number, row.what, row.at, row.who, Outcome(row.outcome), *times)
