"""Phrases about gives and asks."""

import pytest

from bot.history import read_history
from bot.model import Habit

TAKER, GIVER, BROADCASTER, BULK = Habit.TAKER, Habit.GIVER, Habit.BROADCASTER, Habit.BULK


@pytest.mark.parametrize(
    ("phrase", "gave", "asked", "habits"),
    [
        (None, None, None, set()),
        ("  ", None, None, set()),
        ("asked 4, gave 0 in the last 30 days", 0, 4, {TAKER}),
        ("gave 30 answers, asked 1", 30, 1, {GIVER}),
        ("asked 2, gave 2", 2, 2, set()),
        ("asked 1, gave 0", 0, 1, set()),
        ("helped her move twice", 2, None, {GIVER}),
        ("hosted 7 evenings", 7, None, {GIVER}),
        ("third such request this year", None, 3, {TAKER}),
        ("posted 40 own links, replied to 0 people", 0, None, {BROADCASTER}),
        ("12 posts, all adverts", None, None, {BROADCASTER}),
        ("sent to 85 contacts at once", None, None, {BULK}),
        ("member for 9 years", None, None, set()),
    ],
)
def test_a_phrase_is_read(phrase: str | None, gave: int | None, asked: int | None, habits: set[Habit]) -> None:
    history = read_history(phrase)
    assert (history.gave, history.asked, set(history.habits)) == (gave, asked, habits)


def test_a_giver_who_also_shares_is_no_broadcaster() -> None:
    assert read_history("gave 20 answers, posted 6 links").habits == {GIVER}
