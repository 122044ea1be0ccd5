"""Where people stand when they ask for something: read once for all whose messages came together, not once for each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attention import Push
from bot.ledger import WINDOW, Balance, add_up
from bot.model import EntryKind, Person
from bot.schedule import Schedule
from bot.storage.addresses import addresses
from bot.storage.database import Database
from bot.storage.ledger import entries
from bot.storage.mutes import mutes
from bot.storage.pushes import Pushes
from bot.storage.remarks import remarks
from bot.storage.schedules import schedule_of, schedules

MOST = 500
"""People in one read at most."""
NOTHING = Balance()


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides on a word to somebody: whether it is known where they are reached, and what they gave, heard and wish."""

    reached: bool = False
    balance: Balance = NOTHING
    muted: frozenset[str] = frozenset()
    said: Mapping[str, datetime] = field(default_factory=dict)
    schedule: Schedule | None = None
    pushes: Sequence[Push] = ()


class Standings:
    """Reads where many people stand at once."""

    def __init__(self, database: Database, pushes: Pushes) -> None:
        self._database = database
        self._pushes = pushes
        self._waiting: list[tuple[Person, datetime, asyncio.Future[Standing]]] = []
        self._reader: asyncio.Task[None] | None = None

    async def of(self, person: Person, now: datetime) -> Standing:
        """Where a person stands, as of the next read; who asks while one is under way shares the one after it."""
        done: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        self._waiting.append((person, now, done))
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._read_all(), context=Context())
        return await done

    async def _read_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                found = await self._read({person for person, _, _ in group}, max(now for _, now, _ in group))
                for person, _, done in group:
                    if not done.done():  # the caller may have gone
                        done.set_result(found.get(person, Standing()))
            except Exception as error:  # the callers' to handle
                for _, _, done in group:
                    if not done.done():
                        done.set_exception(error)

    async def _read(self, group: set[Person], now: datetime) -> Mapping[Person, Standing]:
        async with self._database.reading() as connection:
            numbers = {person: await self._database.known(connection, person) for person in group}
            ids = [number for number in numbers.values() if number is not None]
            reached = set(await connection.scalars(select(addresses.c.person_id).where(addresses.c.person_id.in_(ids))))
            balances = await _balances(connection, ids, now)
            muted, said = await _wishes(connection, ids, now)
            theirs = await connection.execute(select(schedules).where(schedules.c.person_id.in_(ids)))
            kept = {row.person_id: schedule_of(row) for row in theirs}
        pushed = await self._pushes.latest(ids)
        return {
            person: Standing(
                number in reached,
                balances.get(number, NOTHING),
                frozenset(muted.get(number, ())),
                said.get(number, {}),
                kept.get(number),
                pushed.get(number, ()),
            )
            for person, number in numbers.items()
            if number is not None
        }


async def _balances(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> Mapping[int, Balance]:
    """What each of them gave and asked in the 30 days before now."""
    recent = entries.c.person_id.in_(ids) & (entries.c.at >= now - WINDOW) & (entries.c.at <= now)
    counted = (entries.c.person_id, entries.c.kind, entries.c.what)
    counts: dict[int, list[tuple[EntryKind, str, int]]] = {}
    for row in await connection.execute(select(*counted, func.count()).where(recent).group_by(*counted)):
        counts.setdefault(row[0], []).append((EntryKind(row[1]), row[2], row[3]))
    return {person_id: add_up(found) for person_id, found in counts.items()}


async def _wishes(
    connection: AsyncConnection, ids: Sequence[int], now: datetime
) -> tuple[Mapping[int, set[str]], Mapping[int, dict[str, datetime]]]:
    """What each of them does not want to hear now, and what was remarked to them when."""
    muted: dict[int, set[str]] = {}
    for row in await connection.execute(select(mutes).where(mutes.c.person_id.in_(ids))):
        if row.until is None or row.until > now:
            muted.setdefault(row.person_id, set()).add(row.what)
    said: dict[int, dict[str, datetime]] = {}
    for row in await connection.execute(select(remarks).where(remarks.c.person_id.in_(ids))):
        said.setdefault(row.person_id, {})[row.about] = row.at
    return muted, said
