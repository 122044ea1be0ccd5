"""When tips are due: over every change of clocks 2024–2030 in every zone, skipped days, quiet hours, the calendar's corners."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.schedule import (
    QUIET,
    SPREAD,
    WORKDAYS,
    BadSchedule,
    QuietHours,
    Schedule,
    Weekday,
    is_quiet,
    local_day,
    moment,
    month_day,
    next_due,
    next_monthly,
    outside_quiet,
    reachable,
    realigned,
    spread,
)
from bot.zones import PLACELESS

DAILY = frozenset(Weekday)
QUARTERS = [time(*divmod(m, 60)) for m in range(0, 1440, 15)]
A_QUARTER = timedelta(minutes=15)
NAMES = sorted(available_timezones() - PLACELESS)

Due = Callable[[Schedule, datetime], datetime | None]
Change = tuple[datetime, timedelta]
"""The moment clocks change, and the offset from UTC before it."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def offset(zone: ZoneInfo, moment_: datetime) -> timedelta:
    found = moment_.astimezone(zone).utcoffset()
    assert found is not None
    return found


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Change]:
    """Found by looking at the zone once a day and halving: nothing but moments turned into local time."""
    before, low = offset(zone, start), start
    while low < end:
        high = low + timedelta(days=1)
        if offset(zone, high) != before:
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // timedelta(minutes=2) * timedelta(minutes=1)
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            yield high, before
            before = offset(zone, high)
        low = high


@cache
def all_changes() -> dict[tuple[timedelta, tuple[Change, ...]], list[str]]:
    """The zones by their changes 2024–2030, those that are alike together."""
    start, end = at("2024-01-01T00:00Z"), at("2031-01-01T00:00Z")
    alike: dict[tuple[timedelta, tuple[Change, ...]], list[str]] = {}
    for name in NAMES:
        zone = ZoneInfo(name)
        alike.setdefault((offset(zone, start), tuple(changes(zone, start, end))), []).append(name)
    return alike


def dues_around(zone: ZoneInfo, change: Change) -> dict[time, list[datetime]]:
    """What is due on the days about a change, read off a wall clock that is looked at every quarter of an hour."""
    when, _ = change
    steps = [when + step * A_QUARTER for step in range(-4 * 72, 4 * 72)]
    seen: dict[datetime, datetime] = {}
    for step in steps:
        seen.setdefault(step.astimezone(zone).replace(tzinfo=None, fold=0), step)
    there = {wall.date() for wall in seen}
    first, last = (when - timedelta(hours=1)).astimezone(zone).date(), when.astimezone(zone).date()
    days = [d for d in (first + timedelta(n) for n in range(-1, (last - first).days + 2)) if d in there]
    return {quarter: [_due_by_the_wall(d, quarter, seen, change) for d in days] for quarter in QUARTERS}


def _due_by_the_wall(day: date, quarter: time, seen: dict[datetime, datetime], change: Change) -> datetime:
    wall = datetime.combine(day, quarter)
    if wall in seen:
        return seen[wall]
    when, before = change  # skipped: RFC 5545 reads it with the offset before the gap
    due = wall.replace(tzinfo=UTC) - before
    shown = next((w for w, moment_ in seen.items() if moment_ == due), None)
    return due if shown and shown.date() == day else when - timedelta(minutes=1)


def faults(name: str, change: Change, due: Due) -> list[str]:
    """Every tip missing, double or at another time within the days about a change, for tips at every quarter."""
    found = []
    for quarter, expected in dues_around(ZoneInfo(name), change).items():
        schedule = Schedule(name, DAILY, quarter, quiet=None)
        got: list[datetime] = []
        after = expected[0] - timedelta(hours=1)
        while (next_ := due(schedule, after)) and next_ <= expected[-1] and len(got) <= len(expected):
            got.append(next_)
            after = next_
        if got != expected:
            found.append(f"{name} {quarter}: {[str(g) for g in got]}, not {[str(e) for e in expected]}")
    return found


@pytest.mark.no_cover  # counting lines would take longer than the steps
def test_every_local_day_has_its_tip_once_over_all_changes_of_all_zones() -> None:
    found: list[str] = []
    cases = 0
    for (_, about), names in all_changes().items():
        for change in about:
            found += faults(names[0], change, next_due)
            cases += len(names) * len(QUARTERS)
    assert not found
    assert cases > 260_000  # 2,821 changes × 96 quarters with the zone data of 2026


def by_the_day_of_24_hours(schedule: Schedule, after: datetime) -> datetime | None:
    """How it goes wrong when the next due is the last one a day later."""
    due = datetime(2020, 1, 1, schedule.at.hour, schedule.at.minute, tzinfo=ZoneInfo(schedule.zone)).astimezone(UTC)
    return due + ((after - due) // timedelta(days=1) + 1) * timedelta(days=1)


def by_the_second_coming(schedule: Schedule, after: datetime) -> datetime | None:
    """How it goes wrong when a time that comes twice is its second, and a skipped one is read with the offset after."""
    zone = ZoneInfo(schedule.zone)
    today = after.astimezone(zone).date()
    dues = (datetime.combine(today + timedelta(n), schedule.at.replace(fold=1), zone).astimezone(UTC) for n in range(4))
    return next(due for due in dues if due > after)


def by_the_library_alone(schedule: Schedule, after: datetime) -> datetime | None:
    """How it goes wrong when a skipped day, or a gap up to midnight, is left to the library: twice on the next day."""
    zone = ZoneInfo(schedule.zone)
    today = after.astimezone(zone).date()
    dues = (datetime.combine(today + timedelta(n), schedule.at, zone).astimezone(UTC) for n in range(-1, 4))
    return next(due for due in dues if due > after)


BERLIN_SPRING = ("Europe/Berlin", (at("2026-03-29T01:00Z"), timedelta(hours=1)))
NUUK_SPRING = ("America/Nuuk", (at("2026-03-29T01:00Z"), timedelta(hours=-2)))
APIA_2011 = ("Pacific/Apia", (at("2011-12-30T10:00Z"), timedelta(hours=-10)))


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (BERLIN_SPRING, by_the_day_of_24_hours),
        (BERLIN_SPRING, by_the_second_coming),
        (NUUK_SPRING, by_the_library_alone),
    ],
)
def test_the_comparison_finds_the_usual_mistakes(place: tuple[str, Change], wrong: Due) -> None:
    assert faults(*place, wrong)
    assert not faults(*place, next_due)


def test_a_day_that_a_zone_skips_has_no_tip() -> None:
    assert not faults(*APIA_2011, next_due)
    assert moment(date(2011, 12, 30), time(9), ZoneInfo("Pacific/Apia")) is None
    assert moment(date(2011, 12, 30), time(0), ZoneInfo("Pacific/Apia")) is None
    fridays = Schedule("Pacific/Apia", frozenset({Weekday.FRIDAY}))
    assert next_due(fridays, at("2011-12-23T09:00-10:00")) == at("2012-01-06T09:00+14:00")


@pytest.mark.parametrize(
    ("zone", "wall", "after", "due"),
    [
        # a gap: the offset before it
        ("Europe/Berlin", "02:30", "2026-03-28T12:00Z", "2026-03-29T03:30+02:00"),
        ("Australia/Lord_Howe", "02:15", "2026-10-03T00:00Z", "2026-10-04T02:45+11:00"),
        ("Antarctica/Troll", "01:30", "2026-03-28T12:00Z", "2026-03-29T03:30+02:00"),
        ("Africa/Casablanca", "02:30", "2026-03-21T12:00Z", "2026-03-22T03:30+01:00"),
        ("America/Nuuk", "23:30", "2026-03-28T12:00Z", "2026-03-28T22:59-02:00"),
        # a fold: the first coming
        ("Europe/Berlin", "02:30", "2026-10-24T12:00Z", "2026-10-25T02:30+02:00"),
        ("Australia/Lord_Howe", "01:45", "2026-04-04T00:00Z", "2026-04-05T01:45+11:00"),
        ("Antarctica/Troll", "02:30", "2026-10-24T12:00Z", "2026-10-25T02:30+02:00"),
        ("Africa/Casablanca", "02:30", "2026-02-14T12:00Z", "2026-02-15T02:30+01:00"),
        # nine in the morning stays nine in the morning
        ("Europe/Berlin", "09:00", "2026-03-28T12:00Z", "2026-03-29T09:00+02:00"),
        ("Asia/Kathmandu", "09:00", "2026-03-28T12:00Z", "2026-03-29T09:00+05:45"),
    ],
)
def test_changes_of_clocks_that_are_known_by_name(zone: str, wall: str, after: str, due: str) -> None:
    assert next_due(Schedule(zone, DAILY, time.fromisoformat(wall)), at(after)) == at(due)


def test_only_the_days_that_were_chosen_and_nothing_within_a_pause() -> None:
    friday = at("2026-03-06T09:00Z")
    usual = Schedule("UTC")
    assert (usual.days, usual.at, usual.quiet) == (WORKDAYS, time(9), QUIET)
    assert next_due(usual, friday) == at("2026-03-09T09:00Z")
    assert next_due(usual, friday - timedelta(microseconds=1)) == friday
    assert next_due(Schedule("UTC", frozenset()), friday) is None
    assert next_due(Schedule("UTC", paused_until=at("2026-03-11T09:00Z")), friday) == at("2026-03-11T09:00Z")
    assert next_due(Schedule("UTC", paused_until=at("2026-03-11T09:01Z")), friday) == at("2026-03-12T09:00Z")
    assert next_due(Schedule("UTC", paused_until=at("2026-03-01T00:00Z")), friday) == at("2026-03-09T09:00Z")


def test_a_time_without_a_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        local_day(datetime(2026, 3, 6), ZoneInfo("UTC"))  # noqa: DTZ001 - that is the case


def calendar_faults(cases: int, seed: int) -> list[str]:
    """What is wrong with a random schedule's next due at a random moment of 1970–2100."""
    dice = random.Random(seed)
    start, span = at("1970-01-01T00:00Z"), (at("2100-12-01T00:00Z") - at("1970-01-01T00:00Z")).total_seconds()
    found = []
    for _ in range(cases):
        zone = ZoneInfo(name := dice.choice(NAMES))
        days = frozenset(dice.sample(sorted(Weekday), dice.randint(1, 7)))
        schedule = Schedule(name, days, time(dice.randrange(24), dice.randrange(60)))
        after = start + timedelta(seconds=dice.randrange(int(span)))
        due = next_due(schedule, after)
        wall = due.astimezone(zone) if due else None
        if due is None or wall is None or not after < due <= after + timedelta(days=15):
            found.append(f"{schedule} after {after}: {due}")
        elif wall.weekday() not in days or (wall.time() != schedule.at and _comes(wall.date(), schedule.at, zone)):
            found.append(f"{schedule} after {after}: {wall}")
        elif any(after < d < due for d in _all_dues(schedule, after, due, zone)):
            found.append(f"{schedule} after {after}: skipped one before {wall}")
    return found


def _comes(day: date, wall: time, zone: ZoneInfo) -> bool:
    """Whether a local time exists: it survives the way to UTC and back."""
    local = datetime.combine(day, wall, zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)


def _all_dues(schedule: Schedule, after: datetime, due: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = after.astimezone(zone).date()
    while day < due.astimezone(zone).date():
        if day.weekday() in schedule.days and _comes(day, schedule.at, zone):
            yield datetime.combine(day, schedule.at, zone).astimezone(UTC)
        day += timedelta(1)


@pytest.mark.no_cover  # counting lines would take longer than the steps
def test_any_schedule_at_any_moment_of_1970_to_2100() -> None:
    assert not calendar_faults(20_000, seed=1970)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Asia/Tehran", "UTC"])
def test_one_tip_a_day_over_leap_days_year_ends_and_weeks_53(zone: str) -> None:
    schedule = Schedule(zone, DAILY)
    after = at("2019-12-01T00:00Z")
    days = []
    while after < at("2037-02-01T00:00Z"):
        due = next_due(schedule, after)
        assert due
        days.append(due.astimezone(ZoneInfo(zone)).date())
        after = due
    assert days == [days[0] + timedelta(n) for n in range(len(days))]
    assert {date(2020, 2, 29), date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)} <= set(days)
    assert {d.isocalendar().week for d in days} == set(range(1, 54))


def test_what_comes_monthly_comes_on_the_last_day_of_a_shorter_month() -> None:
    assert [month_day(2028, month, 31).day for month in (1, 2, 4, 14)] == [31, 29, 30, 28]
    day, got = date(1969, 12, 31), []
    while day.year <= 2100 and len(got) < 2_000:
        day = next_monthly(31, day)
        got.append(day)
    assert len(got) == 131 * 12 + 1
    assert all((d + timedelta(1)).day == 1 for d in got)
    assert next_monthly(15, date(2026, 12, 15)) == date(2027, 1, 15)
    assert next_monthly(15, date(2026, 12, 14)) == date(2026, 12, 15)


def test_quiet_hours_may_go_over_midnight() -> None:
    assert [QUIET.covers(time.fromisoformat(t)) for t in ("19:59", "20:00", "00:00", "07:59", "08:00")] == [
        False, True, True, True, False,
    ]  # fmt: skip
    noon = QuietHours(time(12), time(14))
    assert [noon.covers(time(h)) for h in (11, 12, 13, 14)] == [False, True, True, False]
    with pytest.raises(BadSchedule, match="two different times"):
        QuietHours(time(9), time(9))


@pytest.mark.parametrize(
    ("wanted", "nearest"), [("20:00", "19:45"), ("23:00", "19:45"), ("03:00", "08:00"), ("07:59", "08:00")]
)
def test_a_tip_within_quiet_hours_is_refused_with_the_nearest_time(wanted: str, nearest: str) -> None:
    with pytest.raises(BadSchedule, match=f"{wanted} is within your quiet hours, 20:00 to 08:00.* {nearest};"):
        outside_quiet(time.fromisoformat(wanted), QUIET)


def test_a_tip_outside_quiet_hours_is_taken() -> None:
    assert outside_quiet(time(8), QUIET) == time(8)
    assert outside_quiet(time(3), None) == time(3)
    evening = QuietHours(time(20), time(0, 30))
    with pytest.raises(BadSchedule, match="nearest time outside them is 00:30"):
        outside_quiet(time(23, 50), evening)
    nearly_all_day = QuietHours(time(8, 10), time(8))
    with pytest.raises(BadSchedule, match="nearest time outside them is 08:00"):
        outside_quiet(time(7), nearly_all_day)


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "open_"),
    [
        ("Europe/Berlin", ("20:00", "08:00"), "2026-03-02T12:00+01:00", "2026-03-02T12:00+01:00"),
        ("Europe/Berlin", ("20:00", "08:00"), "2026-03-02T20:00+01:00", "2026-03-03T08:00+01:00"),
        ("Europe/Berlin", ("20:00", "08:00"), "2026-03-03T07:59+01:00", "2026-03-03T08:00+01:00"),
        ("Europe/Berlin", ("00:30", "02:30"), "2026-03-29T01:00+01:00", "2026-03-29T03:30+02:00"),
        ("Europe/Berlin", ("03:00", "02:30"), "2026-03-29T01:00+01:00", "2026-03-30T02:30+02:00"),
        ("Europe/Berlin", ("01:00", "02:30"), "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),
        ("America/Nuuk", ("20:00", "23:30"), "2026-03-28T21:00-02:00", "2026-03-29T00:30-01:00"),
    ],
)
def test_what_comes_back_comes_after_the_quiet_hours(zone: str, quiet: tuple[str, str], now: str, open_: str) -> None:
    schedule = Schedule(zone, quiet=QuietHours(*map(time.fromisoformat, quiet)))
    assert reachable(at(now), schedule) == at(open_)


def test_what_comes_back_waits_for_the_end_of_a_pause() -> None:
    schedule = Schedule("UTC", paused_until=at("2026-03-05T21:00Z"))
    assert reachable(at("2026-03-02T12:00Z"), schedule) == at("2026-03-06T08:00Z")
    assert reachable(at("2026-03-07T12:00Z"), schedule) == at("2026-03-07T12:00Z")


def test_a_popular_hour_is_spread_evenly_and_always_the_same_for_one_person() -> None:
    schedule = Schedule("Europe/Berlin")
    due = at("2026-03-02T09:00+01:00")
    late = [spread(due, f"person {n}", schedule) - due for n in range(10_000)]
    minutes = [sum(timedelta(minutes=m) <= d < timedelta(minutes=m + 1) for d in late) for m in range(15)]
    assert sum(minutes) == 10_000
    assert min(minutes) > 540  # 667 expected; six standard deviations are 150
    assert max(minutes) < 820
    assert spread(due, "person 1", schedule) - due == late[1]


@pytest.mark.parametrize(
    ("wall", "quiet", "room"),
    [("23:50", None, 10), ("19:55", QUIET, 5), ("08:58", QuietHours(time(9), time(9, 5)), 2), ("21:00", QUIET, 0)],
)
def test_spreading_leaves_neither_the_day_nor_the_hours_that_are_allowed(
    wall: str, quiet: QuietHours | None, room: int
) -> None:
    schedule = Schedule("Europe/Berlin", quiet=quiet)
    due = at(f"2026-03-02T{wall}+01:00")
    sent = [spread(due, str(n), schedule) for n in range(2_000)]
    assert due <= min(sent)
    assert max(sent) - due < timedelta(minutes=room) or room == 0
    assert room == 0 or max(sent) - due > timedelta(minutes=room - 1)
    if room:
        assert not any(is_quiet(s, schedule) for s in sent)
        assert {local_day(s, ZoneInfo("Europe/Berlin")) for s in sent} == {date(2026, 3, 2)}


def test_a_due_from_a_clock_that_ran_ahead_is_brought_back() -> None:
    schedule = Schedule("UTC", DAILY)
    now = at("2026-03-02T08:00Z")
    today = at("2026-03-02T09:00Z")
    assert realigned(today + timedelta(days=30), now, schedule) == today
    assert realigned(today, now, schedule) == today
    assert realigned(today + SPREAD - timedelta(seconds=1), now, schedule) == today + SPREAD - timedelta(seconds=1)
    assert realigned(today - timedelta(hours=2), now, schedule) == today - timedelta(hours=2)
    assert realigned(today, now, Schedule("UTC", frozenset())) == today
