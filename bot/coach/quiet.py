"""Use cases of quiet: the hours without pushes, what was pushed this week, and what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.attention import DEFAULT
from bot.coach.listening import MUTE as LISTENING
from bot.coach.schedules import day
from bot.commands import BadCommand, Quiet, SetQuiet
from bot.model import Button, Person, Reply, Room
from bot.progress import WEEK
from bot.render import render
from bot.schedule import BadSchedule, Schedule, next_due, outside_quiet
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store


class Quieting:
    """Says and sets how much somebody hears of Tact."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def set(self, person: Person, command: SetQuiet, room: Room) -> Reply:
        """Keeps the quiet hours; refused where a tip is due within them."""
        kept = await self._store.schedules.of(person)
        zone = command.zone or (kept.schedule.zone if kept else room.zone)
        if not zone:
            return Reply(render("quiet", what="ask_zone"))
        schedule = kept.schedule if kept else Schedule(zone, days=frozenset())
        schedule = replace(schedule, zone=zone, quiet=command.hours)
        if schedule.days:
            try:
                outside_quiet(schedule.at, schedule.quiet)
            except BadSchedule as error:
                raise BadCommand(str(error)) from error
        now = self._now()
        await self._store.schedules.keep(person, schedule, next_due(schedule, now), now)
        return await self._show(person, schedule, "set")

    async def answer(self, person: Person, command: Quiet) -> Reply:
        """What may be pushed and what was; or what was not delivered, sent again."""
        if command.action == "resend":
            return Reply(render("quiet", what="resent", sent=await self._store.outbox.replay(self._now(), person)))
        kept = await self._store.schedules.of(person)
        return await self._show(person, kept.schedule if kept else None, "show")

    async def _show(self, person: Person, schedule: Schedule | None, what: str) -> Reply:
        at_home = schedule or Schedule("UTC", days=frozenset())
        quiet = at_home.quiet
        now = self._now()
        pushed = [one for one in await self._store.pushes.of(person, now - WEEK) if one.counts]
        undelivered = await self._store.outbox.undelivered(person)
        text = render(
            "quiet",
            what=what,
            zone=schedule.zone if schedule else self._wording.overall["own_zone"],
            quiet=f"{quiet.start:%H:%M} and {quiet.end:%H:%M}" if quiet else "",
            per_week=max(DEFAULT.per_week, len(at_home.days)),
            off=await self._off(person, now),
            nudges=DEFAULT.nudges_per_week,
            reminders=DEFAULT.reminders_per_week,
            week=[(day(p.at, at_home), self._label("push", p.kind), self._label("push", p.how)) for p in pushed],
            undelivered=[
                (day(u.due, at_home), self._label("push", u.kind), self._label("undelivered", u.why))
                for u in undelivered
            ],
        )
        again = (Button(self._wording.overall["resend"], "quiet resend"),) if undelivered else ()
        return Reply(text, buttons=again)

    async def _off(self, person: Person, now: datetime) -> list[tuple[str, datetime | None]]:
        """What is switched off by `quiet` and a name, each with the time until when."""
        unheard = await self._store.mutes.opted_out(person, now)
        mutes = await self._store.mutes.of(person, now)
        return [*sorted(mutes.items()), *([(LISTENING, unheard.until)] if unheard else [])]

    def _label(self, kind: str, code: str) -> str:
        return self._wording.label(kind, code) if code else ""
