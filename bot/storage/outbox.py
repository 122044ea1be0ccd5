"""The outbox: letters written in the same transaction as their cause, until a platform has taken them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Index, Integer, LargeBinary, String

from bot.letters import LetterKind
from bot.model import Person, Reply
from bot.storage.database import Database, insert_new
from bot.storage.schema import Moment, column, of_person, of_tenant, table
from bot.storage.sealing import Seals

KEPT = timedelta(days=7)
"""Letters that were sent, or could not be, are kept this long for their owner and the operator to see."""
_KEPT = "until sent, then 7 days"

outbox = table(
    "outbox",
    column("id", String(25), primary_key=True, tag="neutral", kept=_KEPT),
    of_tenant(_KEPT),
    of_person(_KEPT),
    column("kind", String(10), tag="personal", kept=_KEPT),
    column("cause", String(120), unique=True, tag="neutral", kept=_KEPT),
    column("sealed", LargeBinary, nullable=True, tag="personal", kept="until sent"),
    column("due", Moment, tag="personal", kept=_KEPT),
    column("state", String(10), tag="neutral", kept=_KEPT),
    column("leased_until", Moment, nullable=True, tag="neutral", kept=_KEPT),
    column("attempts", Integer, tag="neutral", kept=_KEPT),
    column("unknowns", Integer, tag="neutral", kept=_KEPT),
    column("why", String(60), tag="neutral", kept=_KEPT),
    column("at", Moment, tag="neutral", kept=_KEPT),
    Index("ix_outbox_state_due", "state", "due"),
    Index("ix_outbox_person", "person_id", "due"),
)

WAITING, SENT, DEAD = "waiting", "sent", "dead"


class Outbox:
    """Letters on their way."""

    def __init__(self, database: Database, seals: Seals) -> None:
        self._database = database
        self._seals = seals

    async def put(
        self, person: Person, kind: LetterKind, reply: Reply, due: datetime, *, cause: str, at: datetime
    ) -> bool:
        """Writes a letter; False when one with the same cause was written before. The cause is a code, never a text."""
        kept = replace(reply, checked=None)  # no draft reaches the disk, sealed or not
        sealed = self._seals.seal(msgspec.json.encode(kept).decode(), _place(person.tenant))
        async with self._database.writing() as connection:
            return await insert_new(
                connection,
                outbox,
                id=secrets.token_hex(12),
                tenant=person.tenant,
                person_id=await self._database.number(connection, person, at),
                kind=kind,
                cause=cause,
                sealed=sealed,
                due=due,
                state=WAITING,
                leased_until=None,
                attempts=0,
                unknowns=0,
                why="",
                at=at,
            )


def _place(tenant: str) -> str:
    return f"{tenant}\0outbox.sealed"
