"""Commands about when Tact speaks up by itself."""

from __future__ import annotations

from datetime import time

import pytest

from bot import commands as c
from bot.grammar import Grammar
from bot.schedule import WORKDAYS, QuietHours, Weekday
from bot.wording import load

GRAMMAR = Grammar(load().synonyms)
MONDAY = frozenset({Weekday.MONDAY})


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("tips on weekdays at 9 in Europe/Berlin", c.SetTips(WORKDAYS, time(9), "Europe/Berlin")),
        ("tips on monday, wednesday and friday at 9:30 in america/new york", None),
        ("tips mon at 7pm in europe/lisbon time", c.SetTips(MONDAY, time(19), "Europe/Lisbon")),
        ("/tact tips every day at noon", c.SetTips(frozenset(Weekday), time(12))),
        ("tips at 8", c.SetTips(None, time(8))),
        ("tips on", c.SetTips()),
        ("tips in Asia/Tokyo", c.SetTips(zone="Asia/Tokyo")),
        ("tips here on mondays at 9", c.SetTips(MONDAY, time(9), here=True)),
        ("tips here off", c.Tips("off", here=True)),
        ("tips here pause 2 weeks", c.PauseTips("2 weeks", here=True)),
        ("tips here", c.Tips(here=True)),
        ("tips", c.Tips()),
        ("Tips", c.Tips()),
        ("tips off", c.Tips("off")),
        ("tips now", c.Tips("now")),
        ("tips why", c.Tips("why")),
        ("tips why say-thanks", c.Tips("why", "say-thanks")),
        ("tips done say-thanks", c.Tips("done", "say-thanks")),
        ("tips snooze", c.Tips("snooze")),
        ("tips resume", c.Tips("resume")),
        ("tips week", c.Tips("week")),
        ("tips pause 2 weeks", c.PauseTips("2 weeks")),
        ("tips pause until 24 dec", c.PauseTips("until 24 dec")),
        ("tips pause", c.PauseTips("1 week")),
        ("quiet", c.Quiet()),
        ("quiet 20-8", c.SetQuiet(QuietHours(time(20), time(8)))),
        ("quiet 22:00 to 7:00 in Europe/Berlin", c.SetQuiet(QuietHours(time(22), time(7)), "Europe/Berlin")),
        ("quiet off", c.SetQuiet(None)),
        ("quiet resend", c.Quiet("resend")),
    ],
)
def test_what_is_said_about_times_is_understood(text: str, means: c.Command | None) -> None:
    days = frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY})
    assert GRAMMAR.parse(text) == (means or c.SetTips(days, time(9, 30), "America/New_York"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tips on frydays", "frydays"),
        ("tips at 25", "no time"),
        ("tips at 9 in Berlinn", "Europe/Berlin"),
        ("tips at 9 in UTC+2", "does not say when clocks change"),
        ("quiet 20", "quiet hours"),
        ("quiet 8-8", "two different times"),
    ],
)
def test_what_cannot_be_read_is_said_with_an_example(text: str, says: str) -> None:
    with pytest.raises(c.BadCommand) as problem:
        GRAMMAR.parse(text)
    assert says in str(problem.value)
    assert "Example: " in str(problem.value)


@pytest.mark.parametrize(
    "text",
    [
        "Tips on how to write to a stranger you met at a conference last week",
        "tips for new members: say hello first, at 9 there is a call",
        "Quiet day here, so I wrote down what I learned about DNS.",
        "Tips welcome!",
    ],
)
def test_a_draft_that_begins_with_such_a_word_stays_a_draft(text: str) -> None:
    assert isinstance(GRAMMAR.parse(text), c.Check)
