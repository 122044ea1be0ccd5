"""Use cases of schedules: when tips come, a pause, and the end of them; for a person, or for a channel by its admin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.attention import STOPS, ignored
from bot.coach.stopping import stopped
from bot.commands import BadCommand, PauseTips, SetTips, Tips
from bot.letters import Address, LetterKind, channel_of
from bot.model import Button, Person, Reply, Room, Tone
from bot.problems import problem
from bot.render import render
from bot.retries import DAYS
from bot.schedule import QUIET, TIP_AT, WORKDAYS, BadSchedule, QuietHours, Schedule, Weekday, next_due, outside_quiet
from bot.schedule_words import parse_until
from bot.wording import Wording
from bot.zones import load_zone

if TYPE_CHECKING:
    from bot.storage import Store

TIPS = (LetterKind.TIP,)
YEAR = timedelta(days=365)
"""How far back pushes are looked at: rarer and rarer ones that nobody used go back for months."""


class Schedules:
    """Switches tips on and off."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def set(self, person: Person, command: SetTips, room: Room) -> Reply:
        """Tips on these days at this hour; asks for the zone when none is known."""
        whose = await self._whose(person, command.here, room)
        if isinstance(whose, Reply):
            return whose
        kept = await self._store.schedules.of(whose)
        before = kept.schedule if kept else None
        own = await self._store.schedules.of(person) if command.here and not before else None
        zone = command.zone or (before.zone if before else own.schedule.zone if own else room.zone)
        if not zone:
            return Reply(render("tips", what="ask_zone"))
        days = command.days or (before.days if before else None) or (WORKDAYS if not command.here else None)
        if command.here and (days is None or len(days) > 1):
            return Reply(render("tips", what="once_a_week"))
        at = command.at or (before.at if before else TIP_AT)
        schedule = replace(before or first_schedule(zone, at), zone=zone, days=days or WORKDAYS, paused_until=None)
        try:
            schedule = replace(schedule, at=outside_quiet(at, schedule.quiet))
        except BadSchedule as error:
            raise BadCommand(str(error)) from error
        now = self._now()
        due = next_due(schedule, now)
        await self._store.schedules.keep(whose, schedule, due, now, is_channel=command.here)
        said = self._spoken(schedule, due) | {
            "what": "set",
            "who": self._who(here=command.here),
            "from_profile": zone == room.zone and not command.zone and before is None,
        }
        return Reply(render("tips", **said), buttons=buttons(self._wording, "now", "off") if not command.here else ())

    async def show(self, person: Person, command: Tips, room: Room) -> Reply:
        """When tips come, and what became of the last ones."""
        whose = await self._whose(person, command.here, room)
        return whose if isinstance(whose, Reply) else await self._show(whose, here=command.here)

    async def off(self, person: Person, command: Tips, room: Room) -> Reply:
        """No more tips; what waits is taken back."""
        whose = await self._whose(person, command.here, room)
        return whose if isinstance(whose, Reply) else await self._off(whose)

    async def pause(self, person: Person, command: PauseTips, room: Room) -> Reply:
        """No tips until a time in words."""
        whose = await self._whose(person, command.here, room)
        if isinstance(whose, Reply):
            return whose
        kept = await self._store.schedules.of(whose)
        if kept is None or not kept.schedule.days:
            return Reply(render("tips", what="no_schedule"))
        zone = load_zone(kept.schedule.zone)
        try:
            until = parse_until(command.until, self._now(), zone)
        except BadSchedule as error:
            raise BadCommand(problem("example", said=error, example="tips pause 2 weeks")) from error
        schedule = replace(kept.schedule, paused_until=until)
        due = next_due(schedule, self._now())
        await self._store.schedules.keep(whose, schedule, due, self._now(), is_channel=command.here)
        await stopped(self._store, whose, TIPS)
        said = render("tips", what="paused", until=day(until, schedule), here=command.here)
        return Reply(said, buttons=() if command.here else buttons(self._wording, "resume"))

    async def _whose(self, person: Person, here: bool, room: Room) -> Person | Reply:
        """Whom a command is about: the person, or the channel where an admin says "here", which gets an address."""
        if not here:
            return person
        own = await self._store.addresses.of(person)
        if not (room.admin and room.channel and own):
            return Reply(render("tips", what="not_here"), tone=Tone.PROBLEM)
        channel = channel_of(person.tenant, room.channel)
        address = Address(own.platform, own.workspace or room.server, "", room.id)
        await self._store.addresses.keep(channel, address, self._now())
        return channel

    async def _show(self, whose: Person, *, here: bool) -> Reply:
        kept = await self._store.schedules.of(whose)
        if kept is None or not kept.schedule.days:
            return Reply(render("tips", what="show", days=""), buttons=buttons(self._wording, "now"))
        now = self._now()
        found = await self._store.pushes.of(whose, now - YEAR)
        pushed = [one for one in found if one.kind == LetterKind.TIP]
        skipped = pushed[-1] if pushed and pushed[-1].skipped else None
        failures = await self._store.addresses.failures(whose)
        row = 0 if here else ignored([one.push for one in found if one.counts], now, kept.schedule)
        paused = kept.schedule.paused_until
        said = self._spoken(kept.schedule, kept.next_due) | {
            "what": "show",
            "who": self._who(here=here),
            "paused": day(paused, kept.schedule) if paused and paused > now else "",
            "unreachable": failures if failures >= DAYS else 0,
            "stopped": row >= STOPS,
            "last": next((day(one.at, kept.schedule) for one in reversed(pushed) if one.counts), ""),
            "skipped_on": day(skipped.at, kept.schedule) if skipped else "",
            "skipped": self._wording.label("skipped", skipped.skipped) if skipped else "",
        }
        return Reply(render("tips", **said), buttons=buttons(self._wording, "now", "off"))

    async def _off(self, whose: Person) -> Reply:
        kept = await self._store.schedules.of(whose)
        if kept:
            schedule = replace(kept.schedule, days=frozenset[Weekday](), paused_until=None)
            await self._store.schedules.keep(whose, schedule, None, self._now())
        return Reply(render("tips", what="off", undone=not await stopped(self._store, whose, TIPS)))

    async def resume(self, person: Person, command: Tips, room: Room) -> Reply:
        """Tips again after a pause, or after nobody used them."""
        whose = await self._whose(person, command.here, room)
        if isinstance(whose, Reply):
            return whose
        kept = await self._store.schedules.of(whose)
        if kept is None or not kept.schedule.days:
            return Reply(render("tips", what="no_schedule"))
        from bot.storage.pushes import Use

        schedule = replace(kept.schedule, paused_until=None)
        now = self._now()
        due = next_due(schedule, now)
        await self._store.schedules.keep(whose, schedule, due, now, is_channel=command.here)
        await self._store.pushes.use(whose, now, Use.ASKED_WHY)  # asking for more ends the back-off
        return Reply(render("tips", what="resumed", next=day(due, schedule)))

    def _spoken(self, schedule: Schedule, due: datetime | None) -> dict[str, object]:
        quiet = schedule.quiet
        return {
            "days": self._days(schedule.days),
            "at": f"{schedule.at:%H:%M}",
            "zone": schedule.zone,
            "next": day(due, schedule),
            "quiet": f"{quiet.start:%H:%M} and {quiet.end:%H:%M}" if quiet else "",
        }

    def _days(self, days: frozenset[Weekday]) -> str:
        groups = {WORKDAYS: "weekdays", frozenset(Weekday): "daily"}
        codes = [groups[days]] if days in groups else [day.name.lower() for day in sorted(days)]
        return ", ".join(self._wording.label("weekday", code) for code in codes)

    def _who(self, *, here: bool) -> str:
        return self._wording.label("tips_for", "channel" if here else "person")


def first_schedule(zone: str, at: time) -> Schedule:
    """A schedule with the usual quiet hours, which nobody chose yet: so they give way to the hour somebody wishes for."""
    if not QUIET.covers(at):
        return Schedule(zone)
    if at <= QUIET.end:
        return Schedule(zone, quiet=QuietHours(QUIET.start, at))
    return Schedule(zone, quiet=QuietHours(at.replace(hour=(at.hour + 1) % 24), QUIET.end))


def buttons(wording: Wording, *actions: str) -> tuple[Button, ...]:
    """Buttons that say these things of tips."""
    return tuple(Button(wording.label("tip_button", action), f"tips {action}") for action in actions)


def day(at: datetime | None, schedule: Schedule) -> str:
    """A moment as it stands on the wall where the person is."""
    return f"{at.astimezone(load_zone(schedule.zone)):%Y-%m-%d %H:%M}" if at else ""
