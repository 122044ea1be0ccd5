"""What was pushed to people, and whether they used it: kind, topic and time, never the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, String, func, insert, select, update

from bot.attention import REMEMBERED, Kind, Push
from bot.model import Person
from bot.storage.database import Database
from bot.storage.schema import Moment, column, number, of_person, table

KEPT = timedelta(days=365)
_KEPT = "12 months"
ASKED = "asked"
"""The kind of a tip that somebody asked for on the spot: it is not shown again, and costs nothing of the budget."""

pushes = table(
    "pushes",
    number(_KEPT),
    of_person(_KEPT),
    column("kind", String(10), tag="personal", kept=_KEPT),
    column("topic", String(60), tag="personal", kept=_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    column("skipped", String(20), tag="personal", kept=_KEPT),
    column("used_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("how", String(10), tag="personal", kept=_KEPT),
    Index("ix_pushes_person_at", "person_id", "at"),
    swept=KEPT,
)


class Use(StrEnum):
    """What somebody did with a push; none of them is ignoring it."""

    DONE = "done"
    SNOOZED = "snoozed"
    ASKED_WHY = "why"


@dataclass(frozen=True, slots=True)
class Pushed:
    """One push, or one that was due and left out for a reason."""

    kind: str
    topic: str
    at: datetime
    skipped: str = ""
    used_at: datetime | None = None
    how: str = ""

    @property
    def push(self) -> Push:
        """What the attention budget wants to know of it."""
        return Push(Kind(self.kind), self.at, self.used_at)

    @property
    def counts(self) -> bool:
        """Whether it takes attention: it was sent, and nobody asked for it on the spot."""
        return not self.skipped and self.kind != ASKED


class Pushes:
    """What was pushed to people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, person: Person, pushed: Pushed) -> None:
        """Writes one down."""
        await self._database.add(pushes, person, pushed.at, **columns_of(pushed))

    async def record_all(self, pushed: Iterable[tuple[int, Pushed]]) -> None:
        """Writes many down, each with the number of the person's row."""
        rows = [{"person_id": person_id} | columns_of(one) for person_id, one in pushed]
        if rows:
            async with self._database.writing() as connection:
                await connection.execute(insert(pushes), rows)

    async def of(self, person: Person, since: datetime) -> tuple[Pushed, ...]:
        """What was pushed to a person since a time, oldest first."""
        return tuple(_pushed(row) for row in await self._database.since(pushes, person, since))

    async def latest(self, person_ids: Sequence[int]) -> Mapping[int, tuple[Push, ...]]:
        """The last pushes of many people, as many as the attention budget looks at, oldest first."""
        async with self._database.reading() as connection:
            place = func.row_number().over(partition_by=pushes.c.person_id, order_by=pushes.c.at.desc()).label("place")
            counts = (pushes.c.skipped == "") & (pushes.c.kind != ASKED) & pushes.c.person_id.in_(person_ids)
            newest = select(pushes, place).where(counts).subquery()
            rows = await connection.execute(
                select(newest).where(newest.c.place <= REMEMBERED).order_by(newest.c.at, newest.c.id)
            )
            found: dict[int, tuple[Push, ...]] = {}
            for row in rows:
                found[row.person_id] = (*found.get(row.person_id, ()), _pushed(row).push)
            return found

    async def shown(self, person_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """The topics shown to many people in a year, oldest first."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(pushes.c.person_id, pushes.c.topic).where(_shown(person_ids)).order_by(pushes.c.at, pushes.c.id)
            )
            found: dict[int, list[str]] = {}
            for person_id, topic in rows:
                found.setdefault(person_id, []).append(topic)
            return {person_id: tuple(topics) for person_id, topics in found.items()}

    async def put_off(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """The last topic shown to each of many people, where they put it off."""
        async with self._database.reading() as connection:
            last = select(func.max(pushes.c.id)).where(_shown(person_ids)).group_by(pushes.c.person_id)
            snoozed = pushes.c.id.in_(last) & (pushes.c.how == Use.SNOOZED)
            rows = await connection.execute(select(pushes.c.person_id, pushes.c.topic).where(snoozed))
            return {row.person_id: row.topic for row in rows}

    async def use(self, person: Person, at: datetime, how: Use, topic: str = "", kind: str = "") -> Pushed | None:
        """Keeps that a person used the last push, or the last with a topic or of a kind; None when there is none."""
        async with self._database.writing() as connection:
            mine = pushes.c.person_id == await self._database.known(connection, person)
            shown = mine & (pushes.c.skipped == "") & (pushes.c.at <= at)
            newest = select(pushes).where(shown & (pushes.c.topic == topic) if topic else shown)
            newest = newest.where(pushes.c.kind == kind) if kind else newest
            row = (await connection.execute(newest.order_by(pushes.c.at.desc(), pushes.c.id.desc()).limit(1))).first()
            if row is None:
                return None
            once = func.coalesce(pushes.c.used_at, at)
            await connection.execute(update(pushes).where(mine, pushes.c.id == row.id).values(used_at=once, how=how))
            return _pushed(row)


def _shown(person_ids: Sequence[int]) -> ColumnElement[bool]:
    return (pushes.c.skipped == "") & (pushes.c.topic != "") & pushes.c.person_id.in_(person_ids)


def columns_of(pushed: Pushed) -> dict[str, Any]:
    """A push as a row, but for whose it is."""
    return {
        "kind": pushed.kind,
        "topic": pushed.topic,
        "at": pushed.at,
        "skipped": pushed.skipped,
        "used_at": pushed.used_at,
        "how": pushed.how,
    }


def _pushed(row: Any) -> Pushed:
    return Pushed(row.kind, row.topic, row.at, row.skipped, row.used_at, row.how)
