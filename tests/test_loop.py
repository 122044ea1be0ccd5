"""Who waits for thanks, and for how it went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.ledger import Ask, Step
from bot.loop import TELL_AFTER, owed

NOW = datetime(2026, 3, 31, tzinfo=UTC)


def ask(number: int, *steps: tuple[Step, float], who: str = "M") -> Ask:
    """An ask of 30 days ago with steps so many days ago."""
    found = Ask(number, "advice", NOW - timedelta(days=30), who)
    for step, days in steps:
        found = found.after(step, NOW - timedelta(days=days))
    return found


def test_thanks_come_first_then_results_the_oldest_first() -> None:
    asks = [
        ask(1),
        ask(2, (Step.ANSWERED, 3)),
        ask(3, (Step.ANSWERED, 9)),
        ask(4, (Step.ANSWERED, 20), (Step.THANKED, 15)),
        ask(5, (Step.DECLINED, 9)),
        ask(6, (Step.THANKED, 9), (Step.TOLD, 1)),
        ask(7, (Step.ANSWERED, 2), (Step.CLOSED, 1)),
    ]
    found = owed(asks, NOW)
    assert [(one.ask.number, one.step) for one in found] == [
        (3, Step.THANKED),
        (2, Step.THANKED),
        (4, Step.TOLD),
    ]
    assert found[0].since == NOW - timedelta(days=9)


def test_a_result_is_not_asked_for_right_after_the_thanks() -> None:
    days = TELL_AFTER.days
    assert owed([ask(1, (Step.THANKED, days - 1))], NOW) == ()
    assert len(owed([ask(1, (Step.THANKED, days))], NOW)) == 1


def test_who_was_told_and_not_thanked_waits_for_thanks() -> None:
    (one,) = owed([ask(1, (Step.TOLD, 1))], NOW)
    assert one.step is Step.THANKED
