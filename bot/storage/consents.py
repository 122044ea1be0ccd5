"""Who allowed a language model to read their drafts: a person for themselves, an admin for a tenant. Both are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, delete, insert, select

from bot.model import Person
from bot.storage.database import Database
from bot.storage.schema import Moment, column, of_person, of_tenant, table

_KEPT = "until withdrawn"
LONGEST = 200

model_consents = table(
    "model_consents",
    of_person(_KEPT, primary_key=True),
    column("recipient", String(LONGEST), tag="personal", kept=_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
)
model_tenants = table(
    "model_tenants",
    of_tenant(_KEPT, primary_key=True),
    column("recipient", String(LONGEST), tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """Whom a person and their tenant allowed to read; empty where they allowed nobody."""

    person: str = ""
    tenant: str = ""

    def holds(self, recipient: str) -> bool:
        """Whether both allowed just this recipient: another model or host needs to be asked about anew."""
        return self.person == self.tenant == recipient[:LONGEST]


class Consents:
    """Consent to a language model, off until it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: Person) -> Consent:
        """What a person and their tenant consented to."""
        async with self._database.reading() as connection:
            mine = model_consents.c.person_id == await self._database.known(connection, person)
            theirs = model_tenants.c.tenant == person.tenant
            own = await connection.scalar(select(model_consents.c.recipient).where(mine))
            shared = await connection.scalar(select(model_tenants.c.recipient).where(theirs))
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

    async def allow(self, tenant: str, recipient: str, at: datetime) -> None:
        """Allows people of a tenant to consent, in place of an earlier permission."""
        async with self._database.writing() as connection:
            await self._database.pepper(connection, tenant, at)
            await connection.execute(delete(model_tenants).where(model_tenants.c.tenant == tenant))
            row = {"tenant": tenant, "recipient": recipient[:LONGEST], "at": at}
            await connection.execute(insert(model_tenants).values(**row))

    async def forbid(self, tenant: str) -> None:
        """Ends the permission of a tenant, for everybody in it at once."""
        async with self._database.writing() as connection:
            await connection.execute(delete(model_tenants).where(model_tenants.c.tenant == tenant))
