"""Give and take: what a text gives and asks for, the steps of an ask, and what it adds up to."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import WINDOW, Ask, Balance, Outcome, Step, add_up, entries_in
from bot.model import Entry, EntryKind, Intent

NOW = datetime(2026, 3, 31, tzinfo=UTC)
LATER = NOW + timedelta(1)
ASK = Ask(3, "advice", NOW - timedelta(2), "K")


def test_counts_by_kind_add_up() -> None:
    balance = add_up([(EntryKind.GAVE, "thanks", 1), (EntryKind.GAVE, "help", 2), (EntryKind.ASKED, "job", 4)])
    assert (balance.gave, balance.asked) == (3, 4)
    assert balance.of(EntryKind.GAVE) == (("help", 2), ("thanks", 1))
    assert WINDOW.days == 30


def test_the_balance_is_a_history_phrase() -> None:
    assert Balance(0, 3).phrase == "asked 3, gave 0 in the last 30 days"
    assert Balance(0, 0).phrase == ""


def test_a_text_gives_and_asks_for_one_thing_each() -> None:
    intents = {Intent.THANKS: 0.9, Intent.GIVE_INFO: 0.95, Intent.ASK_TIME: 0.8, Intent.SOCIAL: 1.0}
    assert entries_in(intents, NOW, 0.8, "M") == (
        Entry(EntryKind.GAVE, "information", NOW, "M"),
        Entry(EntryKind.ASKED, "time", NOW, "M"),
    )
    assert entries_in(intents, NOW, 0.96) == ()


@pytest.mark.parametrize("intent", [i for i in Intent if i.is_ask or i.is_give])
def test_every_ask_and_give_of_the_rubric_has_a_word(intent: Intent) -> None:
    (entry,) = entries_in({intent: 1.0}, NOW, 0.5)
    assert (entry.kind is EntryKind.ASKED) is intent.is_ask


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([Step.ANSWERED], Outcome.ANSWERED),
        ([Step.DECLINED], Outcome.DECLINED),
        ([Step.DECLINED, Step.ANSWERED], Outcome.ANSWERED),
        ([Step.DECLINED, Step.THANKED], Outcome.DECLINED),
        ([Step.THANKED], Outcome.ANSWERED),
        ([Step.THANKED, Step.TOLD], Outcome.CLOSED),
        ([Step.TOLD, Step.THANKED], Outcome.CLOSED),
        ([Step.CLOSED, Step.ANSWERED], Outcome.CLOSED),
        ([Step.CLOSED, Step.THANKED], Outcome.CLOSED),
        ([Step.CLOSED, Step.OPEN], Outcome.OPEN),
    ],
)
def test_an_ask_goes_its_steps(steps: list[Step], outcome: Outcome) -> None:
    ask = ASK
    for step in steps:
        ask = ask.after(step, NOW)
    assert ask.outcome is outcome


@pytest.mark.parametrize("step", Step)
def test_a_step_taken_twice_changes_nothing(step: Step) -> None:
    once = ASK.after(step, NOW)
    assert once.after(step, LATER) == once
