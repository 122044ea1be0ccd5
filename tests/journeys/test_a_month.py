"""One user's month: nudges that make sense, one reminder where thanks were owed, and never more pushes than the budget has."""

from __future__ import annotations

from datetime import timedelta

from bot.attention import DEFAULT, WEEK
from bot.judging import Judging
from bot.letters import LetterKind
from bot.schedule import QUIET
from bot.zones import load_zone
from tests.journeys.month import START, live

LONDON = load_zone("Europe/London")


async def test_a_month_of_one_users_life(judging: Judging, database: str) -> None:
    month = await live(judging, database)
    text = "\n".join(month.transcript)
    days = [(push.at - START).days + 1 for push in month.pushed]
    kinds = [push.kind for push in month.pushed]

    # reminded of Ben and Finn, who answered and were not thanked within a week, and not of Cleo, who was
    assert kinds.count(LetterKind.REMINDER) == 2
    assert text.count("answered your ask for") == 2
    assert "Cleo answered your ask" not in text
    # nudged at an ask after few gives, in checks and after one in the channel; never while snoozed
    assert kinds.count(LetterKind.NUDGE) == 1
    assert text.count("Asking is good; giving keeps it easy") == 2
    assert not [day for kind, day in zip(kinds, days, strict=True) if kind is LetterKind.NUDGE and 22 <= day < 29]
    # what was sent and seen as well was counted once, and thanks closed the loop
    assert "asked 3. Five" not in text
    assert "gave 0 and asked 3" in text
    assert "is now closed" in text
    assert text.count("Still your goal?") == 1
    assert text.count("An admin has switched coaching on") == 1

    # the steps of the promotion came in place of tips, each once, on or after its day, and none while put off
    told = [
        ((push.at - START).days + 1, int(button.command.split()[-1]))
        for push in month.pushed
        for button in push.reply.buttons
        if button.command.startswith("review done")
    ]
    assert all(push.kind is LetterKind.TIP for push in month.pushed if "Your promotion" in push.reply.text)
    assert told == [(18, 2), (22, 3), (25, 4), (29, 5), (36, 4), (43, 5), (43, 6)]
    assert kinds.count(LetterKind.TIP) == 10

    # the budget, counted by days and by any seven days in a row; and no push in quiet hours
    assert len(set(days)) == len(days)
    for day in days:
        week = [kind for kind, other in zip(kinds, days, strict=True) if day <= other < day + WEEK]
        assert len(week) <= DEFAULT.per_week
        assert week.count(LetterKind.NUDGE) <= DEFAULT.nudges_per_week
        assert week.count(LetterKind.REMINDER) <= DEFAULT.reminders_per_week
    assert not [push for push in month.pushed if QUIET.covers(push.at.astimezone(LONDON).time())]
    assert all(push.at < START + timedelta(days=46) for push in month.pushed)
