"""The attention budget: late tips, clocks that jump, caps, back-off and its end, and ninety days of five hundred people."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.attention import (
    IGNORED,
    LATEST,
    REMEMBERED,
    STOPS,
    WEEK,
    Budget,
    Kind,
    Notice,
    Push,
    Refusal,
    Settled,
    allows,
    ignored,
    notice,
    settle,
    when_allowed,
)
from bot.schedule import QUIET, WORKDAYS, QuietHours, Schedule, Weekday, next_due, realigned, spread

DAILY = frozenset(Weekday)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/Nuuk", "Australia/Lord_Howe", "Asia/Tokyo",
         "Africa/Casablanca", "America/Santiago", "Pacific/Chatham", "UTC", "Antarctica/Troll")  # fmt: skip
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TIP, NUDGE, REMINDER = Kind
UTC_DAILY = Schedule("UTC", DAILY)


def pushes(kind: Kind, *days_ago: float, used: Iterable[float] = ()) -> list[Push]:
    return [Push(kind, MONDAY - d * A_DAY, MONDAY - d * A_DAY + HOUR if d in used else None) for d in days_ago]


# --- late, paused, quiet ---


@pytest.mark.parametrize(
    ("late", "refusal"),
    [
        (timedelta(0), None),
        (LATEST, None),
        (LATEST + timedelta(seconds=1), Refusal.TOO_LATE),
        (timedelta(hours=12), Refusal.TOO_LATE),
        (2 * A_DAY + LATEST + HOUR, Refusal.TOO_LATE),
        (-timedelta(seconds=1), Refusal.NOT_DUE),
    ],
)
def test_a_tip_is_sent_up_to_six_hours_late(late: timedelta, refusal: Refusal | None) -> None:
    settled = settle(MONDAY, MONDAY + late, UTC_DAILY)
    assert settled.refusal == refusal
    now = MONDAY + late
    assert settled.next_due == (MONDAY if late < timedelta(0) else next_due(UTC_DAILY, now))
    assert settled.next_due
    assert settled.next_due > now


def test_after_days_of_downtime_the_tip_of_today_is_sent_and_the_older_ones_are_not() -> None:
    settled = settle(MONDAY, MONDAY + 3 * A_DAY + HOUR, UTC_DAILY)
    assert settled == Settled(MONDAY + 3 * A_DAY, None, None, MONDAY + 4 * A_DAY)


def test_a_tip_is_not_sent_on_another_local_day() -> None:
    evening = Schedule("Europe/Berlin", DAILY, time(22), quiet=None)
    due = datetime(2026, 3, 2, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    assert settle(due, due + timedelta(hours=1, minutes=59), evening).refusal is None
    assert settle(due, due + timedelta(hours=2), evening).refusal is Refusal.TOO_LATE


@pytest.mark.parametrize(
    ("schedule", "due", "late", "refusal"),
    [
        (replace(UTC_DAILY, at=time(19, 30)), MONDAY.replace(hour=19, minute=30), timedelta(hours=1), Refusal.QUIET_HOURS),
        (replace(UTC_DAILY, paused_until=MONDAY + A_DAY), MONDAY, timedelta(0), Refusal.PAUSED),
        (replace(UTC_DAILY, paused_until=MONDAY + A_DAY), MONDAY, timedelta(hours=7), Refusal.PAUSED),
        (replace(UTC_DAILY, days=frozenset()), MONDAY, timedelta(0), Refusal.OFF),
        (replace(UTC_DAILY, paused_until=MONDAY), MONDAY, timedelta(0), None),
    ],
)  # fmt: skip
def test_a_skipped_tip_has_its_reason(schedule: Schedule, due: datetime, late: timedelta, refusal: Refusal) -> None:
    assert settle(due, due + late, schedule).refusal == refusal


@pytest.mark.parametrize("down", [HOUR, A_DAY, 30 * A_DAY])
def test_after_downtime_nobody_gets_more_than_one_and_every_skipped_tip_has_a_reason(down: timedelta) -> None:
    dice = random.Random(3)
    stopped = datetime(2026, 5, 4, tzinfo=UTC)
    now = stopped + down
    sent = 0
    for _ in range(10_000):
        schedule = Schedule(dice.choice(ZONES), DAILY, time(dice.randrange(8, 20), dice.choice((0, 30))))
        due = next_due(schedule, stopped)
        assert due
        if due > now:
            continue
        settled = settle(due, now, schedule)
        here = now.astimezone(ZoneInfo(schedule.zone))
        today = here.replace(hour=schedule.at.hour, minute=schedule.at.minute).astimezone(UTC)
        in_time = today <= now <= today + LATEST
        loud = 8 <= here.hour < 20
        assert settled.refusal == (None if in_time and loud else Refusal.QUIET_HOURS if in_time else Refusal.TOO_LATE)
        assert settled.due == today if in_time else settled.due < now
        assert settled.next_due
        assert settled.next_due > now  # so there is nothing left to send at start
        sent += settled.refusal is None
    assert sent > 0


# --- clocks that jump ---


@pytest.mark.no_cover  # counting lines would take longer than the steps
@pytest.mark.parametrize("for_good", [False, True], ids=["for three hours", "for good"])
@pytest.mark.parametrize(
    "jump", [HOUR, -HOUR, A_DAY, -A_DAY, 30 * A_DAY, timedelta(seconds=30), -timedelta(seconds=30)], ids=str
)
def test_a_clock_that_jumps_sends_nothing_twice_for_a_day_and_loses_no_day_after(
    jump: timedelta, for_good: bool
) -> None:
    for number in range(1_000):
        dice = random.Random(number)
        schedule = Schedule(dice.choice(ZONES), DAILY, time(dice.randrange(8, 19), dice.randrange(60)))
        zone = ZoneInfo(schedule.zone)
        start = datetime(2026, 5, 4, tzinfo=UTC) + number * timedelta(minutes=7)
        jumps_at = start + timedelta(days=3, minutes=dice.randrange(1440))
        back_at = None if for_good else jumps_at + 3 * HOUR
        sent = list(_sent_while_the_clock_jumps(schedule, start, jumps_at, jump, back_at))
        days = [push.at.astimezone(zone).date() for push in sent]
        assert len(days) == len(set(days)), (schedule, jumps_at, days)
        right_again = (back_at or jumps_at + jump).astimezone(zone).date()
        missing = {right_again + n * A_DAY for n in range(1, 4)} - set(days)
        assert not missing, (schedule, jumps_at, days)


def _sent_while_the_clock_jumps(
    schedule: Schedule, start: datetime, jumps_at: datetime, jump: timedelta, back_at: datetime | None
) -> Iterator[Push]:
    """A worker that looks every hour, and looks over the schedules after a jump; every tip is used."""
    sent: list[Push] = []
    due = next_due(schedule, start)
    wrong = False
    real = start
    while real < start + 9 * A_DAY and due:
        jumped = jumps_at <= real and (back_at is None or real < back_at)
        now = real + jump if jumped else real
        if jumped != wrong:
            due, wrong = realigned(due, now, schedule), jumped
        if due <= now:
            settled = settle(due, now, schedule, sent)
            if settled.refusal is None:
                sent.append(Push(TIP, now, now))
                yield sent[-1]
            due = settled.next_due
        real += HOUR


# --- the caps ---


@pytest.mark.parametrize(
    ("kind", "sent", "refusal"),
    [
        (TIP, [], None),
        (TIP, pushes(NUDGE, 0), Refusal.DAY_FULL),
        (NUDGE, pushes(TIP, 0), Refusal.DAY_FULL),
        (NUDGE, pushes(NUDGE, 1, 2, used=[1, 2]), Refusal.WEEK_FULL),
        (NUDGE, pushes(NUDGE, 1, 6, used=[1, 6]), Refusal.WEEK_FULL),
        (NUDGE, pushes(NUDGE, 1, 7, used=[1, 7]), None),
        (REMINDER, pushes(NUDGE, 1, 2, used=[1, 2]), None),
        (REMINDER, pushes(REMINDER, 1, 2, used=[1, 2]), Refusal.WEEK_FULL),
        (NUDGE, pushes(TIP, 1, 2, 3, 4, 5, used=[1]), Refusal.WEEK_FULL),
        (NUDGE, pushes(TIP, 2, 3, 4, 5, 7, used=[2]), None),
        (NUDGE, pushes(NUDGE, -1, -2), Refusal.WEEK_FULL),
        (TIP, pushes(TIP, 30, -30), None),
        (TIP, pushes(TIP, 3, 5, used=[]) + pushes(NUDGE, 1), None),
        (TIP, pushes(TIP, 2, 5, used=[]) + pushes(NUDGE, 1), Refusal.BACKING_OFF),
    ],
)
def test_one_a_day_five_a_week_two_nudges_two_reminders(kind: Kind, sent: list[Push], refusal: Refusal | None) -> None:
    assert allows(kind, sent, MONDAY, Schedule("UTC")) == refusal


def test_a_day_and_a_week_are_those_of_the_person() -> None:
    tokyo = Schedule("Asia/Tokyo", DAILY)
    sent = [Push(TIP, datetime(2026, 3, 1, 14, 59, tzinfo=UTC))]  # 23:59 on Sunday in Tokyo
    assert allows(TIP, sent, MONDAY - 9 * HOUR, tokyo) is None
    assert allows(TIP, sent, MONDAY - 9 * HOUR, Schedule("America/New_York", DAILY, quiet=None)) is Refusal.DAY_FULL


def test_never_two_tips_a_day_and_no_kind_that_is_off_whatever_the_budget() -> None:
    wide = Budget(per_day=9, per_week=99, nudges_per_week=0)
    assert allows(TIP, pushes(TIP, 0), MONDAY, UTC_DAILY, wide) is Refusal.DAY_FULL
    assert allows(REMINDER, pushes(TIP, 0), MONDAY, UTC_DAILY, wide) is None
    assert allows(NUDGE, [], MONDAY, UTC_DAILY, wide) is Refusal.OFF
    assert allows(TIP, pushes(TIP, 1, 2, 3, 4, 5, 6, used=[1]), MONDAY, UTC_DAILY) is None  # seven days were chosen
    assert allows(TIP, pushes(TIP, 1, 2, 3, 4, 5, 6, used=[1]), MONDAY, Schedule("UTC")) is Refusal.WEEK_FULL


def test_whoever_changes_the_days_need_not_wait_a_week() -> None:
    assert allows(TIP, pushes(TIP, 4, used=[4]), MONDAY, Schedule("UTC", frozenset({Weekday.MONDAY}))) is None


# --- back-off ---


def test_three_ignored_double_the_interval_six_again_and_nine_stop_it() -> None:
    sent: list[Push] = []
    gaps, said = [], []
    due: datetime | None = MONDAY
    while due and due < MONDAY + 90 * A_DAY:
        settled = settle(due, due, UTC_DAILY, sent)
        if settled.refusal is None:
            gaps.append((due - sent[-1].at).days if sent else 0)
            said.append(settled.notice)
            sent.append(Push(TIP, due))
        else:
            assert settled.refusal is (Refusal.STOPPED if len(sent) == STOPS else Refusal.BACKING_OFF)
        due = settled.next_due
    assert gaps == [0, 1, 1, 2, 2, 2, 4, 4, 4]
    assert said == [None, None, None, Notice.SLOWER, None, None, None, None, Notice.LAST]


def test_a_use_of_any_push_brings_the_old_rhythm_back() -> None:
    row = pushes(TIP, *range(9, 0, -1))
    assert allows(TIP, row, MONDAY, UTC_DAILY) is Refusal.STOPPED
    old_one_used = [replace(row[0], used_at=MONDAY - HOUR), *row[1:]]
    assert ignored(old_one_used, MONDAY, UTC_DAILY) == 0
    assert allows(TIP, old_one_used, MONDAY, UTC_DAILY) is None
    used_before_the_last_two = [*row[:-2], replace(row[-3], used_at=row[-2].at - HOUR), *row[-2:]]
    assert ignored(used_before_the_last_two, MONDAY, UTC_DAILY) == 2


def test_what_came_today_is_not_ignored_yet_and_what_is_said_is_said_once() -> None:
    row = pushes(TIP, 5, 4, 2)
    assert notice(row, MONDAY, UTC_DAILY) is Notice.SLOWER
    assert ignored([*row, Push(TIP, MONDAY - HOUR)], MONDAY, UTC_DAILY) == IGNORED
    assert notice([*row, Push(TIP, MONDAY - HOUR)], MONDAY, UTC_DAILY) is None
    assert notice([*row, Push(TIP, MONDAY - A_DAY)], MONDAY, UTC_DAILY) is None
    assert settle(MONDAY, MONDAY, UTC_DAILY, row) == Settled(MONDAY, None, Notice.SLOWER, MONDAY + A_DAY)
    assert settle(MONDAY, MONDAY + LATEST * 2, UTC_DAILY, row).notice is None


@pytest.mark.parametrize(
    ("days", "row", "rest"),
    [(DAILY, 3, 2), (DAILY, 6, 4), (WORKDAYS, 3, 3), (frozenset({Weekday.MONDAY}), 3, 14), (frozenset({Weekday.MONDAY}), 6, 28)],
)  # fmt: skip
def test_the_interval_is_that_of_the_days_that_were_chosen(days: frozenset[Weekday], row: int, rest: int) -> None:
    def tip_after(days_ago: int) -> Refusal | None:
        return allows(TIP, pushes(TIP, *range(days_ago, days_ago + row)), MONDAY, Schedule("UTC", days))

    assert tip_after(rest) is None
    assert tip_after(rest - 1) in (Refusal.BACKING_OFF, Refusal.WEEK_FULL)
    assert rest < WEEK or tip_after(rest - 1) is Refusal.BACKING_OFF


# --- when it would be allowed ---


@pytest.mark.parametrize(
    ("kind", "sent", "now", "when"),
    [
        (NUDGE, [], MONDAY, MONDAY),
        (NUDGE, [], MONDAY.replace(hour=22), MONDAY.replace(hour=8) + A_DAY),
        (NUDGE, pushes(TIP, 0), MONDAY + HOUR, MONDAY.replace(hour=8) + A_DAY),
        (NUDGE, pushes(NUDGE, 0, 3), MONDAY + HOUR, MONDAY.replace(hour=8) + 4 * A_DAY),
        (TIP, pushes(TIP, *range(1, 10)), MONDAY, None),
    ],
)
def test_the_next_moment_is_told(kind: Kind, sent: list[Push], now: datetime, when: datetime | None) -> None:
    assert when_allowed(kind, sent, now, Schedule("UTC")) == when
    assert (
        when_allowed(kind, sent, now, Schedule("UTC", frozenset()), Budget(nudges_per_week=0, reminders_per_week=0))
        is None
    )


def test_the_next_moment_is_allowed_and_no_quarter_before_it_is() -> None:
    dice = random.Random(8)
    waited = 0
    for _ in range(60):
        schedule = Schedule(dice.choice(ZONES), dice.choice((DAILY, WORKDAYS)), quiet=dice.choice((QUIET, None, QuietHours(time(1), time(23)))))  # fmt: skip
        sent = [Push(dice.choice(list(Kind)), MONDAY - dice.randrange(1, 400) * HOUR) for _ in range(dice.randrange(9))]
        if dice.random() < 0.3:
            schedule = replace(schedule, paused_until=MONDAY + dice.randrange(80) * HOUR)
        now = MONDAY + dice.randrange(96) * timedelta(minutes=15)
        kind = dice.choice(list(Kind))
        when = when_allowed(kind, sent, now, schedule)
        assert when
        assert allows(kind, sent, when, schedule) is None
        quarters = (now + n * timedelta(minutes=15) for n in range(int((when - now) / timedelta(minutes=15))))
        assert all(allows(kind, sent, quarter, schedule) for quarter in quarters)
        waited += when > now
    assert waited > 20


# --- ninety days of five hundred people ---


@dataclass
class Somebody:
    """A person with habits, and what reached them."""

    dice: random.Random
    schedule: Schedule
    uses: float
    sent: list[Push] = field(default_factory=list)
    paused: list[tuple[datetime, datetime]] = field(default_factory=list)

    def reached(self, kind: Kind, now: datetime) -> None:
        used = self.dice.random() < self.uses
        self.sent.append(Push(kind, now, now + HOUR if used else None))

    def pauses(self, now: datetime) -> None:
        until = max(now + self.dice.randrange(1, 200) * HOUR, self.schedule.paused_until or now)
        self.paused.append((now, until))
        self.schedule = replace(self.schedule, paused_until=until)


def somebody(number: int) -> Somebody:
    dice = random.Random(number)
    days = frozenset(dice.sample(sorted(Weekday), dice.randint(1, 7)))
    schedule = Schedule(dice.choice(ZONES), days, time(dice.randrange(8, 20), dice.choice((0, 15, 45))))
    return Somebody(dice, schedule, dice.choice((0, 0.05, 0.3, 0.9)))


def live(person: Somebody, start: datetime, days: int) -> None:
    """Tips as they fall due, late at times; nudges and reminders whenever something gives cause; pauses."""
    dice, now = person.dice, start
    due = next_due(person.schedule, start)
    waiting: list[tuple[datetime, Kind]] = []
    while now < start + days * A_DAY:
        now += dice.randrange(1, 16 * 60) * timedelta(minutes=1)
        latest = person.sent[-REMEMBERED:]
        if due and due <= now:
            claimed = min(now, due + dice.choice((0, 0, 1, 400)) * timedelta(minutes=1))
            settled = settle(due, claimed, person.schedule, latest)
            if settled.refusal is None:
                person.reached(TIP, claimed)
            due = settled.next_due and spread(settled.next_due, "x", person.schedule)
            now = claimed
        elif dice.random() < 0.02:
            person.pauses(now)
        elif waiting and waiting[0][0] <= now:
            _, kind = waiting.pop(0)
            if allows(kind, latest, now, person.schedule) is None:
                person.reached(kind, now)
        elif dice.random() < 0.4:
            kind = dice.choice((NUDGE, REMINDER))
            when = when_allowed(kind, latest, now, person.schedule)
            waiting += [(when, kind)] if when and len(waiting) < 3 else []


def violations(person: Somebody) -> list[str]:
    """What broke a cap, counted anew from what was sent."""
    zone = ZoneInfo(person.schedule.zone)
    found = [f"order at {b.at}" for a, b in pairwise(person.sent) if b.at < a.at]
    days: list[tuple[date, Kind]] = []
    row = 0
    last_day = date.min
    for push in person.sent:
        wall = push.at.astimezone(zone)
        if wall.hour >= 20 or wall.hour < 8:
            found.append(f"quiet: {wall}")
        if any(start <= push.at < until for start, until in person.paused):
            found.append(f"paused: {wall}")
        if row >= 9:
            found.append(f"stopped: {wall}")
        if row >= 3 and push.kind is TIP and last_day == wall.date() - A_DAY:
            tips = [d for d, k in days if k is TIP]
            if tips and tips[-1] == last_day:
                found.append(f"not slower: {wall}")
        days.append((wall.date(), push.kind))
        week = [k for d, k in days if wall.date() - d < WEEK * A_DAY]
        if sum(d == wall.date() for d, _ in days) > 1:
            found.append(f"two a day: {wall}")
        if week.count(NUDGE) > 2 or week.count(REMINDER) > 2 or len(week) > max(5, len(person.schedule.days)):
            found.append(f"too many a week: {wall}")
        row, last_day = 0 if push.used_at else row + 1, wall.date()
    return found


@pytest.mark.no_cover  # counting lines would take longer than the steps
def test_ninety_days_of_five_hundred_people_break_no_cap() -> None:
    counts: dict[Kind, int] = dict.fromkeys(Kind, 0)
    people = [somebody(number) for number in range(500)]
    for person in people:
        live(person, datetime(2026, 2, 1, tzinfo=UTC), 90)
        assert not violations(person)
        for push in person.sent:
            counts[push.kind] += 1
    assert min(counts.values()) > 500, counts
    assert sum(len(p.sent) == STOPS for p in people if p.uses == 0) > 100


def test_the_count_finds_what_breaks_a_cap() -> None:
    def after(*sent: Push) -> list[str]:
        paused = [(MONDAY + 50 * A_DAY, MONDAY + 51 * A_DAY)]
        return violations(Somebody(random.Random(0), UTC_DAILY, 0, list(sent), paused))

    assert not after(*(Push(TIP, MONDAY + n * A_DAY, MONDAY + n * A_DAY) for n in range(20)))
    assert "two a day" in after(Push(TIP, MONDAY), Push(NUDGE, MONDAY + HOUR))[0]
    assert "quiet" in after(Push(TIP, MONDAY + 11 * HOUR))[0]
    assert "paused" in after(Push(TIP, MONDAY + 50 * A_DAY))[0]
    assert "too many" in after(*(Push(NUDGE, MONDAY + n * A_DAY, MONDAY) for n in (0, 1, 6)))[0]
    assert "not slower" in after(*(Push(TIP, MONDAY + n * A_DAY) for n in range(4)))[0]
    assert "stopped" in after(*(Push(TIP, MONDAY + n * 5 * A_DAY) for n in range(10)))[0]
