"""The outbox: letters written in the same transaction as their cause, until a platform has taken them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Index, Integer, LargeBinary, Select, String, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.letters import Address, Backlog, LetterKind, Undelivered
from bot.model import Person, Reply
from bot.retries import State
from bot.storage.database import Database, insert_all_new, insert_new
from bot.storage.pushes import Pushed, columns_of, pushes
from bot.storage.schema import Moment, column, of_person, of_tenant, table
from bot.storage.sealing import Seals
from bot.tracing import LONGEST, current

KEPT = timedelta(days=7)
"""Letters that were sent, or could not be, are kept this long; a letter nobody took in this time is given up."""
_KEPT = "until sent, then 7 days"

outbox = table(
    "outbox",
    column("id", String(25), primary_key=True, tag="neutral", kept=_KEPT),
    of_tenant(_KEPT),
    of_person(_KEPT),
    column("kind", String(10), tag="personal", kept=_KEPT),
    column("cause", String(120), tag="neutral", kept=_KEPT),
    column("sealed", LargeBinary, nullable=True, tag="personal", kept="until sent"),
    column("platform", String(20), nullable=True, tag="neutral", kept=_KEPT),
    column("answer_to", LargeBinary, nullable=True, tag="personal", kept="until sent"),
    column("due", Moment, tag="personal", kept=_KEPT),
    column("good_until", Moment, tag="neutral", kept=_KEPT),
    column("state", String(10), tag="neutral", kept=_KEPT),
    column("ready", Moment, tag="neutral", kept=_KEPT),
    column("attempts", Integer, tag="neutral", kept=_KEPT),
    column("unknowns", Integer, tag="neutral", kept=_KEPT),
    column("why", String(60), tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
    column("trace", String(LONGEST), tag="neutral", kept=_KEPT, server_default=""),
    Index("ix_outbox_cause", "person_id", "cause", unique=True),
    Index("ix_outbox_state_ready", "state", "ready"),
    Index("ix_outbox_person_due", "person_id", "due"),
)
"""`ready` is when a waiting letter may be tried, when the lease of one being sent ends, and when any other was settled.
`platform` and `answer_to` stand where a letter does not go to its owner's address."""


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_PUSHED = (LetterKind.NUDGE, LetterKind.REMINDER)
"""Kinds that are written down as pushes here; the scheduler does so for tips, with their topics."""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to somebody whose row is known, as the scheduler writes them by the hundred."""

    tenant: str
    person_id: int
    kind: LetterKind
    reply: Reply
    due: datetime
    good_until: datetime
    cause: str


class Outbox:
    """Letters on their way."""

    def __init__(self, database: Database, seals: Seals) -> None:
        self._database = database
        self._seals = seals
        self._count = count(secrets.randbelow(1 << 15))

    async def put(
        self,
        person: Person,
        kind: LetterKind,
        reply: Reply,
        due: datetime,
        *,
        cause: str,
        at: datetime,
        good_until: datetime | None = None,
        to: Address | None = None,
    ) -> bool:
        """Writes a letter; False when this person got one with the same cause. The cause is a code, never a text.

        It goes to the person's address, or to another one. What is not sent by `good_until` (a week) is given up. Nudges
        and reminders are written down as pushes, for the attention budget.
        """
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            letter = NewLetter(person.tenant, person_id, kind, reply, due, good_until or due + KEPT, cause)
            new = await insert_new(connection, outbox, **self._row(letter, at, to))
            if new and kind in _PUSHED:
                row = columns_of(Pushed(kind, cause[:60], due))
                await connection.execute(insert(pushes).values(person_id=person_id, **row))
            return new

    async def put_all(self, letters: Iterable[NewLetter], at: datetime) -> None:
        """Writes many letters; those whose cause was written before are left out."""
        async with self._database.writing() as connection:
            await insert_all_new(connection, outbox, [self._row(letter, at) for letter in letters])

    async def undelivered(self, person: Person) -> tuple[Undelivered, ...]:
        """A person's letters that were given up, oldest first."""
        async with self._database.reading() as connection:
            mine = outbox.c.person_id == await self._database.known(connection, person)
            return _undelivered(await connection.execute(_dead(mine)))

    async def all_undelivered(self, limit: int = 100) -> tuple[Undelivered, ...]:
        """Letters of anybody that were given up, oldest first, for the operator."""
        async with self._database.reading() as connection:
            return _undelivered(await connection.execute(_dead().limit(limit)))

    async def replay(self, now: datetime, person: Person | None = None) -> int:
        """Lets letters that were given up be tried anew, one person's or everybody's; how many."""
        async with self._database.writing() as connection:
            whose = outbox.c.person_id == await self._database.known(connection, person) if person else None
            again = update(outbox).where(outbox.c.state == State.DEAD, outbox.c.sealed.is_not(None))
            fresh = {"state": State.WAITING, "ready": now, "attempts": 0, "unknowns": 0, "good_until": now + KEPT}
            done = await connection.execute((again if whose is None else again.where(whose)).values(**fresh))
            return int(done.rowcount)

    async def withdraw(self, person: Person, cause: str) -> bool:
        """Takes a letter back that was not tried yet, and that it was pushed; whether there was one."""
        async with self._database.writing() as connection:
            person_id = await self._database.known(connection, person)
            mine = (outbox.c.person_id == person_id) & (outbox.c.cause == cause)
            untried = mine & (outbox.c.state == State.WAITING) & (outbox.c.attempts == 0)
            row = (await connection.execute(delete(outbox).where(untried).returning(outbox.c.due))).first()
            if row is None:
                return False
            pushed = (pushes.c.person_id == person_id) & (pushes.c.topic == cause[:60]) & (pushes.c.at == row.due)
            await connection.execute(delete(pushes).where(pushed))
            return True

    async def stop(self, person: Person, kinds: Sequence[LetterKind]) -> bool:
        """Takes back a person's letters of these kinds that wait; True when none of them is being sent at this moment.

        One that is being sent is not tried again, whatever becomes of it.
        """
        async with self._database.writing() as connection:
            person_id = await self._database.known(connection, person)
            mine = (outbox.c.person_id == person_id) & outbox.c.kind.in_(kinds)
            await _take_back(connection, person_id, mine & (outbox.c.state == State.WAITING))
            leaving = update(outbox).where(mine, outbox.c.state == State.SENDING)
            return not (await connection.execute(leaving.values(good_until=_LONG_AGO, why="withdrawn"))).rowcount

    async def backlog(self, now: datetime) -> Backlog:
        """How much is on its way, and how late it is; what is due later is not counted."""
        async with self._database.reading() as connection:
            soon = (outbox.c.state == State.WAITING) & (outbox.c.due <= now)
            rows = await connection.execute(
                select(outbox.c.state, func.count(), func.min(outbox.c.due))
                .where(soon | outbox.c.state.in_((State.SENDING, State.DEAD)))
                .group_by(outbox.c.state)
            )
            found = {state: (number, oldest) for state, number, oldest in rows}
        waiting, oldest = found.get(State.WAITING, (0, None))
        return Backlog(waiting, found.get(State.SENDING, (0,))[0], found.get(State.DEAD, (0,))[0], oldest)

    async def sweep(self, now: datetime) -> int:
        """Gives up what nobody took in time, and erases what was settled a week ago; how many were erased."""
        async with self._database.writing() as connection:
            stale = (outbox.c.state == State.WAITING) & (outbox.c.good_until < now)
            why = func.coalesce(func.nullif(outbox.c.why, ""), "too_late")
            await connection.execute(update(outbox).where(stale).values(state=State.DEAD, ready=now, why=why))
            old = outbox.c.state.in_((State.SENT, State.DEAD)) & (outbox.c.ready < now - KEPT)
            return int((await connection.execute(delete(outbox).where(old))).rowcount)

    def _row(self, letter: NewLetter, at: datetime, to: Address | None = None) -> dict[str, object]:
        return {
            "id": self._id(at),
            "tenant": letter.tenant,
            "person_id": letter.person_id,
            "kind": letter.kind,
            "cause": letter.cause,
            "sealed": self._seals.seal(msgspec.json.encode(letter.reply).decode(), body_of(letter.tenant)),
            "platform": to.platform if to else None,
            "answer_to": self._seals.seal(msgspec.json.encode(to).decode(), goal_of(letter.tenant)) if to else None,
            "due": letter.due,
            "good_until": letter.good_until,
            "state": State.WAITING,
            "ready": letter.due,
            "attempts": 0,
            "unknowns": 0,
            "why": "",
            "at": at,
            "trace": current(),
        }

    def _id(self, at: datetime) -> str:
        """24 hex digits that rise with time and, within this process, with every letter: the order of what is due at once."""
        return (
            f"{int(at.timestamp() * 1000) & (1 << 48) - 1:012x}{next(self._count) & 0xFFFF:04x}{secrets.token_hex(4)}"
        )


def body_of(tenant: str) -> str:
    """The place that a letter's words are sealed for."""
    return f"{tenant}\0outbox.sealed"


def goal_of(tenant: str) -> str:
    """The place that a letter's own address is sealed for."""
    return f"{tenant}\0outbox.answer_to"


async def _take_back(connection: AsyncConnection, person_id: int | None, which: ColumnElement[bool]) -> int:
    """Deletes letters of a person, and that they were pushed; how many."""
    gone = await connection.execute(delete(outbox).where(which).returning(outbox.c.cause, outbox.c.due))
    rows = gone.all()
    for cause, due in rows:
        pushed = (pushes.c.person_id == person_id) & (pushes.c.topic == cause[:60]) & (pushes.c.at == due)
        await connection.execute(delete(pushes).where(pushed))
    return len(rows)


def _dead(*mine: ColumnElement[bool]) -> Select[Any]:
    return select(outbox).where(outbox.c.state == State.DEAD, *mine).order_by(outbox.c.due, outbox.c.id)


def _undelivered(rows: Iterable[Any]) -> tuple[Undelivered, ...]:
    return tuple(Undelivered(r.id, r.tenant, LetterKind(r.kind), r.due, r.why) for r in rows)
