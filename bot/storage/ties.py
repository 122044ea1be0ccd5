"""Ties by nickname: the stage somebody stated, the last word and the steps taken, in codes and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, delete, func, select, update

from bot.model import Person
from bot.storage.database import Database, insert_new
from bot.storage.ledger import entries
from bot.storage.schema import Moment, column, of_person, table
from bot.ties import KEY, Stage, Tie, name_key

_KEPT = "until forgotten"

ties = table(
    "ties",
    of_person(_KEPT, primary_key=True),
    column("name_key", String(KEY), primary_key=True, tag="personal", kept=_KEPT),
    column("who", String(20), tag="personal", kept=_KEPT),
    column("stage", String(10), tag="personal", kept=_KEPT),
    column("stage_at", Moment, tag="personal", kept=_KEPT),
    column("warm_at", Moment, tag="personal", kept=_KEPT),
    column("done", String(300), tag="personal", kept=_KEPT),
)


class Ties:
    """How well people say that others know them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, person: Person, tie: Tie, at: datetime) -> None:
        """Keeps a tie in place of the one with the same nickname."""
        async with self._database.writing() as connection:
            person_id = await self._database.number(connection, person, at)
            key, values = name_key(tie.who), _columns(tie)
            if not await insert_new(connection, ties, person_id=person_id, name_key=key, **values):
                mine = (ties.c.person_id == person_id) & (ties.c.name_key == key)
                await connection.execute(update(ties).where(mine).values(**values))

    async def of(self, person: Person, who: str) -> Tie | None:
        """A person's tie with a nickname; None when it is not kept."""
        found = await self._found(person, who)
        return found[0] if found else None

    async def all_of(self, person: Person) -> tuple[Tie, ...]:
        """All ties of a person, by nickname."""
        return await self._found(person, None)

    async def forget(self, person: Person, who: str) -> bool:
        """Erases a tie; whether there was one."""
        async with self._database.writing() as connection:
            mine = ties.c.person_id == await self._database.known(connection, person)
            gone = await connection.execute(delete(ties).where(mine & (ties.c.name_key == name_key(who))))
            return bool(gone.rowcount)

    async def _found(self, person: Person, who: str | None) -> tuple[Tie, ...]:
        """Ties with their last word: a give, an ask or thanks in the ledger is one as well."""
        async with self._database.reading() as connection:
            person_id = await self._database.known(connection, person)
            mine = ties.c.person_id == person_id
            asked = select(ties).where(mine if who is None else mine & (ties.c.name_key == name_key(who)))
            rows = (await connection.execute(asked.order_by(ties.c.name_key))).all()
            met: dict[str, datetime] = {}
            if rows:
                by_name = select(entries.c.who, func.max(entries.c.at).label("at")).where(
                    entries.c.person_id == person_id
                )
                for name, at in await connection.execute(by_name.where(entries.c.who != "").group_by(entries.c.who)):
                    key = name_key(name)
                    met[key] = max(at, met.get(key, at))
            return tuple(_tie(row, met) for row in rows)


def _columns(tie: Tie) -> dict[str, Any]:
    return {
        "who": tie.who,
        "stage": tie.stage,
        "stage_at": tie.stage_at,
        "warm_at": tie.warm_at,
        "done": ",".join(tie.done),
    }


def _tie(row: Any, met: Mapping[str, datetime]) -> Tie:
    warm = max(row.warm_at, met.get(row.name_key, row.warm_at))
    return Tie(row.who, Stage(row.stage), row.stage_at, warm, tuple(filter(None, row.done.split(","))))
