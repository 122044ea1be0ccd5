"""Verdicts as they are kept for their owner's trend: codes, never a text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, Index, String, func, select, update

from bot.model import Case, Person, Verdict
from bot.storage import Judged
from bot.storage.database import Database
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
    Index("ix_verdicts_person_at", "person_id", "at"),
    swept=KEPT,
)


class Verdicts:
    """What was judged, by person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, person: Person, case: Case, verdict: Verdict, at: datetime) -> None:
        """Keeps the codes of a verdict; of the case only its codes, never its text."""
        await self._database.add(
            verdicts,
            person,
            at,
            at=at,
            network=case.network or "",
            delivery=case.delivery or "",
            relation=case.relation or "",
            **_codes(verdict),
        )

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
        return tuple(
            Judged(r.at, r.network, r.delivery, r.relation, r.fit, tuple(r.reasons.split(",")), r.judge_version)
            for r in await self._database.since(verdicts, person, since)
        )


def _codes(verdict: Verdict) -> dict[str, Any]:
    return {
        "fit": verdict.code,
        "reasons": ",".join(verdict.reasons),
        "rules": ",".join(finding.rule for finding in verdict.findings)[:400],
        "confidence": verdict.confidence,
        "judge_version": verdict.version[:VERSION],
    }
