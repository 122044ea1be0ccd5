"""One attention budget over tips, nudges and reminders: may something be pushed to this person now, and if not, when?

Bots that write too often are muted for good, and none of those looked at caps across its features (peers.md §5.10). So all
kinds share one budget, whoever stops reading is written to less and then not at all, and being used brings it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.schedule import Schedule, awake, day_begins, is_quiet, local_day, moment, next_due, quiet_begins, reachable
from bot.zones import load_zone

WEEK = 7
NOTICED = timedelta(days=7)
"""How late a notice is still worth showing."""
LATEST = timedelta(hours=6)
"""How late a tip is still sent, on the same local day (design §5, reliability catalogue T03)."""
IGNORED = 3
"""Ignored pushes in a row after which the usual interval doubles; three more double it again (peers.md §4)."""
STOPS = 9
"""Ignored pushes in a row after which nothing is pushed until one is used."""
REMEMBERED = 30
"""How many of the latest pushes of a person the rules here want to see."""
SEARCHED = 90
"""Days ahead in which a moment that is allowed is looked for; the longest back-off is 28."""


class Kind(StrEnum):
    """What is pushed: a scheduled tip, a word nobody asked for, or a reminder of something the person began."""

    TIP = "tip"
    NUDGE = "nudge"
    REMINDER = "reminder"


class Refusal(StrEnum):
    """Why something is not pushed now; the value is what is recorded."""

    OFF = "off"
    PAUSED = "paused"
    QUIET_HOURS = "quiet_hours"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    BACKING_OFF = "backing_off"
    STOPPED = "stopped"
    TOO_LATE = "too_late"
    NOT_DUE = "not_due"


class Notice(StrEnum):
    """What a push must say about the back-off; each is said once in a row of ignored pushes."""

    SLOWER = "slower"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Push:
    """Something that was pushed, and when the person used it: a button, a reply, a snooze, a thank you."""

    kind: Kind
    at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that is pushed to one person, counted by local days; a week is any seven of them in a row.

    Tips come on the days a person chose, never two on one day; a schedule with more days than `per_week` raises it. One a
    day and two nudges a week: reliability catalogue T08. Five a week: daily exposure helps more than occasional (Morrison
    2017), a notice is opened within the hour or hardly ever (Drink Less trial), so few and well-timed (peers.md §2).
    """

    per_day: int = 1
    per_week: int = 5
    nudges_per_week: int = 2
    reminders_per_week: int = 2


DEFAULT = Budget()


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a due tip: sent (with a notice, perhaps) or not and why; and when the next is due, in UTC.

    `due` is the one decided on. Where it is later than the due that was given, that one and all between were too late.
    """

    due: datetime
    refusal: Refusal | None
    notice: Notice | None
    next_due: datetime | None


def settle(
    due: datetime, now: datetime, schedule: Schedule, sent: Sequence[Push] = (), budget: Budget = DEFAULT
) -> Settled:
    """Decides on a due tip: sent up to six hours late on its local day (without a word about it), else not at all.

    The next due lies after `now`, so however long nothing ran, one tip at most comes of it. `sent` are the pushes of the
    person on every platform, the last REMEMBERED of them: they keep a clock that jumps from sending twice for one day.
    """
    if now < due:
        return Settled(due, Refusal.NOT_DUE, None, due)
    newest = next_due(schedule, now - LATEST - timedelta.resolution)
    due = newest if newest and due < newest <= now else due
    zone = load_zone(schedule.zone)
    late = now - due > LATEST or local_day(now, zone) != local_day(due, zone)
    refusal = allows(Kind.TIP, sent, now, schedule, budget)
    if late and refusal not in (Refusal.OFF, Refusal.PAUSED):
        refusal = Refusal.TOO_LATE
    said = None if refusal else notice(sent, now, schedule)
    return Settled(due, refusal, said, next_due(schedule, now))


def allows(
    kind: Kind, sent: Sequence[Push], now: datetime, schedule: Schedule, budget: Budget = DEFAULT
) -> Refusal | None:
    """None when this may be pushed now, else why not. Pushes dated in the future (a clock was wrong) count as well."""
    most = _most_a_week(kind, schedule, budget)
    if most == 0:
        return Refusal.OFF
    if schedule.paused_until and now < schedule.paused_until:
        return Refusal.PAUSED
    if is_quiet(now, schedule):
        return Refusal.QUIET_HOURS
    dated = _dated(sent, now, schedule)
    on_day = [push.kind for push, ago in dated if ago == 0]
    if len(on_day) >= budget.per_day or (kind is Kind.TIP and Kind.TIP in on_day):
        return Refusal.DAY_FULL
    in_week = [push.kind for push, ago in dated if abs(ago) < WEEK]
    if len(in_week) >= max(budget.per_week, len(schedule.days)):
        return Refusal.WEEK_FULL
    if kind is not Kind.TIP and in_week.count(kind) >= most:
        return Refusal.WEEK_FULL
    row = _in_a_row(dated)
    if row >= STOPS:
        return Refusal.STOPPED
    interval = WEEK / most * 2 ** (row // IGNORED)
    if row >= IGNORED and any(push.kind is kind and abs(ago) < interval for push, ago in dated):
        return Refusal.BACKING_OFF
    return None


def when_allowed(
    kind: Kind, sent: Sequence[Push], now: datetime, schedule: Schedule, budget: Budget = DEFAULT
) -> datetime | None:
    """The first moment from now on, in UTC, when this may be pushed if nothing else is; None when it would take a use."""
    zone = load_zone(schedule.zone)
    at = now
    for _ in range(SEARCHED):
        at = reachable(at, schedule)
        refusal = allows(kind, sent, at, schedule, budget)
        if refusal is None:
            return at
        if refusal in (Refusal.OFF, Refusal.STOPPED):
            return None
        at = day_begins(local_day(at, zone) + timedelta(1), zone)
    return None


def ignored(sent: Sequence[Push], now: datetime, schedule: Schedule) -> int:
    """How many pushes in a row were not used: those before today and since the last use of any."""
    return _in_a_row(_dated(sent, now, schedule))


def notice(sent: Sequence[Push], now: datetime, schedule: Schedule) -> Notice | None:
    """What the next push must say about the back-off, if anything."""
    dated = _dated(sent, now, schedule)
    if any(ago == 0 for _, ago in dated):
        return None
    return {IGNORED: Notice.SLOWER, STOPS - 1: Notice.LAST}.get(_in_a_row(dated))


def _dated(sent: Sequence[Push], now: datetime, schedule: Schedule) -> list[tuple[Push, int]]:
    """The pushes, with how many local days ago each was (below zero: dated in the future)."""
    zone = load_zone(schedule.zone)
    today = local_day(now, zone)
    return [(push, (today - local_day(push.at, zone)).days) for push in sent]


def _in_a_row(dated: Sequence[tuple[Push, int]]) -> int:
    used = max((push.used_at for push, _ in dated if push.used_at), default=None)
    return sum(ago > 0 and (used is None or push.at > used) for push, ago in dated)


def _most_a_week(kind: Kind, schedule: Schedule, budget: Budget) -> int:
    """How many of a kind come in a usual week: of tips as many as there are days for them."""
    match kind:
        case Kind.TIP:
            return len(schedule.days)
        case Kind.NUDGE:
            return budget.nudges_per_week
        case Kind.REMINDER:
            return budget.reminders_per_week


def good_until(due: datetime, schedule: Schedule) -> datetime:
    """Until when a tip that was due may still be shown: six hours, the same local day, and not into the quiet hours."""
    zone = load_zone(schedule.zone)
    today = local_day(due, zone)
    ends = [due + LATEST, day_begins(today + timedelta(days=1), zone) - timedelta(seconds=1)]
    quiet = moment(today, schedule.quiet.start, zone) if schedule.quiet else None
    if quiet and quiet > due:
        ends.append(quiet - timedelta(seconds=1))
    return min(ends)


def notice_at(now: datetime, schedule: Schedule) -> datetime:
    """When a notice comes that takes nothing of the budget: at once, or when the quiet hours end."""
    return awake(now, schedule)


def notice_until(due: datetime, schedule: Schedule) -> datetime:
    """Until when such a notice may still be shown: some days, and not into the next quiet hours."""
    begins = quiet_begins(due, schedule)
    return min(due + NOTICED, begins - timedelta(seconds=1)) if begins else due + NOTICED
