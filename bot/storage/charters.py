"""Charters that communities wrote for a workspace, a server or a channel, with every version of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Integer, String, bindparam, func, insert, select

from bot.model import Person
from bot.storage.database import Database
from bot.storage.schema import Moment, column, key_of_person, number, of_room, of_tenant, table

_KEPT = "until uninstalled"
LONGEST = 4_000
"""Characters of a charter; no more of one is read."""

charters = table(
    "charters",
    number(_KEPT),
    of_tenant(_KEPT),
    of_room("room", _KEPT),
    column("version", Integer, tag="neutral", kept=_KEPT),
    column("text", String(LONGEST), tag="neutral", kept=_KEPT),
    key_of_person("author", "until they erase themselves"),
    column("at", Moment, tag="neutral", kept=_KEPT),
    Index("ix_charters_room", "tenant", "room", "version", unique=True),
)

_VERSIONS = (
    select(charters.c.room, func.max(charters.c.version).label("version"))
    .where(charters.c.tenant == bindparam("tenant"), charters.c.room.in_(bindparam("rooms", expanding=True)))
    .group_by(charters.c.room)
    .subquery()
)
_NEWEST = (
    select(charters.c.room, charters.c.text)
    .join(_VERSIONS, (charters.c.room == _VERSIONS.c.room) & (charters.c.version == _VERSIONS.c.version))
    .where(charters.c.tenant == bindparam("tenant"))
)


@dataclass(frozen=True, slots=True)
class CharterVersion:
    """A charter as it was written; an empty text says that there is none any more."""

    version: int
    text: str
    at: datetime
    mine: bool


class Charters:
    """What communities wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, person: Person, room: str, text: str, at: datetime) -> int:
        """Keeps a new version of a room's charter; its number."""
        async with self._database.writing() as connection:
            await self._database.number(connection, person, at)
            here = (charters.c.tenant == person.tenant) & (charters.c.room == room)
            last = await connection.scalar(select(func.max(charters.c.version)).where(here))
            author = await self._database.user_key(connection, person)
            version = (last or 0) + 1
            await connection.execute(
                insert(charters).values(
                    tenant=person.tenant, room=room, version=version, text=text, author=author, at=at
                )
            )
            return version

    async def holding(self, tenant: str, *rooms: str) -> str:
        """The text that holds in rooms, the nearest room first; empty where nothing was written."""
        async with self._database.reading() as connection:
            rows = await connection.execute(_NEWEST, {"tenant": tenant, "rooms": rooms})
            texts = {row.room: row.text for row in rows}
            return "\n".join(filter(None, (texts.get(room, "") for room in dict.fromkeys(rooms))))

    async def versions(self, person: Person, room: str) -> tuple[CharterVersion, ...]:
        """All versions of a room's charter, newest first, and which of them this person wrote."""
        async with self._database.reading() as connection:
            author = await self._database.user_key(connection, person)
            here = (charters.c.tenant == person.tenant) & (charters.c.room == room)
            rows = await connection.execute(select(charters).where(here).order_by(charters.c.version.desc()))
            return tuple(CharterVersion(r.version, r.text, r.at, r.author == author) for r in rows)
