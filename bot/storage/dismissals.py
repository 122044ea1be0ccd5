"""Verdicts that somebody found not helpful, and why: a code beside the verdict's own, never a text."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Integer, String, select

from bot.insights import Because, Dismissed
from bot.model import Person
from bot.storage.database import Database, put
from bot.storage.schema import Moment, column, of_person, table
from bot.storage.verdicts import verdicts

KEPT = timedelta(days=30)
_KEPT = "30 days"

dismissals = table(
    "dismissals",
    column(
        "verdict_id",
        Integer,
        ForeignKey("verdicts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        tag="neutral",
        kept=_KEPT,
    ),
    of_person(_KEPT),
    column("at", Moment, tag="personal", kept=_KEPT),
    column("place", String(160), tag="neutral", kept=_KEPT),
    column("reason", String(30), tag="personal", kept=_KEPT),
    column("because", String(10), tag="personal", kept=_KEPT),
    Index("ix_dismissals_person_id", "person_id"),
    Index("ix_dismissals_place_at", "place", "at"),
    swept=KEPT,
)


class Dismissals:
    """What was not helpful."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def dismiss(self, person: Person, because: Because, at: datetime, within: timedelta) -> str:
        """Keeps why the first finding of a person's last verdict did not help; its reason, or empty without a finding.

        Another word on the same verdict takes the place of the one before.
        """
        async with self._database.writing() as connection:
            mine = verdicts.c.person_id == await self._database.known(connection, person)
            recent = mine & (verdicts.c.at >= at - within)
            last = (
                await connection.execute(
                    select(verdicts).where(recent).order_by(verdicts.c.at.desc(), verdicts.c.id.desc()).limit(1)
                )
            ).first()
            reason = last.reasons.split(",")[0] if last and last.fit in ("adjust", "avoid") else ""
            if last and reason:
                row = {"person_id": last.person_id, "at": at, "place": last.place, "reason": reason}
                await put(connection, dismissals, verdict_id=last.id, **row, because=because.value)
            return str(reason)

    async def at(self, place: str, since: datetime, until: datetime) -> tuple[Dismissed, ...]:
        """What was dismissed in a community in a time."""
        async with self._database.reading() as connection:
            here = (dismissals.c.place == place) & (dismissals.c.at >= since) & (dismissals.c.at < until)
            rows = await connection.execute(
                select(dismissals.c.person_id, dismissals.c.reason, dismissals.c.because).where(here)
            )
            return tuple(Dismissed(*row) for row in rows)
