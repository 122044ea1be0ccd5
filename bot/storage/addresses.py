"""Where people are reached, sealed: the platform's ids stand nowhere else."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Integer, LargeBinary, String, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.letters import Address
from bot.model import Person
from bot.storage.database import Database, put
from bot.storage.schema import Moment, column, of_person, table
from bot.storage.sealing import Seals

_KEPT = "until erased"

addresses = table(
    "addresses",
    of_person(_KEPT, primary_key=True),
    column("platform", String(20), tag="neutral", kept=_KEPT),
    column("sealed", LargeBinary, tag="personal", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
    column("failures", Integer, tag="personal", kept=_KEPT, server_default="0"),
)


class Addresses:
    """Where people asked to be reached."""

    def __init__(self, database: Database, seals: Seals) -> None:
        self._database = database
        self._seals = seals

    async def keep(self, person: Person, address: Address, at: datetime) -> None:
        """Keeps a person's address in place of the one before; who could not be reached there is tried again."""
        sealed = self.sealed(person.tenant, address)
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            row = {"platform": address.platform, "sealed": sealed, "at": at, "failures": 0}
            await put(connection, addresses, person_id=person_id, **row)

    async def of(self, person: Person) -> Address | None:
        """A person's address; None when none is kept."""
        async with self._database.reading() as connection:
            mine = addresses.c.person_id == await self._database.known(connection, person)
            sealed = await connection.scalar(select(addresses.c.sealed).where(mine))
        return self.opened(person.tenant, sealed) if sealed else None

    async def failures(self, person: Person) -> int:
        """On how many days in a row a person could not be reached; none since they last came by themselves."""
        async with self._database.reading() as connection:
            mine = addresses.c.person_id == await self._database.known(connection, person)
            return int(await connection.scalar(select(addresses.c.failures).where(mine)) or 0)

    async def failed(self, connection: AsyncConnection, person_id: int) -> None:
        """Counts a day on which somebody could not be reached."""
        mine = addresses.c.person_id == person_id
        await connection.execute(update(addresses).where(mine).values(failures=addresses.c.failures + 1))

    async def reached(
        self, connection: AsyncConnection, person_id: int, tenant: str, moved: Address | None = None
    ) -> None:
        """Somebody was reached; where sending opened a channel, it is kept for the next time."""
        mine = addresses.c.person_id == person_id
        if moved:
            values = {"failures": 0, "sealed": self.sealed(tenant, moved)}
            await connection.execute(update(addresses).where(mine).values(**values))
        else:
            await connection.execute(update(addresses).where(mine, addresses.c.failures > 0).values(failures=0))

    def opened(self, tenant: str, sealed: bytes) -> Address:
        """A sealed address in clear."""
        return msgspec.json.decode(self._seals.open(sealed, _place(tenant)), type=Address)

    def sealed(self, tenant: str, address: Address) -> bytes:
        """An address as it rests."""
        return self._seals.seal(msgspec.json.encode(address).decode(), _place(tenant))


def _place(tenant: str) -> str:
    return f"{tenant}\0addresses.sealed"
