"""Erasure: of a person, of a workspace, and again of whoever a restored backup brought back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Person
from bot.storage import StoreError
from bot.storage.addresses import Addresses, addresses
from bot.storage.database import Database, keyed, people, tenants
from bot.storage.schema import keys_of_people, tables_of_people
from bot.storage.tombstones import PERSON, TENANT, Tombstone, Tombstones

AT_ONCE = 500


class Erasing:
    """Erases rows; the caller sees to it that their bytes go from the log as well."""

    def __init__(self, database: Database, where: Addresses, tombstones: Tombstones) -> None:
        self._database = database
        self._addresses = where
        self._tombstones = tombstones

    async def person(self, person: Person, at: datetime) -> int:
        """Erases everything kept of a person; the number of rows that went. The wish not to be listened to stays."""
        async with self._database.writing() as connection:
            person_id = await self._database.known(connection, person)
            gone = await _rows_of(connection, person_id)
            key = await self._database.user_key(connection, person)
            if key and gone:
                await self._tombstones.set(connection, Tombstone(PERSON, key, at))
            await _erase(connection, [key] if key else [])
        self._database.doubt()
        return gone

    async def tenant(self, tenant: str, at: datetime) -> None:
        """Erases a workspace with everybody in it; also what waited to be sent there."""
        async with self._database.writing() as connection:
            pepper = await connection.scalar(select(tenants.c.pepper).where(tenants.c.key == tenant))
            if pepper:
                await self._tombstones.set(connection, Tombstone(TENANT, _mark(pepper, tenant), at))
            await connection.execute(delete(tenants).where(tenants.c.key == tenant))
        self._database.doubt()

    async def reached_in(self, tenant: str, workspace: str, at: datetime) -> int:
        """Erases whoever was last reached in one workspace of a tenant that has several; how many."""
        async with self._database.reading() as connection:
            theirs = (
                select(people.c.user_key, addresses.c.sealed)
                .join(addresses, addresses.c.person_id == people.c.id)
                .where(people.c.tenant == tenant)
            )
            rows = list(await connection.execute(theirs))
        keys = [row.user_key for row in rows if self._is_in(tenant, workspace, row.sealed)]
        async with self._database.writing() as connection:
            await self._tombstones.set(connection, *(Tombstone(PERSON, key, at) for key in keys))
            await _erase(connection, keys)
        self._database.doubt()
        return len(keys)

    def _is_in(self, tenant: str, workspace: str, sealed: bytes) -> bool:
        try:
            return self._addresses.opened(tenant, sealed).workspace == workspace
        except StoreError:  # sealed with a key that is gone: nobody is reached by it any more
            return False

    async def again(self) -> int:
        """Erases what has a tombstone and is older than it; how many people and workspaces that were."""
        async with self._database.reading() as connection:
            stones = await self._tombstones.all(connection)
            found = await self._back(connection, stones) if stones else ([], [])
        if not any(found):
            return 0
        keys, left = found
        async with self._database.writing() as connection:
            await _erase(connection, keys)
            await connection.execute(delete(tenants).where(tenants.c.key.in_(left)))
        self._database.doubt()
        return len(keys) + len(left)

    async def _back(self, connection: AsyncConnection, stones: tuple[Tombstone, ...]) -> tuple[list[str], list[str]]:
        """Keys of people and of tenants that are there although they were erased."""
        keys: list[str] = []
        persons = [stone for stone in stones if stone.kind == PERSON]
        for start in range(0, len(persons), AT_ONCE):
            these = [
                (people.c.user_key == s.mark) & (people.c.created_at <= s.at) for s in persons[start : start + AT_ONCE]
            ]
            keys += list(await connection.scalars(select(people.c.user_key).where(or_(*these))))
        marks = {stone.mark: stone.at for stone in stones if stone.kind == TENANT}
        rows = list(await connection.execute(select(tenants))) if marks else []
        left = [row.key for row in rows if (at := marks.get(_mark(row.pepper, row.key))) and row.created_at <= at]
        return keys, left


def _mark(pepper: str, tenant: str) -> str:
    """The keyed hash by which an uninstalled workspace is known again; a new installation has another pepper."""
    return keyed(pepper, tenant, "uninstalled")


async def _erase(connection: AsyncConnection, keys: list[str]) -> None:
    """Erases people by their keyed hashes, and takes their name from what they wrote for others.

    A wish, which has such a hash for its own key, stays.
    """
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        await connection.execute(delete(people).where(people.c.user_key.in_(some)))
        for column in keys_of_people():
            if column.table is not people and not column.primary_key:
                await connection.execute(update(column.table).where(column.in_(some)).values({column: ""}))


async def _rows_of(connection: AsyncConnection, person_id: int | None) -> int:
    """How many rows are kept of a person, in every table that names one."""
    if person_id is None:
        return 0
    gone = 1
    for table in tables_of_people():
        count = select(func.count()).select_from(table).where(table.c.person_id == person_id)
        gone += int(await connection.scalar(count) or 0)
    return gone
