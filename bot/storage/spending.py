"""What a language model was used: calls and tokens, by person for a day, by house (see `consents`) and day for longer. Hard limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Index, Integer, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Person
from bot.storage.database import Database, insert_new, tenants
from bot.storage.schema import Moment, column, number, of_person, of_room, of_tenant, table

KEPT = timedelta(days=1)
_KEPT = "1 day"
DAYS_KEPT = timedelta(days=62)
_DAYS_KEPT = "62 days"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONTH = timedelta(days=30)

model_calls = table(
    "model_calls",
    number(_KEPT),
    of_person(_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    column("tokens", Integer, tag="personal", kept=_KEPT),
    Index("ix_model_calls_person_at", "person_id", "at"),
    swept=KEPT,
)
model_days = table(
    "model_days",
    of_tenant(_DAYS_KEPT, primary_key=True),
    of_room("house", _DAYS_KEPT, primary_key=True),
    column("at", Moment, primary_key=True, tag="neutral", kept=_DAYS_KEPT),
    column("calls", Integer, tag="neutral", kept=_DAYS_KEPT),
    column("tokens", Integer, tag="neutral", kept=_DAYS_KEPT),
    swept=DAYS_KEPT,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Hard limits (reliability catalogue, L05); tokens are counted before a call, at the most that it can use.

    A person's day is the last 24 hours, a house's the day in UTC, and a month 30 of them.
    """

    person_an_hour: int = 20
    person_a_day: int = 100
    person_tokens_a_day: int = 300_000
    house_a_day: int = 500
    house_tokens_a_day: int = 1_500_000
    house_tokens_a_month: int = 20_000_000


class Spending:
    """Books calls to a language model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, person: Person, house: str, tokens: int, budget: Budget, at: datetime) -> bool:
        """Books a call with so many tokens; False, and nothing booked, when that would exceed the budget."""
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        async with self._database.writing() as connection:
            await self._database.pepper(connection, person.tenant, at)
            # Several processes share one budget: the tenant's row is held before anything else is looked at or written.
            await connection.execute(select(tenants.c.key).where(tenants.c.key == person.tenant).with_for_update())
            person_id = await self._database.number(connection, person, at)
            await insert_new(connection, model_days, tenant=person.tenant, house=house, at=day, calls=0, tokens=0)
            here = (model_days.c.tenant == person.tenant) & (model_days.c.house == house)
            if not (
                await _person_may(connection, person_id, tokens, budget, at)
                and await _house_may(connection, here, tokens, budget, day)
            ):
                return False
            await connection.execute(insert(model_calls).values(person_id=person_id, at=at, tokens=tokens))
            more = {"calls": model_days.c.calls + 1, "tokens": model_days.c.tokens + tokens}
            await connection.execute(update(model_days).where(here & (model_days.c.at == day)).values(**more))
            return True

    async def calls(self, person: Person) -> int:
        """The calls that are kept of a person."""
        async with self._database.reading() as connection:
            mine = model_calls.c.person_id == await self._database.known(connection, person)
            return int(await connection.scalar(select(func.count()).where(mine)) or 0)


async def _person_may(connection: AsyncConnection, person_id: int, tokens: int, budget: Budget, at: datetime) -> bool:
    mine = (model_calls.c.person_id == person_id) & (model_calls.c.at > at - DAY)
    calls = [(row.at, row.tokens) for row in await connection.execute(select(model_calls).where(mine))]
    return (
        sum(then > at - HOUR for then, _ in calls) < budget.person_an_hour
        and len(calls) < budget.person_a_day
        and sum(used for _, used in calls) + tokens <= budget.person_tokens_a_day
    )


async def _house_may(
    connection: AsyncConnection, here: ColumnElement[bool], tokens: int, budget: Budget, day: datetime
) -> bool:
    lately = here & (model_days.c.at > day - MONTH)
    days = {row.at: row for row in await connection.execute(select(model_days).where(lately))}
    return bool(
        days[day].calls < budget.house_a_day
        and days[day].tokens + tokens <= budget.house_tokens_a_day
        and sum(row.tokens for row in days.values()) + tokens <= budget.house_tokens_a_month
    )
