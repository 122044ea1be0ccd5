"""Stated purposes, by person and network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Index, Integer, String, delete, insert, select, update

from bot.model import Network, Person, Purpose
from bot.storage.database import Database
from bot.storage.schema import Moment, column, number, of_person, table

_KEPT = "until changed"

purposes = table(
    "purposes",
    number(_KEPT),
    of_person(_KEPT),
    column("network", String(20), tag="personal", kept=_KEPT),
    column("purpose", String(20), tag="personal", kept=_KEPT),
    column("place", Integer, tag="neutral", kept=_KEPT),
    column("stated_at", Moment, tag="personal", kept=_KEPT),
    Index("ix_purposes_person", "person_id", "network", "purpose", unique=True),
)


class Purposes:
    """What people said they are networking for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, person: Person, network: Network | None, stated: tuple[Purpose, ...], at: datetime) -> None:
        """Replaces the purposes for one network or overall; none clears them."""
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            here = (purposes.c.person_id == person_id) & (purposes.c.network == (network or ""))
            await connection.execute(delete(purposes).where(here))
            for place, purpose in enumerate(stated):
                await connection.execute(
                    insert(purposes).values(
                        person_id=person_id, network=network or "", purpose=purpose, place=place, stated_at=at
                    )
                )

    async def of(self, person: Person) -> Mapping[Network | None, tuple[Purpose, ...]]:
        """The stated purposes by network; None is overall."""
        stated: dict[Network | None, tuple[Purpose, ...]] = {}
        for row in sorted(await self._database.of(purposes, person), key=lambda row: int(row.place)):
            network = Network(row.network) if row.network else None
            stated[network] = (*stated.get(network, ()), Purpose(row.purpose))
        return stated

    async def since(self, person: Person) -> Mapping[Network | None, datetime]:
        """When the purposes on each network were stated, or said to hold still."""
        async with self._database.reading() as connection:
            mine = purposes.c.person_id == await self._database.known(connection, person)
            rows = await connection.execute(select(purposes.c.network, purposes.c.stated_at).where(mine))
            return {Network(network) if network else None: at for network, at in rows}

    async def keep(self, person: Person, network: Network | None, at: datetime) -> bool:
        """Keeps that the purposes on a network hold still; whether there are any."""
        async with self._database.writing() as connection:
            mine = purposes.c.person_id == await self._database.known(connection, person)
            here = mine & (purposes.c.network == (network or ""))
            return bool((await connection.execute(update(purposes).where(here).values(stated_at=at))).rowcount)

    async def of_many(self, person_ids: Sequence[int]) -> Mapping[int, tuple[Purpose, ...]]:
        """The stated purposes of many people on any network, each once."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(purposes.c.person_id, purposes.c.purpose)
                .where(purposes.c.person_id.in_(person_ids))
                .order_by(purposes.c.network, purposes.c.place)
            )
            stated: dict[int, dict[Purpose, None]] = {}
            for person_id, purpose in rows:
                stated.setdefault(person_id, {})[Purpose(purpose)] = None
            return {person_id: tuple(known) for person_id, known in stated.items()}
