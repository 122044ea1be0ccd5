"""Reads what people say of days, hours and pauses: "mon wed fri", "9:30", "22:00 to 7:00", "2 weeks", "until 24 dec".

Texts are read whole or not at all: what has a word in it that is not known is refused, never half understood.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.problems import problem
from bot.schedule import WORKDAYS, BadSchedule, QuietHours, Weekday, day_begins, local_day, month_day, next_monthly

LIMIT = 80
"""Characters a phrase about time has at most."""
LONGEST = timedelta(days=366)
"""How long a pause may be; who wants longer switches off."""

_DAY_NAMES = {
    Weekday.MONDAY: "mon monday mondays",
    Weekday.TUESDAY: "tu tue tues tuesday tuesdays",
    Weekday.WEDNESDAY: "wed weds wednesday wednesdays",
    Weekday.THURSDAY: "th thu thur thurs thursday thursdays",
    Weekday.FRIDAY: "fri friday fridays",
    Weekday.SATURDAY: "sat saturday saturdays",
    Weekday.SUNDAY: "sun sunday sundays",
}
_DAYS = {name: day for day, names in _DAY_NAMES.items() for name in names.split()}
_GROUPS = {
    "weekday weekdays workday workdays": WORKDAYS,
    "weekend weekends": frozenset(Weekday) - WORKDAYS,
    "daily everyday": frozenset(Weekday),
}
_GROUP = {name: days for names, days in _GROUPS.items() for name in names.split()}
_FILLERS = frozenset({"and", "every", "each", "on"})
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|"
    r"nov(ember)?|dec(ember)?)"
)
_DAY = r"(?P<day>[0-9]{1,2})(st|nd|rd|th)?\.?"
_YEAR = r"(,? (?P<year>[0-9]{4}))?"
_DATES = tuple(re.compile(p) for p in (rf"{_DAY} (of )?{_MONTH}{_YEAR}", rf"{_MONTH} {_DAY}{_YEAR}"))
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_SPAN = re.compile(
    r"(?P<count>[0-9]{1,4}|an?|one|two|three|four|five|six) ?(?P<unit>h|hours?|d|days?|w|weeks?|months?)"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})([:.h](?P<minute>[0-9]{2}))? ?(?P<half>am|pm|h|o'clock)?|(?P<h>[0-9]{2})(?P<m>[0-9]{2})"
)
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}


def parse_days(text: str) -> frozenset[Weekday]:
    """The days a phrase names: "weekdays", "every day", "mon-fri", "Tuesdays and Thursdays". Raises BadSchedule."""
    said = re.sub(r"\b(every|each|all) days?\b", "daily", _plain(text))
    words = [w for w in re.split(r"[\s,;/&+]+", re.sub(r"[-–—]", " to ", said)) if w and w not in _FILLERS]
    found: set[Weekday] = set()
    for place, word in enumerate(words):
        if word in ("to", "through", "till", "until"):
            ends = [_DAYS.get(w) for w in words[max(0, place - 1) : place + 2 : 2]]
            if len(ends) != 2 or ends[0] is None or ends[1] is None:
                raise _unread(text, "days", "days_span")
            found |= {Weekday((ends[0] + step) % 7) for step in range(1, (ends[1] - ends[0]) % 7)}
        elif word in _DAYS:
            found.add(_DAYS[word])
        elif word in _GROUP:
            found |= _GROUP[word]
        else:
            raise _unread(text, "days", "days_like")
    if not found:
        raise _unread(text, "days", "days_like")
    return frozenset(found)


def parse_time(text: str) -> time:
    """A local time to the minute: "9", "9:30", "9am", "17h30", "noon". Raises BadSchedule."""
    said = re.sub(r"\b([ap])\.m\b\.?", r"\1m", _plain(text)).removeprefix("at ")
    if said in _NAMED:
        return _NAMED[said]
    found = _TIME.fullmatch(said)
    if not found:
        raise _unread(text, "time_of_day", "time_of_day_like")
    hour, minute = int(found["hour"] or found["h"]), int(found["minute"] or found["m"] or 0)
    if found["half"] in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise _unread(text, "time_of_day", "half_day_like")
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise BadSchedule(problem("no_time", said=_shown(text)))
    return time(hour, minute)


def parse_quiet(text: str) -> QuietHours | None:
    """Quiet hours from one time to another ("22:00 to 7:00", "10pm-7am"); None for "off". Raises BadSchedule."""
    said = _plain(text).removeprefix("from ").removeprefix("between ")
    if said in ("off", "none", "never"):
        return None
    ends = re.split(r"\s*[-–—]\s*|\s+(?:to|till|until|and)\s+", said)
    if len(ends) != 2:
        raise _unread(text, "quiet_hours", "quiet_hours_like")
    return QuietHours(parse_time(ends[0]), parse_time(ends[1]))


def parse_until(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When a pause or snooze ends, in UTC: "2 weeks", "3 hours", "tomorrow", "friday", "until 2026-12-24", "24 dec".

    A day means its beginning, where the person is. Raises BadSchedule, also for what is past or over a year ahead.
    """
    said = re.sub(r"^(?:(?:until|till|for|on|to) )+", "", _plain(text))
    today = local_day(now, zone)
    span = _SPAN.fullmatch(said)
    if span and span["unit"].startswith("h"):
        until = now + timedelta(hours=_count(span["count"]))
    else:
        day = _after(_count(span["count"]), span["unit"], today) if span else _day(said, today)
        if day is None:
            raise _unread(text, "until", "until_like")
        until = day_begins(day, zone)
    if until <= now:
        raise BadSchedule(problem("over_already", said=_shown(text)))
    if until - now > LONGEST + timedelta(days=1):
        raise BadSchedule(problem("year_ahead", said=_shown(text)))
    return until


def _after(count: int, unit: str, today: date) -> date:
    if unit.startswith("m"):
        return month_day(today.year, today.month + count, today.day)
    return today + timedelta(days=count * (7 if unit.startswith("w") else 1))


def _day(said: str, today: date) -> date | None:
    """The local day that words name, or None."""
    if said in ("today", "tomorrow"):
        return today + timedelta(said == "tomorrow")
    if said == "next month":
        return next_monthly(1, today)
    weekday = Weekday.MONDAY if said == "next week" else _DAYS.get(said.removeprefix("next "))
    if weekday is not None:
        return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)
    found = next((m for m in (p.fullmatch(said) for p in (_ISO, *_DATES)) if m), None)
    if found is None:
        return None
    month = int(found["month"]) if found["month"].isdigit() else _MONTHS.index(found["month"][:3]) + 1
    return _dated(found["year"], month, int(found["day"]), today)


def _dated(year: str | None, month: int, day: int, today: date) -> date | None:
    """A date; without a year the next such day from today on. None where there is no such day."""
    try:
        if year:
            return date(int(year), month, day)
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _count(word: str) -> int:
    return _COUNTS.get(word) or int(word)


def _plain(text: str) -> str:
    """The text in small letters with single spaces; nothing of one that is too long, so that no part counts as all."""
    if len(text) > LIMIT:
        return ""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!")


def _shown(text: str) -> str:
    """What was said, short enough and plain enough to be repeated."""
    said = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    return said if len(said) <= 40 else said[:40] + "…"


def _unread(text: str, what: str, example: str) -> BadSchedule:
    """The refusal of words that are not understood, by the keys of what was wanted and of an example."""
    said, wanted = _shown(text), problem(what)
    said = (
        problem("unread", said=said, what=wanted) if text.strip() else problem("not_given", what=problem(f"no_{what}"))
    )
    return BadSchedule(problem("say_it_like", said=said, example=problem(example)))
