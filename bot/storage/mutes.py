"""What somebody does not want to hear, and who does not want to be listened to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, delete, insert, select

from bot.model import Person
from bot.storage.database import Database, put
from bot.storage.schema import Moment, column, key_of_person, of_person, of_tenant, table

_KEPT = "until changed, or its time has passed"
_KEPT_OUT = "until listening is on again or its time has passed, also after everything else was erased"

mutes = table(
    "mutes",
    of_person(_KEPT, primary_key=True),
    column("what", String(20), primary_key=True, tag="personal", kept=_KEPT),
    column("until", Moment, nullable=True, tag="personal", kept=_KEPT),
)

opt_outs = table(
    "opt_outs",
    of_tenant(_KEPT_OUT),
    key_of_person("user_key", _KEPT_OUT, primary_key=True),
    column("at", Moment, tag="personal", kept=_KEPT_OUT),
    column("until", Moment, nullable=True, tag="personal", kept=_KEPT_OUT),
)


@dataclass(frozen=True, slots=True)
class OptOut:
    """The wish not to be listened to, until a time or (None) until they say otherwise."""

    until: datetime | None


class Mutes:
    """Wishes for quiet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mute(self, person: Person, what: str, until: datetime | None, at: datetime) -> None:
        """Keeps that a person does not want to hear something until a time, or until they say otherwise."""
        async with self._database.writing() as connection:
            await self.unmute(person, what)
            person_id = await self._database.number(connection, person, at)
            await connection.execute(insert(mutes).values(person_id=person_id, what=what, until=until))

    async def unmute(self, person: Person, what: str) -> None:
        """Forgets that wish."""
        async with self._database.writing() as connection:
            mine = mutes.c.person_id == await self._database.known(connection, person)
            await connection.execute(delete(mutes).where(mine & (mutes.c.what == what)))

    async def of(self, person: Person, now: datetime) -> Mapping[str, datetime | None]:
        """What a person does not want to hear now, each with the time until when; None is until they say otherwise."""
        rows = await self._database.of(mutes, person)
        return {row.what: row.until for row in rows if row.until is None or row.until > now}

    async def by(self, person_ids: Sequence[int], what: str, now: datetime) -> frozenset[int]:
        """Those among many people, by the number of their row, who do not want to hear something now."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(mutes).where(mutes.c.person_id.in_(person_ids), mutes.c.what == what)
            )
            return frozenset(row.person_id for row in rows if row.until is None or row.until > now)

    async def sweep(self, now: datetime) -> int:
        """Erases wishes whose time has passed; how many."""
        async with self._database.writing() as connection:
            return sum(
                [(await connection.execute(delete(t).where(t.c.until < now))).rowcount for t in (mutes, opt_outs)]
            )

    async def opt_out(self, person: Person, at: datetime, until: datetime | None = None) -> None:
        """Keeps that a person is not listened to, until a time or for good; it outlasts the erasure of everything else."""
        async with self._database.writing() as connection:
            await self._database.pepper(connection, person.tenant, at)
            key = await self._database.user_key(connection, person)
            await put(connection, opt_outs, tenant=person.tenant, user_key=key, at=at, until=until)

    async def opt_in(self, person: Person) -> None:
        """Forgets that wish."""
        async with self._database.writing() as connection:
            key = await self._database.user_key(connection, person)
            await connection.execute(delete(opt_outs).where(opt_outs.c.user_key == key))

    async def opted_out(self, person: Person, now: datetime) -> OptOut | None:
        """The wish of a person not to be listened to, where they have it now."""
        async with self._database.reading() as connection:
            key = await self._database.user_key(connection, person)
            row = (await connection.execute(select(opt_outs.c.until).where(opt_outs.c.user_key == key))).first()
            return OptOut(row.until) if row and (row.until is None or row.until > now) else None
