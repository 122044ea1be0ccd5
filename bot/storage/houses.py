"""What belongs to a server of a platform where everybody is in one tenant: found, and erased when the server removes Tact.

Charters, polls, what is turned down or allowed there, its coached channels, tips and letters to its channels, and what is
counted for it. What is people's own stays theirs: they may use Tact in other servers.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.letters import channel_of
from bot.model import Room
from bot.storage import StoreError
from bot.storage.addresses import Addresses, addresses
from bot.storage.database import Database, people, tenants, user_key
from bot.storage.dismissals import dismissals
from bot.storage.marks import COACHED, marks
from bot.storage.outbox import outbox
from bot.storage.polls import POSTED, polls
from bot.storage.schedules import schedules
from bot.storage.schema import columns_of_rooms
from bot.storage.spending import model_days
from bot.storage.verdicts import verdicts


class Houses:
    """Servers, each by its house: the room that stands for it (“server/”)."""

    def __init__(self, database: Database, where: Addresses) -> None:
        self._database = database
        self._addresses = where

    async def of(self, tenant: str) -> frozenset[str]:
        """The houses in which somebody who looks after them decided something; not those where people only used a model."""
        async with self._database.reading() as connection:
            rooms = await self._channels(connection, tenant)
            for column in columns_of_rooms():
                if column.table is not model_days:
                    here = select(column).where(column.table.c.tenant == tenant).distinct()
                    rooms |= set(await connection.scalars(here))
            coached = (marks.c.tenant == tenant) & marks.c.name.startswith(COACHED) & (marks.c.value != "")
            rooms |= {
                f"{name.removeprefix(COACHED)}/"
                for name in await connection.scalars(select(marks.c.name).where(coached))
            }
        return frozenset(house for room in rooms if (house := Room(room).house))

    async def erase(self, tenant: str, house: str) -> None:
        """Erases what belongs to a house; raises ValueError for that of a whole tenant, which is uninstalled instead."""
        if not house:
            raise ValueError("this would erase every house of the tenant")
        async with self._database.writing() as connection:
            await self._erase_channels(connection, tenant, house)
            await _erase_letters_about_polls(connection, tenant, house)
            place = f"{tenant}/{house}"
            await connection.execute(delete(dismissals).where(dismissals.c.place == place))
            await connection.execute(update(verdicts).where(verdicts.c.place == place).values(place=""))
            for column in columns_of_rooms():
                here = (column.table.c.tenant == tenant) & _in(column, house)
                await connection.execute(delete(column.table).where(here))
            coached = f"{COACHED}{house.rstrip('/')}"
            await connection.execute(delete(marks).where(marks.c.tenant == tenant, marks.c.name == coached))
        self._database.doubt()

    async def _erase_channels(self, connection: AsyncConnection, tenant: str, house: str) -> None:
        """Erases the channels themselves, which are kept like people: their tips, and letters to them."""
        pepper = await connection.scalar(select(tenants.c.pepper).where(tenants.c.key == tenant))
        rooms = {room for room in await self._channels(connection, tenant) if room.startswith(house)}
        for column in columns_of_rooms():
            here = (column.table.c.tenant == tenant) & _in(column, house)
            rooms |= set(await connection.scalars(select(column).where(here)))
        keys = [user_key(pepper, channel_of(tenant, room)) for room in rooms] if pepper else []
        await connection.execute(delete(people).where(people.c.user_key.in_(keys)))

    async def _channels(self, connection: AsyncConnection, tenant: str) -> set[str]:
        """Rooms that get tips, by their addresses; one that no key opens gets none any more and is left to its end."""
        theirs = (
            select(addresses.c.sealed)
            .join(schedules, schedules.c.person_id == addresses.c.person_id)
            .join(people, people.c.id == addresses.c.person_id)
            .where(schedules.c.is_channel, people.c.tenant == tenant)
        )
        return set(self._rooms(tenant, await connection.scalars(theirs)))

    def _rooms(self, tenant: str, sealed: Iterable[bytes]) -> Iterable[str]:
        for one in sealed:
            try:
                address = self._addresses.opened(tenant, one)
            except StoreError:
                continue
            yield f"{address.workspace.rpartition(':')[2]}/{address.channel}"  # without Slack's organisation


def _in(column: ColumnElement[str], house: str) -> ColumnElement[bool]:
    return column.startswith(house, autoescape=True)


async def _erase_letters_about_polls(connection: AsyncConnection, tenant: str, house: str) -> None:
    """What follows from a poll there is told to somebody in their own messages."""
    numbers = await connection.scalars(select(polls.c.id).where(polls.c.tenant == tenant, _in(polls.c.room, house)))
    causes = [f"{POSTED}{number}/line" for number in numbers]
    await connection.execute(delete(outbox).where(outbox.c.tenant == tenant, outbox.c.cause.in_(causes)))
