"""When people may be reached, and on which days at what hour a tip comes: only what they asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Boolean, Index, String, select, update

from bot.model import Person
from bot.schedule import QuietHours, Schedule, Weekday
from bot.storage.addresses import addresses
from bot.storage.database import Database, people, put
from bot.storage.schema import Moment, column, of_person, table

_KEPT = "while tips or quiet hours are on"

schedules = table(
    "schedules",
    of_person(_KEPT, primary_key=True),
    column("zone", String(60), tag="personal", kept=_KEPT),
    column("days", String(7), tag="personal", kept=_KEPT),
    column("local_time", String(5), tag="personal", kept=_KEPT),
    column("quiet", String(11), tag="personal", kept=_KEPT),
    column("paused_until", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("next_due", Moment, nullable=True, tag="personal", kept=_KEPT),
    column("is_channel", Boolean, tag="neutral", kept=_KEPT),
    column("opted_in_at", Moment, nullable=True, tag="personal", kept=_KEPT),
    Index("ix_schedules_next_due", "next_due"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's schedule, when the next tip is due, and since when they want tips."""

    schedule: Schedule
    next_due: datetime | None
    opted_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whose tip is due."""

    person_id: int
    tenant: str
    schedule: Schedule
    due: datetime
    failures: int
    """Days in a row on which nothing could be delivered to them."""
    is_channel: bool


class Schedules:
    """Who wants to be reached when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, person: Person, schedule: Schedule, next_due: datetime | None, at: datetime, *, is_channel: bool = False
    ) -> None:
        """Keeps the schedule of a person or channel in place of the one before; since when they want tips stays."""
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            mine = schedules.c.person_id == person_id
            since = await connection.scalar(select(schedules.c.opted_in_at).where(mine))
            row = _columns(schedule) | {
                "next_due": next_due,
                "is_channel": is_channel,
                "opted_in_at": (since or at) if schedule.days else None,
            }
            await put(connection, schedules, person_id=person_id, **row)

    async def of(self, person: Person) -> Kept | None:
        """A person's schedule; None when they never set one."""
        rows = await self._database.of(schedules, person)
        return next((Kept(schedule_of(row), row.next_due, row.opted_in_at) for row in rows), None)

    async def of_many(self, person_ids: Sequence[int]) -> Mapping[int, Schedule]:
        """The schedules of many people, by the number of their row; without those who never set one."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(schedules).where(schedules.c.person_id.in_(person_ids)))
            return {row.person_id: schedule_of(row) for row in rows}

    async def claim_due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """People whose tip is due, longest first; inside `together` nobody else gets them until it ends."""
        async with self._database.writing() as connection:
            rows = await connection.execute(
                select(schedules, people.c.tenant, addresses.c.failures)
                .join(people, people.c.id == schedules.c.person_id)
                .outerjoin(addresses, addresses.c.person_id == schedules.c.person_id)
                .where(schedules.c.next_due <= now)
                .order_by(schedules.c.next_due)
                .limit(limit)
                .with_for_update(skip_locked=True, of=schedules)
            )
            return tuple(
                Due(r.person_id, r.tenant, schedule_of(r), r.next_due, r.failures or 0, r.is_channel) for r in rows
            )

    async def advance(self, due: Iterable[tuple[int, datetime | None]]) -> None:
        """Sets when the next tip of each person is due; None is never."""
        together: dict[datetime | None, list[int]] = {}
        for person_id, when in due:
            together.setdefault(when, []).append(person_id)
        async with self._database.writing() as connection:
            for when, person_ids in together.items():  # many are due at the same moment again
                theirs = schedules.c.person_id.in_(person_ids)
                await connection.execute(update(schedules).where(theirs).values(next_due=when))

    async def later_than(self, after: datetime, beyond: int, limit: int) -> tuple[tuple[int, datetime, Schedule], ...]:
        """Schedules whose next tip is due after a time, by person's number from one on: to be looked at after a clock was wrong."""
        async with self._database.reading() as connection:
            far = (schedules.c.next_due > after) & (schedules.c.person_id > beyond)
            rows = await connection.execute(select(schedules).where(far).order_by(schedules.c.person_id).limit(limit))
            return tuple((r.person_id, r.next_due, schedule_of(r)) for r in rows)


def _columns(schedule: Schedule) -> dict[str, Any]:
    quiet = schedule.quiet
    return {
        "zone": schedule.zone,
        "days": "".join(str(int(day)) for day in sorted(schedule.days)),
        "local_time": f"{schedule.at:%H:%M}",
        "quiet": f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet else "",
        "paused_until": schedule.paused_until,
    }


def schedule_of(row: Any) -> Schedule:
    """The schedule in a row."""
    start, _, end = row.quiet.partition("-")
    quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(end)) if start else None
    days = frozenset(Weekday(int(day)) for day in row.days)
    return Schedule(row.zone, days, time.fromisoformat(row.local_time), quiet, row.paused_until)
