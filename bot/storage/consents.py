"""Who allowed a language model to read drafts: a person their own, and an admin those of a workspace or server.

Both are needed. A workspace's house has no name; on Discord, one tenant, each server is a house of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, delete, insert, select

from bot.model import Person
from bot.storage.database import Database
from bot.storage.schema import Moment, column, of_person, of_room, of_tenant, table

_KEPT = "until withdrawn"
LONGEST = 200

model_consents = table(
    "model_consents",
    of_person(_KEPT, primary_key=True),
    column("recipient", String(LONGEST), tag="personal", kept=_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
)
model_houses = table(
    "model_houses",
    of_tenant(_KEPT, primary_key=True),
    of_room("house", _KEPT, primary_key=True),
    column("recipient", String(LONGEST), tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """Whom a person and the house they are in allowed to read; empty where they allowed nobody."""

    person: str = ""
    house: str = ""

    def given(self, recipient: str) -> bool:
        """Whether the person allowed just this recipient: another model or host needs to be asked about anew."""
        return bool(recipient) and self.person == recipient[:LONGEST]

    def allowed(self, recipient: str) -> bool:
        """Whether the house did."""
        return bool(recipient) and self.house == recipient[:LONGEST]


class Consents:
    """Consent to a language model, off until it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: Person, house: str = "") -> Consent:
        """What a person and a house of their tenant consented to."""
        async with self._database.reading() as connection:
            mine = model_consents.c.person_id == await self._database.known(connection, person)
            theirs = _of(person.tenant, house)
            own = await connection.scalar(select(model_consents.c.recipient).where(mine))
            shared = await connection.scalar(select(model_houses.c.recipient).where(theirs))
        return Consent(own or "", shared or "")

    async def give(self, person: Person, recipient: str, at: datetime) -> None:
        """A person's own consent, in place of an earlier one."""
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            await connection.execute(delete(model_consents).where(model_consents.c.person_id == person_id))
            row = {"person_id": person_id, "recipient": recipient[:LONGEST], "at": at}
            await connection.execute(insert(model_consents).values(**row))

    async def withdraw(self, person: Person) -> None:
        """Ends a person's consent."""
        async with self._database.writing() as connection:
            mine = model_consents.c.person_id == await self._database.known(connection, person)
            await connection.execute(delete(model_consents).where(mine))

    async def allow(self, tenant: str, house: str, recipient: str, at: datetime) -> None:
        """Allows people in a house to consent, in place of an earlier permission."""
        async with self._database.writing() as connection:
            await self._database.pepper(connection, tenant, at)
            await connection.execute(delete(model_houses).where(_of(tenant, house)))
            row = {"tenant": tenant, "house": house, "recipient": recipient[:LONGEST], "at": at}
            await connection.execute(insert(model_houses).values(**row))

    async def forbid(self, tenant: str, house: str) -> None:
        """Ends the permission of a house, for everybody in it at once."""
        async with self._database.writing() as connection:
            await connection.execute(delete(model_houses).where(_of(tenant, house)))


def _of(tenant: str, house: str) -> ColumnElement[bool]:
    return (model_houses.c.tenant == tenant) & (model_houses.c.house == house)
