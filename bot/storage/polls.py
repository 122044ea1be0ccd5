"""Polls and their votes: who voted what is kept only while a poll is open, under a secret of that poll that goes with them.

So nobody's vote can be read: not from the counts, not from a stolen database, and not across two polls.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    and_,
    delete,
    func,
    select,
    update,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.letters import Address, Letter
from bot.model import Person
from bot.polls import Choice, Poll, Posed, tally
from bot.storage.database import Database, put
from bot.storage.schema import Moment, column, number, of_person, of_room, of_tenant, table
from bot.storage.sealing import Seals

KEPT = timedelta(days=90)
_KEPT = "90 days"
_OPEN, _CLOSED = "open", "closed"
POSTED = "poll/"
"""How the cause of the letter begins that posts a poll; its number follows."""

polls = table(
    "polls",
    number(_KEPT),
    of_tenant(_KEPT),
    of_person(_KEPT),
    of_room("room", _KEPT),
    column("sealed", LargeBinary, tag="personal", kept=_KEPT),
    column("address", LargeBinary, tag="personal", kept=_KEPT),
    column("salt", LargeBinary, nullable=True, tag="secret", kept="until closed"),
    column("state", String(10), tag="neutral", kept=_KEPT),
    column("closes", Moment, tag="neutral", kept=_KEPT),
    column("fine", Integer, nullable=True, tag="neutral", kept=_KEPT),
    column("borderline", Integer, nullable=True, tag="neutral", kept=_KEPT),
    column("foul", Integer, nullable=True, tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
    Index("ix_polls_room", "tenant", "room"),
    Index("ix_polls_state_closes", "state", "closes"),
    Index("ix_polls_person_id", "person_id"),
    swept=KEPT,
)
"""The person is who looks after the place and gets what follows from the poll; who brought the case is not kept."""

votes = table(
    "votes",
    column(
        "poll_id",
        Integer,
        ForeignKey("polls.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        tag="neutral",
        kept="until closed",
    ),
    column("voter", String(64), primary_key=True, tag="secret", kept="until closed"),
    column("choice", String(10), tag="personal", kept="until closed"),
)

leaves = table(
    "poll_leaves",
    of_tenant("until taken back", primary_key=True),
    of_room("room", "until taken back", primary_key=True),
    of_person("until taken back"),
    column("at", Moment, tag="personal", kept="until taken back"),
    Index("ix_poll_leaves_person_id", "person_id"),
)
"""Channels in which members may ask too, with who gave them leave."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A poll that has just been closed: where it stands, and who gets what follows."""

    tenant: str
    person_id: int
    poll: Poll
    address: Address


class Polls:
    """What communities are asked."""

    def __init__(self, database: Database, seals: Seals) -> None:
        self._database = database
        self._seals = seals

    async def open(
        self, tenant: str, owner: int, room: str, posed: Posed, address: Address, at: datetime, closes: datetime
    ) -> int:
        """Keeps a poll of somebody who looks after a room; its number."""
        row = {
            "tenant": tenant,
            "person_id": owner,
            "room": room,
            "sealed": self._sealed(tenant, "sealed", msgspec.json.encode(posed).decode()),
            "address": self._sealed(tenant, "address", msgspec.json.encode(address).decode()),
            "salt": self._sealed(tenant, "salt", secrets.token_hex(32)),
            "state": _OPEN,
            "closes": closes,
            "at": at,
        }
        async with self._database.writing() as connection:
            made = await connection.execute(insert_into(polls).values(**row).returning(polls.c.id))
            return int(made.scalar_one())

    async def shown(self, connection: AsyncConnection, letter: Letter, cause: str, message: str) -> None:
        """Keeps which message holds a poll, once it is posted."""
        poll, tenant = cause.removeprefix(POSTED), letter.person.tenant
        if message and poll.isdigit():
            address = replace(letter.address, message=message)
            sealed = self._sealed(tenant, "address", msgspec.json.encode(address).decode())
            mine = (polls.c.tenant == tenant) & (polls.c.id == int(poll))
            await connection.execute(update(polls).where(mine).values(address=sealed))

    async def vote(self, person: Person, room: str, poll: int, choice: Choice, now: datetime) -> Poll | None:
        """Counts a vote, in place of an earlier one of the same person; None where no such poll is open in the room."""
        async with self._database.writing() as connection:
            mine = _of(person.tenant, room) & (polls.c.id == poll) & (polls.c.state == _OPEN) & (polls.c.closes > now)
            row = (await connection.execute(select(polls).where(mine).with_for_update())).first()
            if row is None:
                return None
            await put(connection, votes, poll_id=row.id, voter=self._voter(row, person), choice=choice.value)
            return self._poll(row)

    async def voters(self, poll: int) -> int:
        """How many have voted so far, in a poll that is open."""
        async with self._database.reading() as connection:
            return int(await connection.scalar(select(func.count()).where(votes.c.poll_id == poll)) or 0)

    async def find(self, tenant: str, room: str, poll: int) -> Poll | None:
        """A poll of a room."""
        async with self._database.reading() as connection:
            mine = _of(tenant, room) & (polls.c.id == poll)
            row = (await connection.execute(select(polls).where(mine))).first()
            return self._poll(row) if row else None

    async def here(self, tenant: str, room: str, limit: int) -> tuple[Poll, ...]:
        """The latest polls of a room, newest first."""
        async with self._database.reading() as connection:
            newest = select(polls).where(_of(tenant, room)).order_by(polls.c.id.desc()).limit(limit)
            return tuple(self._poll(row) for row in await connection.execute(newest))

    async def close_early(self, tenant: str, room: str, poll: int, now: datetime) -> bool:
        """Lets an open poll end now; whether there was one."""
        async with self._database.writing() as connection:
            mine = _of(tenant, room) & (polls.c.id == poll) & (polls.c.state == _OPEN) & (polls.c.closes > now)
            return bool((await connection.execute(update(polls).where(mine).values(closes=now))).rowcount)

    async def close_due(self, now: datetime, limit: int) -> tuple[Ended, ...]:
        """Closes polls whose time is over: counts are kept where enough people voted, votes and their secret go."""
        async with self._database.writing() as connection:
            due = (polls.c.state == _OPEN) & (polls.c.closes <= now)
            oldest = select(polls).where(due).order_by(polls.c.closes).limit(limit)
            rows = (await connection.execute(oldest.with_for_update(skip_locked=True))).all()
            return tuple([await self._close(connection, row) for row in rows])

    async def votes_of(self, person: Person) -> tuple[tuple[int, Choice], ...]:
        """A person's votes in polls that are open, by the poll's number."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(polls).where(polls.c.tenant == person.tenant, polls.c.state == _OPEN)
            )
            found = []
            for row in rows.all():
                choice = await connection.scalar(select(votes.c.choice).where(self._cast(row, person)))
                if choice:
                    found.append((int(row.id), Choice(choice)))
            return tuple(found)

    async def withdraw(self, connection: AsyncConnection, person: Person) -> int:
        """Takes a person's votes back; how many. Where the key is lost nobody can tell whose they are, so none is."""
        rows = await connection.execute(select(polls).where(polls.c.tenant == person.tenant, polls.c.state == _OPEN))
        return sum(
            [(await connection.execute(delete(votes).where(self._cast(row, person)))).rowcount for row in rows.all()]
        )

    async def let(self, person: Person, room: str, at: datetime, *, members: bool) -> None:
        """Gives members of a room leave to ask, by somebody who looks after it; or takes it back."""
        async with self._database.writing() as connection:
            owner = await self._database.number(connection, person, at)
            if members:
                await put(connection, leaves, tenant=person.tenant, room=room, person_id=owner, at=at)
            else:
                here = (leaves.c.tenant == person.tenant) & (leaves.c.room == room)
                await connection.execute(delete(leaves).where(here))

    async def owner(self, person: Person, room: str, at: datetime, *, admin: bool) -> int | None:
        """On whose behalf a person may ask in a room: their own, or of who gave members leave; None for nobody's."""
        async with self._database.writing() as connection:
            if admin:
                return await self._database.number(connection, person, at)
            here = (leaves.c.tenant == person.tenant) & (leaves.c.room == room)
            found = await connection.scalar(select(leaves.c.person_id).where(here))
            return None if found is None else int(found)

    async def _close(self, connection: AsyncConnection, row: Any) -> Ended:
        cast = select(votes.c.choice, func.count()).where(votes.c.poll_id == row.id).group_by(votes.c.choice)
        counted = {choice: int(count) for choice, count in await connection.execute(cast)}
        found = tally(*(counted.get(choice, 0) for choice in Choice))
        figures = {choice.value: found.of(choice) if found else None for choice in Choice}
        closed = update(polls).where(polls.c.id == row.id).values(state=_CLOSED, salt=None, **figures)
        await connection.execute(closed)
        await connection.execute(delete(votes).where(votes.c.poll_id == row.id))
        poll = replace(self._poll(row), is_open=False, tally=found)
        return Ended(row.tenant, row.person_id, poll, self._address(row))

    def _poll(self, row: Any) -> Poll:
        posed = msgspec.json.decode(self._seals.open(row.sealed, _place(row.tenant, "sealed")), type=Posed)
        counted = None if row.fine is None else tally(row.fine, row.borderline, row.foul)
        posted = bool(self._address(row).message)
        return Poll(int(row.id), row.room, posed, row.closes, row.state == _OPEN, posted, counted)

    def _address(self, row: Any) -> Address:
        return msgspec.json.decode(self._seals.open(row.address, _place(row.tenant, "address")), type=Address)

    def _voter(self, row: Any, person: Person) -> str:
        """Who voted, under the poll's own secret: it tells twice the same in this poll, and nothing anywhere else."""
        salt = bytes.fromhex(self._seals.open(row.salt, _place(row.tenant, "salt")))
        return hmac.new(salt, f"{person.tenant}\0{person.user}".encode(), hashlib.sha256).hexdigest()

    def _cast(self, row: Any, person: Person) -> ColumnElement[bool]:
        return and_(votes.c.poll_id == row.id, votes.c.voter == self._voter(row, person))

    def _sealed(self, tenant: str, name: str, text: str) -> bytes:
        return self._seals.seal(text, _place(tenant, name))


def _of(tenant: str, room: str) -> ColumnElement[bool]:
    return and_(polls.c.tenant == tenant, polls.c.room == room)


def _place(tenant: str, name: str) -> str:
    return f"{tenant}\0polls.{name}"
