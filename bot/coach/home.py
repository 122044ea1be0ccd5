"""The person's own page in words: purposes, give and take, who waits for thanks, tips, quiet, and their data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.coach.ledger import sides
from bot.coach.reviews import NEXT
from bot.coach.schedules import day
from bot.ledger import WINDOW, Outcome
from bot.loop import owed
from bot.model import Button, Person, Reply
from bot.render import render
from bot.reviewing import rows_of
from bot.reviews import Course, Review, Step, load
from bot.schedule import QUIET
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.coach.purposes import Purposes
    from bot.storage import Store

SHOWN = 3
"""Thanks owed that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Turning:
    """The turning point that runs, by its name, with the next steps and their words."""

    name: str
    review: Review
    next: list[tuple[Step, str, str]]


class Home:
    """Sums up what Tact knows of a person, for them alone."""

    def __init__(self, wording: Wording, purposes: Purposes, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._purposes = purposes
        self._store = store
        self._now = now

    async def show(self, person: Person) -> Reply:
        """The summary, with a button for each part of it."""
        now = self._now()
        balance = await self._store.ledger.balance(person, now)
        kept = await self._store.schedules.of(person)
        hours = kept.schedule.quiet if kept else QUIET
        waiting = owed(await self._store.ledger.asks(person, Outcome.ANSWERED), now)
        text = render(
            "home",
            purposes=await self._purposes.rows(person),
            balance=balance,
            days=WINDOW.days,
            sides=sides(balance),
            waiting=waiting[:SHOWN],
            more=max(0, len(waiting) - SHOWN),
            turning=await self._turning(person),
            next_tip=day(kept.next_due, kept.schedule) if kept and kept.next_due else "",
            hours=f"{hours.start:%H:%M} to {hours.end:%H:%M}" if hours else "",
            mutes=await self._store.mutes.of(person, now),
            unheard=await self._store.mutes.opted_out(person, now),
        )
        labels = self._wording.home
        return Reply(text, buttons=tuple(Button(labels[command], command) for command in labels))

    async def _turning(self, person: Person) -> Turning | None:
        found = await self._store.reviews.all_of(person)
        review = next((review for review in found if review.course is Course.RUNNING), None)
        if review is None:
            return None
        guide = load()[review.turn]
        return Turning(guide.name, review, rows_of(review.open, guide)[:NEXT])
