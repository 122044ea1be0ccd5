"""Receipts of what came in: kept before the platform is told that it arrived, so that nothing is lost or done twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import LargeBinary, String, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.letters import Address
from bot.model import Person
from bot.storage import StoreError
from bot.storage.database import Database, insert_new
from bot.storage.grouping import Groups
from bot.storage.schema import Moment, column, of_tenant, table
from bot.storage.sealing import Seals

KEPT = timedelta(hours=48)
"""Longer than any platform repeats itself (reliability catalogue, E01)."""
_KEPT = "48 hours"

receipts = table(
    "receipts",
    of_tenant(_KEPT, primary_key=True),
    column("event", String(120), primary_key=True, tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
    column("answer_to", LargeBinary, nullable=True, tag="personal", kept="until answered, at most 48 hours"),
    swept=KEPT,
)


class Receipts:
    """What came in, by tenant and the platform's id for it."""

    def __init__(self, database: Database, groups: Groups, seals: Seals) -> None:
        self._database = database
        self._groups = groups
        self._seals = seals

    async def accept(self, tenant: str, event: str, at: datetime, answer_to: Address | None = None) -> bool:
        """Keeps a receipt; False when the event was accepted before. With `answer_to` an answer is owed to it."""
        sealed = self._sealed(tenant, answer_to) if answer_to else None

        async def write() -> bool:
            async with self._database.writing() as connection:
                await self._database.pepper(connection, tenant, at)
                return await insert_new(connection, receipts, tenant=tenant, event=event, at=at, answer_to=sealed)

        return await self._groups.run(write)

    async def answered(self, tenant: str, event: str) -> None:
        """Nothing is owed for an event any more."""

        async def write() -> None:
            async with self._database.writing() as connection:
                mine = (receipts.c.tenant == tenant) & (receipts.c.event == event)
                await connection.execute(update(receipts).where(mine).values(answer_to=None))

        await self._groups.run(write)

    async def owed(self, since: datetime, until: datetime) -> tuple[tuple[str, str, Address], ...]:
        """Tenant, event and address of what was accepted in that time and never answered, oldest first."""
        async with self._database.reading() as connection:
            open_ = receipts.c.answer_to.is_not(None) & (receipts.c.at >= since) & (receipts.c.at < until)
            rows = await connection.execute(select(receipts).where(open_).order_by(receipts.c.at))
            return tuple((r.tenant, r.event, self._opened(r.tenant, r.answer_to)) for r in rows)

    async def owed_to(self, connection: AsyncConnection, person: Person) -> tuple[tuple[str, Address], ...]:
        """Event and address of what a person is owed an answer to."""
        return tuple((event, to) for event, to in await self._owed_in(connection, person) if to is not None)

    async def owe_nothing(self, connection: AsyncConnection, person: Person) -> None:
        """Nothing is owed to a person any more, and no receipt knows where they are reached.

        What no key opens may be theirs as well, and nobody can answer it: it goes along.
        """
        for event, _ in await self._owed_in(connection, person):
            mine = (receipts.c.tenant == person.tenant) & (receipts.c.event == event)
            await connection.execute(update(receipts).where(mine).values(answer_to=None))

    async def _owed_in(self, connection: AsyncConnection, person: Person) -> list[tuple[str, Address | None]]:
        """What a person is owed, found by opening what their tenant is; None for what no key opens."""
        open_ = (receipts.c.tenant == person.tenant) & receipts.c.answer_to.is_not(None)
        user, found = person.user.rpartition(":")[2], list[tuple[str, Address | None]]()
        for row in await connection.execute(select(receipts.c.event, receipts.c.answer_to).where(open_)):
            try:
                address = self._opened(person.tenant, row.answer_to)
            except StoreError:
                found.append((row.event, None))
            else:
                found += [(row.event, address)] if address.user == user else []
        return found

    def _sealed(self, tenant: str, address: Address) -> bytes:
        return self._seals.seal(msgspec.json.encode(address).decode(), _place(tenant))

    def _opened(self, tenant: str, sealed: bytes) -> Address:
        return msgspec.json.decode(self._seals.open(sealed, _place(tenant)), type=Address)


def _place(tenant: str) -> str:
    return f"{tenant}\0receipts.answer_to"
