"""Reasons that a community does not mind, by its own decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, bindparam, delete, select

from bot.model import Person, Reason
from bot.storage.database import Database, insert_new
from bot.storage.schema import Moment, column, of_room, of_tenant, table

_KEPT = "until uninstalled"

turned_down = table(
    "turned_down",
    of_tenant(_KEPT, primary_key=True),
    of_room("room", _KEPT, primary_key=True),
    column("reason", String(30), primary_key=True, tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
)

_THERE = select(turned_down.c.reason).where(
    turned_down.c.tenant == bindparam("tenant"), turned_down.c.room == bindparam("room")
)


class TurnedDown:
    """What is not minded, by tenant and the room that stands for the community."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, tenant: str, house: str) -> frozenset[Reason]:
        """The reasons that are not minded there; codes of another version are left out."""
        async with self._database.reading() as connection:
            found = set(await connection.scalars(_THERE, {"tenant": tenant, "room": house}))
            return frozenset(reason for reason in Reason if reason.value in found)

    async def turn(self, person: Person, house: str, reason: Reason, at: datetime, *, down: bool) -> None:
        """Turns a reason down, or minds it again; saying so twice changes nothing."""
        async with self._database.writing() as connection:
            await self._database.pepper(connection, person.tenant, at)
            row = {"tenant": person.tenant, "room": house, "reason": reason.value}
            if down:
                await insert_new(connection, turned_down, **row, at=at)
            else:
                mine = [turned_down.c[name] == value for name, value in row.items()]
                await connection.execute(delete(turned_down).where(*mine))
