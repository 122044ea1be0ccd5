"""What becomes of a letter after each report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply
from bot.retries import TRIES, State, asked_wait, fate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LETTER = Letter("1", LetterKind.TIP, Person("t", "u"), Address("slack", "t", "u"), Reply("Hi"), NOW)


def after(outcome: Outcome, attempt: int = 1, unknowns: int = 0, wait: float = 0.0) -> tuple[State, timedelta]:
    letter = replace(LETTER, attempt=attempt, unknowns=unknowns)
    done = fate(letter, Report(outcome, wait), NOW, Random(1))
    return done.state, done.ready - NOW


def test_delivered_is_sent_and_refused_is_dead() -> None:
    assert after(Outcome.DELIVERED) == (State.SENT, timedelta(0))
    assert after(Outcome.REFUSED) == (State.DEAD, timedelta(0))


def test_later_is_tried_six_times_within_half_an_hour() -> None:
    waits = [after(Outcome.LATER, attempt) for attempt in range(1, TRIES)]
    assert {state for state, _ in waits} == {State.WAITING}
    assert timedelta(minutes=15) <= sum((wait for _, wait in waits), timedelta(0)) <= timedelta(minutes=30)
    assert after(Outcome.LATER, TRIES) == (State.DEAD, timedelta(0))


def test_what_failed_together_is_not_tried_together() -> None:
    waits = {fate(LETTER, Report(Outcome.LATER), NOW, Random(seed)).ready for seed in range(50)}
    assert len(waits) == 50


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(90, 90), (0, 0), (-5, 0), (float("nan"), 0), (float("inf"), 3600), (86_400, 3600)],
)
def test_the_wait_a_platform_asks_for_is_obeyed_within_reason(asked: float, waits: float) -> None:
    assert asked_wait(Report(Outcome.LATER, asked)) == timedelta(seconds=waits)
    assert after(Outcome.LATER, wait=asked)[1] >= timedelta(seconds=waits)


def test_unknown_is_tried_once_more_and_then_given_up() -> None:
    first, wait = after(Outcome.UNKNOWN)
    assert first is State.WAITING
    assert timedelta(seconds=30) <= wait <= timedelta(minutes=1)
    assert after(Outcome.UNKNOWN, attempt=2, unknowns=1)[0] is State.DEAD
    assert fate(LETTER, Report(Outcome.UNKNOWN), NOW, Random(1)).unknown


def test_who_cannot_be_reached_is_tried_on_three_days() -> None:
    assert [after(Outcome.UNREACHABLE, attempt) for attempt in (1, 2, 3)] == [
        (State.WAITING, timedelta(days=1)),
        (State.WAITING, timedelta(days=1)),
        (State.DEAD, timedelta(0)),
    ]


def test_a_suspended_workspace_is_left_alone_for_an_hour_however_often_it_was_tried() -> None:
    assert after(Outcome.SUSPENDED, attempt=50) == (State.WAITING, timedelta(hours=1))


def test_the_reason_is_kept_and_fits_its_column() -> None:
    assert fate(LETTER, Report(Outcome.REFUSED, why="x" * 90), NOW, Random(1)).why == "x" * 60
    assert fate(LETTER, Report(Outcome.REFUSED), NOW, Random(1)).why == "refused"
