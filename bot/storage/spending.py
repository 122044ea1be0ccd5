"""What a language model was used: calls of the last hour by person, calls and tokens by tenant and day. Hard limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Index, Integer, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Person
from bot.storage.database import Database, insert_new, tenants
from bot.storage.schema import Moment, column, number, of_person, of_tenant, table

KEPT = timedelta(days=1)
_KEPT = "1 day"
DAYS_KEPT = timedelta(days=62)
_DAYS_KEPT = "62 days"
HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)

model_calls = table(
    "model_calls",
    number(_KEPT),
    of_person(_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    Index("ix_model_calls_person_at", "person_id", "at"),
    swept=KEPT,
)
model_days = table(
    "model_days",
    of_tenant(_DAYS_KEPT, primary_key=True),
    column("at", Moment, primary_key=True, tag="neutral", kept=_DAYS_KEPT),
    column("calls", Integer, tag="neutral", kept=_DAYS_KEPT),
    column("tokens", Integer, tag="neutral", kept=_DAYS_KEPT),
    swept=DAYS_KEPT,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Hard limits (reliability catalogue, L05); tokens are counted before a call, at the most that it can use."""

    person_an_hour: int = 20
    tenant_a_day: int = 500
    tokens_a_day: int = 1_500_000
    tokens_a_month: int = 20_000_000
    """Of a tenant, in 30 days."""


class Spending:
    """Books calls to a language model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, person: Person, tokens: int, budget: Budget, at: datetime) -> bool:
        """Books a call with so many tokens; False, and nothing booked, when that would exceed the budget."""
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        async with self._database.writing() as connection:
            await self._database.pepper(connection, person.tenant, at)
            # Several processes share one budget: the tenant's row is held before anything else is looked at or written.
            await connection.execute(select(tenants.c.key).where(tenants.c.key == person.tenant).with_for_update())
            person_id = await self._database.number(connection, person, at)
            await insert_new(connection, model_days, tenant=person.tenant, at=day, calls=0, tokens=0)
            if not await _leaves_room(connection, person, person_id, tokens, budget, at, day):
                return False
            await connection.execute(insert(model_calls).values(person_id=person_id, at=at))
            today = (model_days.c.tenant == person.tenant) & (model_days.c.at == day)
            more = {"calls": model_days.c.calls + 1, "tokens": model_days.c.tokens + tokens}
            await connection.execute(update(model_days).where(today).values(**more))
            return True

    async def calls(self, person: Person) -> int:
        """The calls that are kept of a person."""
        async with self._database.reading() as connection:
            mine = model_calls.c.person_id == await self._database.known(connection, person)
            return int(await connection.scalar(select(func.count()).where(mine)) or 0)


async def _leaves_room(
    connection: AsyncConnection,
    person: Person,
    person_id: int,
    tokens: int,
    budget: Budget,
    at: datetime,
    day: datetime,
) -> bool:
    lately = (model_calls.c.person_id == person_id) & (model_calls.c.at > at - HOUR)
    mine = int(await connection.scalar(select(func.count()).where(lately)) or 0)
    days = (model_days.c.tenant == person.tenant) & (model_days.c.at > at - MONTH)
    rows = list(await connection.execute(select(model_days).where(days)))
    today = next(row for row in rows if row.at == day)
    return (
        mine < budget.person_an_hour
        and today.calls < budget.tenant_a_day
        and today.tokens + tokens <= budget.tokens_a_day
        and sum(row.tokens for row in rows) + tokens <= budget.tokens_a_month
    )
