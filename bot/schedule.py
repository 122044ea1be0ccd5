"""When tips are due: days, a local hour, a zone, quiet hours and a pause, worked out without a clock.

Local times become moments as RFC 5545 §3.3.5 has it: a time that clocks skip is read with the offset before the gap, a
time that comes twice is its first coming. A day that a zone skips altogether (Apia, 30 December 2011) has no tip.
"""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from bot.problems import problem
from bot.zones import load_zone

SPREAD = timedelta(minutes=15)
"""Over how long tips of one popular hour are spread (reliability catalogue, T05)."""
LOOK_AHEAD = 16
"""Days within which a chosen weekday surely comes, also when a zone skips one of them."""
A_MINUTE = timedelta(minutes=1)


class BadSchedule(ValueError):
    """A day, time or pause that cannot be used; the message is the reply."""


class Weekday(IntEnum):
    """Days as `date.weekday` counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing is pushed: the start belongs to them, the end does not."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise BadSchedule(problem("quiet_needs_two"))

    def covers(self, at: time) -> bool:
        """Whether a local time is quiet; the hours may go over midnight."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


WORKDAYS = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}
TIP_AT = time(9)
QUIET = QuietHours(time(20), time(8))
"""None between 20:00 and 08:00 local time (reliability catalogue, T08)."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When somebody may be reached, and on which days at what local time a tip comes; without days there are none."""

    zone: str
    days: frozenset[Weekday] = WORKDAYS
    at: time = TIP_AT
    quiet: QuietHours | None = QUIET
    paused_until: datetime | None = None


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment after `after`, in UTC, at which a tip is due; not before a pause ends. None without days.

    Every local day that is among the days and exists has exactly one. Raises BadZone.
    """
    zone = load_zone(schedule.zone)
    if schedule.paused_until and schedule.paused_until > after:
        after = schedule.paused_until - timedelta.resolution
    today = local_day(after, zone)
    for ahead in range(LOOK_AHEAD):
        day = today + timedelta(ahead)
        due = moment(day, schedule.at, zone) if day.weekday() in schedule.days else None
        if due and due > after:
            return due
    return None


def realigned(due: datetime, now: datetime, schedule: Schedule) -> datetime:
    """The due to go on with: the same, or an earlier one where `due` was worked out while the clock ran ahead.

    Run it over the schedules at start and after a jump of the clock: without it, a clock that was 30 days ahead for a
    minute would cost 30 days of tips.
    """
    first = next_due(schedule, now)
    return first if first and first + SPREAD < due else due


def moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC of a local time on a local day; None where the zone skips that day.

    A gap that reaches midnight (Nuuk, 23:00 to 24:00) would push the time into the next day: the last minute before the
    gap is taken instead, so that the day keeps its one.
    """
    for minute in range(_minute_of(at), -1, -1):
        due = datetime.combine(day, _time_of(minute), zone).astimezone(UTC)
        if due.astimezone(zone).date() == day:
            return due
    return None


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day in UTC, or of the next day that exists."""
    begins = moment(day, time.min, zone)
    return begins or day_begins(day + timedelta(1), zone)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The date on the wall at a moment. Raises ValueError for a time without a zone: it would mean this computer's."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at.astimezone(zone).date()


def is_quiet(at: datetime, schedule: Schedule) -> bool:
    """Whether a moment lies in the quiet hours."""
    return schedule.quiet is not None and schedule.quiet.covers(at.astimezone(load_zone(schedule.zone)).time())


def reachable(at: datetime, schedule: Schedule) -> datetime:
    """The first moment from `at` on, in UTC, that is neither paused nor quiet: when a snoozed push comes back, too."""
    return awake(max(at, schedule.paused_until or at), schedule)


def awake(at: datetime, schedule: Schedule) -> datetime:
    """The first moment from `at` on, in UTC, that is not in the quiet hours."""
    at = at.astimezone(UTC)
    if schedule.quiet is None or not is_quiet(at, schedule):
        return at
    zone = load_zone(schedule.zone)
    nights = (local_day(at, zone) + timedelta(ahead) for ahead in range(LOOK_AHEAD))
    ends = (datetime.combine(day, schedule.quiet.end.replace(fold=fold), zone) for day in nights for fold in (0, 1))
    return next(end for end in (e.astimezone(UTC) for e in ends) if end > at and not is_quiet(end, schedule))


def quiet_begins(after: datetime, schedule: Schedule) -> datetime | None:
    """The moment in UTC at which quiet hours next begin; None without them."""
    if schedule.quiet is None:
        return None
    zone = load_zone(schedule.zone)
    nights = (local_day(after, zone) + timedelta(ahead) for ahead in range(LOOK_AHEAD))
    begins = (moment(night, schedule.quiet.start, zone) for night in nights)
    return next((begin for begin in begins if begin and begin > after), None)


def outside_quiet(at: time, quiet: QuietHours | None) -> time:
    """The same local time when tips may come then.

    Raises BadSchedule for one inside the quiet hours, naming the nearest that is not: two wishes of one person
    contradict each other, and only they can say which one holds.
    """
    if quiet is None or not quiet.covers(at):
        return at
    before = _minute_of(quiet.start) - int(SPREAD / A_MINUTE)
    open_ = [m for m in (_minute_of(quiet.end), before % 1440) if not quiet.covers(_time_of(m))]
    near = min(open_, key=lambda m: min((m - _minute_of(at)) % 1440, (_minute_of(at) - m) % 1440))
    raise BadSchedule(problem("within_quiet", at=at, quiet_start=quiet.start, quiet_end=quiet.end, near=_time_of(near)))


def spread(due: datetime, key: str, schedule: Schedule, window: timedelta = SPREAD) -> datetime:
    """`due` or up to `window` later, always the same for one key, so that a popular hour is not one moment.

    It stays on the local day and out of the quiet hours; near their edge the window shrinks.
    """
    zone = load_zone(schedule.zone)
    day = local_day(due, zone)
    walls = ((due + minute * A_MINUTE).astimezone(zone) for minute in range(int(window / A_MINUTE)))
    shut = (at for at in walls if at.date() != day or (schedule.quiet and schedule.quiet.covers(at.time())))
    room = int((next(shut, due + window) - due).total_seconds())
    number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())
    return due + timedelta(seconds=number % max(1, room))


def month_day(year: int, month: int, day: int) -> date:
    """That day of a month, or the month's last one where it is shorter; months may run past 12."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def next_monthly(day: int, after: date) -> date:
    """The next date after `after` for what comes on a day of each month (the 31st: on the last)."""
    this = month_day(after.year, after.month, day)
    return this if this > after else month_day(after.year, after.month + 1, day)


def _minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def _time_of(minute: int) -> time:
    return time(*divmod(minute, 60))
