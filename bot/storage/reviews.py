"""Turning points that people go through: which one, since when, and what became of each step; codes and dates only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Person
from bot.reviews import Course, Review, State, Step, Turn
from bot.schedule import Schedule
from bot.storage.addresses import addresses
from bot.storage.database import Database, insert_new, people
from bot.storage.schedules import schedule_of, schedules
from bot.storage.schema import Moment, column, number, of_person, table

KEPT = timedelta(days=365)
_KEPT = "12 months from its beginning"

reviews = table(
    "reviews",
    number(_KEPT),
    of_person(_KEPT),
    column("turn", String(20), tag="personal", kept=_KEPT),
    column("started_on", Date, tag="personal", kept=_KEPT),
    column("course", String(10), tag="personal", kept=_KEPT),
    column("tell_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    Index("ix_reviews_tell_at", "tell_at"),
    Index("ix_reviews_person", "person_id", "at"),
    swept=KEPT,
)
"""`tell_at` is when it is looked at next for something to tell; null when there is nothing."""
Index(
    "ix_reviews_running",
    reviews.c.person_id,
    unique=True,
    sqlite_where=reviews.c.course == Course.RUNNING,
    postgresql_where=reviews.c.course == Course.RUNNING,
)

review_steps = table(
    "review_steps",
    column(
        "review_id", Integer, ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True, tag="neutral", kept=_KEPT
    ),
    column("number", Integer, primary_key=True, tag="neutral", kept=_KEPT),
    of_person(_KEPT),
    column("code", String(30), tag="personal", kept=_KEPT),
    column("due_on", Date, tag="personal", kept=_KEPT),
    column("state", String(10), tag="personal", kept=_KEPT),
    column("told_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    Index("ix_review_steps_person", "person_id"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A running review that is to be looked at, with what decides on telling its owner something."""

    person_id: int
    tenant: str
    review: Review
    schedule: Schedule | None
    failures: int | None
    """Days in a row on which nothing could be delivered to them; None when it is not known where they are reached."""


class Reviews:
    """Who goes through which turning point."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, person: Person, review: Review, tell_at: datetime | None, at: datetime) -> bool:
        """Keeps a review that begins; False, and nothing is kept, while another one runs."""
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            values = {"turn": review.turn, "started_on": review.start, "course": review.course, "tell_at": tell_at}
            if not await insert_new(connection, reviews, person_id=person_id, at=at, **values):
                return False
            running = (reviews.c.person_id == person_id) & (reviews.c.course == Course.RUNNING)
            review_id = await connection.scalar(select(reviews.c.id).where(running))
            steps = [{"review_id": review_id, "person_id": person_id} | _columns(step) for step in review.steps]
            await connection.execute(insert(review_steps), steps)
            return True

    async def change(self, person: Person, review: Review, tell_at: datetime | None) -> None:
        """Keeps what became of a review and its steps."""
        async with self._database.writing() as connection:
            person_id = await self._database.known(connection, person)
            mine = (reviews.c.person_id == person_id) & (reviews.c.id == review.number)
            await connection.execute(update(reviews).where(mine).values(course=review.course, tell_at=tell_at))
            await _write(connection, [review], review_steps.c.person_id == person_id)

    async def all_of(self, person: Person) -> tuple[Review, ...]:
        """All reviews of a person, the newest first; inside `together` nobody else changes them until it ends."""
        async with self._database.reading() as connection:
            mine = reviews.c.person_id == await self._database.known(connection, person)
            newest = select(reviews).where(mine).order_by(reviews.c.at.desc(), reviews.c.id.desc())
            rows = (await connection.execute(newest.with_for_update() if self._database.is_open() else newest)).all()
            steps = await _steps(connection, rows)
            return tuple(_review(row, steps) for row in rows)

    async def claim_due(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        """Running reviews that are to be looked at; inside `together` nobody else gets them until it ends."""
        due = (reviews.c.course == Course.RUNNING) & (reviews.c.tell_at <= now)
        return await self._claim(_waiting().where(due).order_by(reviews.c.tell_at).limit(limit))

    async def claim_of(self, person_ids: Sequence[int]) -> Mapping[int, Waiting]:
        """The running reviews of many people, claimed in the same way."""
        theirs = (reviews.c.course == Course.RUNNING) & reviews.c.person_id.in_(person_ids)
        return {one.person_id: one for one in await self._claim(_waiting().where(theirs))}

    async def told(self, looked_at: Iterable[tuple[Review, datetime | None]]) -> None:
        """Keeps what was told of each, and when it is looked at next."""
        known = list(looked_at)
        if known:
            async with self._database.writing() as connection:
                mine = reviews.c.id == bindparam("which")
                rows = [{"which": review.number, "when": tell_at} for review, tell_at in known]
                await connection.execute(update(reviews).where(mine).values(tell_at=bindparam("when")), rows)
                await _write(connection, [review for review, _ in known])

    async def look_again(self, now: datetime) -> None:
        """Lets every running review be looked at now, after a clock was wrong; what was told stays told."""
        async with self._database.writing() as connection:
            late = (reviews.c.course == Course.RUNNING) & (reviews.c.tell_at > now)
            await connection.execute(update(reviews).where(late).values(tell_at=now))

    async def _claim(self, asked: Select[Any]) -> tuple[Waiting, ...]:
        async with self._database.writing() as connection:
            rows = (await connection.execute(asked.with_for_update(skip_locked=True, of=reviews))).all()
            steps = await _steps(connection, rows)
            return tuple(
                Waiting(
                    row.person_id,
                    row.tenant,
                    _review(row, steps),
                    schedule_of(row) if row.zone else None,
                    row.failures,
                )
                for row in rows
            )


def _waiting() -> Select[Any]:
    kept = [c for c in schedules.c if c.name not in ("person_id", "next_due", "is_channel", "opted_in_at")]
    return (
        select(reviews, people.c.tenant, addresses.c.failures, *kept)
        .join(people, people.c.id == reviews.c.person_id)
        .outerjoin(schedules, schedules.c.person_id == reviews.c.person_id)
        .outerjoin(addresses, addresses.c.person_id == reviews.c.person_id)
    )


async def _steps(connection: AsyncConnection, rows: Sequence[Any]) -> Mapping[int, tuple[Step, ...]]:
    if not rows:
        return {}
    theirs = review_steps.c.person_id.in_({row.person_id for row in rows})
    asked = select(review_steps).where(theirs, review_steps.c.review_id.in_([row.id for row in rows]))
    found: dict[int, tuple[Step, ...]] = {}
    for row in await connection.execute(asked.order_by(review_steps.c.review_id, review_steps.c.number)):
        step = Step(row.number, row.code, row.due_on, State(row.state), row.told_at)
        found[row.review_id] = (*found.get(row.review_id, ()), step)
    return found


async def _write(connection: AsyncConnection, changed: Iterable[Review], *whose: ColumnElement[bool]) -> None:
    step = (review_steps.c.review_id == bindparam("which")) & (review_steps.c.number == bindparam("step"))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("due_on", "state", "told_at")}
    rows = [
        {"which": review.number, "step": step.number, "new_due_on": step.due, "new_state": step.state, "new_told_at": step.told_at}
        for review in changed
        for step in review.steps
    ]  # fmt: skip
    if rows:
        await connection.execute(update(review_steps).where(step, *whose).values(**values), rows)


def _columns(step: Step) -> dict[str, object]:
    return {"number": step.number, "code": step.code, "due_on": step.due, "state": step.state, "told_at": step.told_at}


def _review(row: Any, steps: Mapping[int, tuple[Step, ...]]) -> Review:
    return Review(Turn(row.turn), row.started_on, steps.get(row.id, ()), Course(row.course), row.id)
