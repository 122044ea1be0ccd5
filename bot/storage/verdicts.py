"""Verdicts as they are kept for their owner's trend: codes, never a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, Index, String, func, select, update

from bot.insights import Seen
from bot.model import Case, Network, Person, Purpose, Verdict
from bot.storage import Judged
from bot.storage.database import Database
from bot.storage.grouping import Groups
from bot.storage.schema import Moment, column, number, of_person, table

KEPT = timedelta(days=30)
_KEPT = "30 days"
VERSION = 120

verdicts = table(
    "verdicts",
    number(_KEPT),
    of_person(_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    column("network", String(20), tag="personal", kept=_KEPT),
    column("delivery", String(20), tag="personal", kept=_KEPT),
    column("relation", String(20), tag="personal", kept=_KEPT),
    column("fit", String(10), tag="personal", kept=_KEPT),
    column("reasons", String(200), tag="personal", kept=_KEPT),
    column("rules", String(400), tag="personal", kept=_KEPT),
    column("confidence", Float, tag="personal", kept=_KEPT),
    column("judge_version", String(VERSION), tag="neutral", kept=_KEPT),
    column("served", String(20), tag="personal", kept=_KEPT),
    column("trend", String(10), tag="personal", kept=_KEPT, server_default=""),
    column("place", String(160), tag="neutral", kept=_KEPT, server_default=""),
    Index("ix_verdicts_person_at", "person_id", "at"),
    Index("ix_verdicts_place_at", "place", "at"),
    swept=KEPT,
)


class Verdicts:
    """What was judged, by person."""

    def __init__(self, database: Database, groups: Groups) -> None:
        self._database = database
        self._groups = groups

    async def record(
        self,
        person: Person,
        case: Case,
        verdict: Verdict,
        at: datetime,
        served: Purpose | None = None,
        *,
        trend: str = "",
        place: str = "",
    ) -> None:
        """Keeps the codes of a verdict; of the case only its codes and the purpose it served, never its text.

        `trend` is better, same or worse after an edit, `place` the community in which it was asked for.
        """
        values = {
            "at": at,
            "network": case.network or "",
            "delivery": case.delivery or "",
            "relation": case.relation or "",
            "served": served or "",
            "trend": trend,
            "place": place,
            **_codes(verdict),
        }
        await self._groups.run(lambda: self._database.add(verdicts, person, at, **values))

    async def refine(self, person: Person, first: Verdict, both: Verdict) -> None:
        """Puts the verdict of a second opinion in place of the person's last one, if that is still the first one's."""
        async with self._database.writing() as connection:
            mine = verdicts.c.person_id == await self._database.known(connection, person)
            last = select(func.max(verdicts.c.id)).where(mine).scalar_subquery()
            same = (verdicts.c.judge_version == first.version) & (verdicts.c.fit == first.code)
            await connection.execute(
                update(verdicts).where(mine & (verdicts.c.id == last) & same).values(**_codes(both))
            )

    async def since(self, person: Person, since: datetime) -> tuple[Judged, ...]:
        """The person's verdicts since a time, oldest first."""
        return tuple(map(_judged, await self._database.since(verdicts, person, since)))

    async def served(self, person: Person, network: Network, since: datetime, limit: int) -> tuple[Purpose, ...]:
        """Which purposes the person's last drafts on a network served, newest first; those that served none are left out."""
        async with self._database.reading() as connection:
            mine = verdicts.c.person_id == await self._database.known(connection, person)
            here = mine & (verdicts.c.network == network) & (verdicts.c.served != "") & (verdicts.c.at >= since)
            newest = select(verdicts.c.served).where(here).order_by(verdicts.c.at.desc(), verdicts.c.id.desc())
            return tuple(map(Purpose, await connection.scalars(newest.limit(limit))))

    async def at(self, place: str, since: datetime, until: datetime) -> tuple[Seen, ...]:
        """What was judged in a community in a time, for figures about groups; questions back are left out."""
        async with self._database.reading() as connection:
            here = (verdicts.c.place == place) & (verdicts.c.at >= since) & (verdicts.c.at < until)
            told = here & (verdicts.c.fit != "unsure")
            rows = await connection.execute(
                select(verdicts.c.person_id, verdicts.c.trend, verdicts.c.reasons).where(told)
            )
            return tuple(Seen(row.person_id, row.trend, tuple(row.reasons.split(","))) for row in rows)

    async def since_of(self, person_ids: Sequence[int], since: datetime) -> Mapping[int, tuple[Judged, ...]]:
        """The verdicts of many people since a time, oldest first."""
        async with self._database.reading() as connection:
            theirs = verdicts.c.person_id.in_(person_ids) & (verdicts.c.at >= since)
            found: dict[int, list[Judged]] = {}
            for row in await connection.execute(select(verdicts).where(theirs).order_by(verdicts.c.at, verdicts.c.id)):
                found.setdefault(row.person_id, []).append(_judged(row))
            return {person_id: tuple(judged) for person_id, judged in found.items()}


def _judged(row: Any) -> Judged:
    return Judged(
        row.at,
        row.network,
        row.delivery,
        row.relation,
        row.fit,
        tuple(row.reasons.split(",")),
        row.judge_version,
        row.served,
        row.trend,
    )


def _codes(verdict: Verdict) -> dict[str, Any]:
    return {
        "fit": verdict.code,
        "reasons": ",".join(verdict.reasons),
        "rules": ",".join(finding.rule for finding in verdict.findings)[:400],
        "confidence": verdict.confidence,
        "judge_version": verdict.version[:VERSION],
    }
