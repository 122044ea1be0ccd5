"""What people say of days, hours and pauses is read whole, or refused with a sentence and an example."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.schedule import WORKDAYS, BadSchedule, QuietHours, Weekday
from bot.schedule_words import parse_days, parse_quiet, parse_time, parse_until

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 14, 30, tzinfo=BERLIN)
"""A Wednesday afternoon."""


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("weekdays", WORKDAYS),
        ("every weekday", WORKDAYS),
        ("Weekends", {SAT, SUN}),
        ("every day", set(Weekday)),
        ("daily.", set(Weekday)),
        ("each day", set(Weekday)),
        ("mon wed fri", {MON, WED, FRI}),
        ("Mon, Wed and Fri", {MON, WED, FRI}),
        ("on Tuesdays & Thursdays", {TUE, THU}),
        ("tue/th", {TUE, THU}),
        ("mon-fri", WORKDAYS),
        ("Monday to Friday", WORKDAYS),
        ("mon – wed, sat", {MON, TUE, WED, SAT}),
        ("sat to mon", {SAT, SUN, MON}),
        ("every sunday", {SUN}),
        ("weekdays and sat", WORKDAYS | {SAT}),
    ],
)
def test_days_are_read(said: str, days: set[Weekday]) -> None:
    assert parse_days(said) == days


@pytest.mark.parametrize(
    "said",
    ["", "  ", "every", "and", "every other day", "not monday", "mon to", "to fri", "to", "mon to noon", "mon-fri-", "9", "daily except sunday",
     "every second monday", "mon" + " " * 100 + "tue", "m" * 4000, "\x00", "mon\u0000tue", "montag"],
)  # fmt: skip
def test_days_that_are_not_wholly_known_are_refused(said: str) -> None:
    with pytest.raises(BadSchedule, match=r"so nothing was changed\. Say it like this: .*mon") as refused:
        parse_days(said)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("said", "wall"),
    [
        ("9", "09:00"), ("9:30", "09:30"), ("09:30", "09:30"), ("9am", "09:00"), ("9 AM", "09:00"), ("at 9 a.m.", "09:00"), ("17h", "17:00"),
        ("17h30", "17:30"), ("9.30", "09:30"), ("9:30 pm", "21:30"), ("12am", "00:00"), ("12 pm", "12:00"), ("12:15am", "00:15"), ("0930", "09:30"),
        ("noon", "12:00"), ("midnight", "00:00"), ("0:00", "00:00"), ("23:59", "23:59"), ("9 o'clock", "09:00"), ("９：３０", "09:30"), ("9.", "09:00"),
    ],
)  # fmt: skip
def test_times_are_read(said: str, wall: str) -> None:
    assert parse_time(said) == time.fromisoformat(wall)


@pytest.mark.parametrize(
    "said",
    ["", "24:00", "9:60", "25", "13pm", "0am", "23:59:60", "9:3", "930", "-9", "nine", "9 10", "9am tomorrow", "2400", "9:30:00", "9" * 4000, "9e1", "٩"],
)  # fmt: skip
def test_times_that_do_not_exist_or_are_not_wholly_known_are_refused(said: str) -> None:
    with pytest.raises(BadSchedule, match=r"(?i)nothing was changed") as refused:
        parse_time(said)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("22:00 to 7:00", (22, 7)), ("10pm-7am", (22, 7)), ("from 22 until 7", (22, 7)), ("between 22h and 7h", (22, 7)), ("12 – 14", (12, 14)),
    ],
)  # fmt: skip
def test_quiet_hours_are_read(said: str, hours: tuple[int, int]) -> None:
    assert parse_quiet(said) == QuietHours(time(hours[0]), time(hours[1]))


def test_quiet_hours_can_be_switched_off() -> None:
    assert parse_quiet("off") is None


@pytest.mark.parametrize("said", ["", "22:00", "22 to", "at night", "22 to 7 to 9", "8 to 8", "22 to 25"])
def test_quiet_hours_that_make_no_sense_are_refused(said: str) -> None:
    with pytest.raises(BadSchedule, match=r"(?i)nothing was changed"):
        parse_quiet(said)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2 weeks", "2026-03-18"), ("for two weeks", "2026-03-18"), ("2w", "2026-03-18"), ("a week", "2026-03-11"), ("3 days", "2026-03-07"),
        ("1 month", "2026-04-04"), ("until 2026-12-24", "2026-12-24"), ("2026-12-24", "2026-12-24"), ("tomorrow", "2026-03-05"),
        ("Until Tomorrow!", "2026-03-05"), ("until friday", "2026-03-06"), ("wed", "2026-03-11"), ("next week", "2026-03-09"), ("next month", "2026-04-01"),
        ("24 dec", "2026-12-24"), ("until the 24th", None), ("Dec 24, 2026", "2026-12-24"), ("24th of December", "2026-12-24"), ("3 march", "2027-03-03"),
        ("1 may", "2026-05-01"), ("366 days", "2027-03-05"), ("12 months", "2027-03-04"), ("2027-03-04", "2027-03-04"),
    ],
)  # fmt: skip
def test_an_end_is_read_as_the_beginning_of_a_local_day(said: str, until: str | None) -> None:
    if until is None:
        with pytest.raises(BadSchedule, match="can't read"):
            parse_until(said, NOW, BERLIN)
    else:
        assert parse_until(said, NOW, BERLIN) == datetime.fromisoformat(until).replace(tzinfo=BERLIN)


def test_hours_are_counted_from_now_also_over_a_change_of_clocks() -> None:
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert (parse_until("3 hours", night, BERLIN) - night).total_seconds() == 3 * 3600
    assert (parse_until("an hour", NOW, BERLIN) - NOW).total_seconds() == 3600


def test_months_end_where_they_end_and_days_begin_when_they_begin() -> None:
    january = datetime(2026, 1, 31, 12, tzinfo=BERLIN)
    assert parse_until("1 month", january, BERLIN) == datetime(2026, 2, 28, tzinfo=BERLIN)
    cairo = ZoneInfo("Africa/Cairo")  # clocks go from 24 April 0:00 to 1:00
    assert parse_until("2026-04-24", NOW, cairo) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    apia = ZoneInfo("Pacific/Apia")  # skips 30 December 2011
    before = datetime(2011, 12, 29, 12, tzinfo=apia)
    assert parse_until("2011-12-30", before, apia) == datetime(2011, 12, 31, tzinfo=apia)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("2026-03-03", "over already"), ("today", "over already"), ("0 days", "over already"), ("0 hours", "over already"), ("1999-12-31", "over already"),
        ("2 years", "can't read"), ("13 months", "more than a year"), ("9999 weeks", "more than a year"), ("9999 months", "more than a year"),
        ("9999-12-31", "more than a year"), ("2026-02-30", "can't read"), ("2026-13-01", "can't read"), ("0000-01-01", "can't read"), ("30 feb", "can't read"),
        ("24.12.2026", "can't read"), ("12/24/2026", "can't read"), ("forever", "can't read"), ("", "was given no date"), ("2 weeks or so", "can't read"),
        ("2 weeks" + " " * 90 + "not", "can't read"), ("9" * 4000, "can't read"), ("-3 days", "can't read"), ("2.5 days", "can't read"), ("\ud800", "can't read"),
    ],
)  # fmt: skip
def test_an_end_that_is_past_too_far_or_not_wholly_known_is_refused(said: str, says: str) -> None:
    with pytest.raises(BadSchedule, match=says) as refused:
        parse_until(said, NOW, BERLIN)
    assert "nothing was changed" in str(refused.value)
    assert len(str(refused.value)) < 200
