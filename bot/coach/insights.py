"""Use cases around what helps and what does not: dismissing a verdict with a reason, and figures for who looks after a place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import insights
from bot.coach.community import community_of
from bot.coach.turning_down import KEPT
from bot.commands import BadCommand, Dismiss, ShowInsights
from bot.insights import Because
from bot.model import Button, Person, Reason, Reply, Room
from bot.problems import problem
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store

REMEMBERED = timedelta(days=1)
"""How long a verdict can be dismissed."""


class Insights:
    """Counts groups, and nobody."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def answer(self, person: Person, command: ShowInsights | Dismiss, room: Room) -> Reply:
        """The reply to either; raises BadCommand."""
        match command:
            case Dismiss():
                return await self._dismiss(person, command)
            case ShowInsights():
                return await self._show(person, room)

    async def _dismiss(self, person: Person, command: Dismiss) -> Reply:
        if command.because is None:
            labels = self._wording.labels["because"]
            buttons = tuple(Button(labels[one], f"dismiss {one}") for one in Because)
            return Reply(render("dismissed", because="", what=""), buttons=buttons)
        found = await self._store.dismissals.dismiss(person, command.because, self._now(), REMEMBERED)
        what = self._wording.label("reason", found) if found else ""
        return Reply(render("dismissed", because=command.because.value, what=what))

    async def _show(self, person: Person, room: Room) -> Reply:
        if not (room.admin and room.channel):
            raise BadCommand(problem("insights_not_yours"))
        until = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        place, since = community_of(person, room), until - insights.WINDOW
        seen = await self._store.verdicts.at(place, since, until)
        dismissed = await self._store.dismissals.at(place, since, until)
        found = insights.insights(seen, dismissed)
        down = await self._store.turned_down.of(person.tenant, room.house)
        return Reply(self._said(found, down), buttons=self._buttons(found, down))

    def _said(self, found: insights.Insights, down: frozenset[Reason]) -> str:
        label = self._wording.label
        return render(
            "insights",
            found=found,
            findings=[(label("reason", reason), people) for reason, people in found.findings],
            dismissals=[(label("reason", r), label("because", why), people) for r, why, people in found.dismissals],
            noisy=[label("reason", reason) for reason in found.noisy],
            down=[label("reason", reason) for reason in Reason if reason in down],
        )

    def _buttons(self, found: insights.Insights, down: frozenset[Reason]) -> tuple[Button, ...]:
        words = self._wording.labels["turned_button"]
        may = [reason for reason in map(Reason, found.noisy) if reason not in KEPT | down]
        return tuple(
            Button(words["down_this"].format(what=self._wording.label("reason", reason)), f"charter quieter {reason}")
            for reason in may
        )
