"""Ties: stages, how they slip without a word, the next natural step, and the file that holds what is known of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Intent, Relation
from bot.ties import (
    Stage,
    Tie,
    TieError,
    first_to_slip,
    is_ready,
    load,
    name_key,
    nearest,
    next_step,
    parse,
    standing,
    too_soon,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GOOD = (files("prompts") / "ties.toml").read_text(encoding="utf-8")
SOURCES = {
    "What is networking, and how does one use it appropriately?",
    "Is what you are doing really networking?",
    "Notworking",
    "Different names for different networking",
    "Is there a purpose behind your networking?",
}


def tie(stage: Stage, silent: int = 0, *done: str, who: str = "M") -> Tie:
    return Tie(who, stage, NOW - timedelta(days=400), NOW - timedelta(days=silent), done)


def test_a_check_goes_by_the_stage() -> None:
    assert [stage.relation for stage in Stage] == [Relation.ACQUAINTANCE, Relation.ACQUAINTANCE, Relation.TRUSTED]
    assert [stage.earlier for stage in Stage] == [Stage.KNOW, Stage.KNOW, Stage.LIKE]
    assert [stage.later for stage in Stage] == [Stage.LIKE, Stage.TRUST, Stage.TRUST]


@pytest.mark.parametrize(
    ("stage", "silent", "counts_as", "left", "faded"),
    [
        (Stage.TRUST, 0, Stage.TRUST, 365, False),
        (Stage.TRUST, 364, Stage.TRUST, 1, False),
        (Stage.TRUST, 365, Stage.LIKE, 180, False),
        (Stage.TRUST, 545, Stage.KNOW, 120, False),
        (Stage.LIKE, 179, Stage.LIKE, 1, False),
        (Stage.LIKE, 180, Stage.KNOW, 120, False),
        (Stage.KNOW, 119, Stage.KNOW, 1, False),
        (Stage.KNOW, 120, Stage.KNOW, 0, True),
        (Stage.TRUST, 9999, Stage.KNOW, 0, True),
        (Stage.TRUST, -500, Stage.TRUST, 365, False),
    ],
)
def test_a_tie_slips_a_stage_at_a_time(stage: Stage, silent: int, counts_as: Stage, left: int, faded: bool) -> None:
    now = standing(tie(stage, silent), NOW, load())
    assert (now.stage, now.left, now.faded) == (counts_as, left, faded)
    assert now.slipped == (counts_as is not stage)


@given(st.sampled_from(Stage), st.integers(0, 2000), st.integers(1, 300))
def test_silence_never_makes_a_tie_closer(stage: Stage, days: int, more: int) -> None:
    order = list(Stage)
    before, after = (standing(tie(stage, d), NOW, load()) for d in (days, days + more))
    assert order.index(after.stage) <= order.index(before.stage)
    assert after.faded or not before.faded


def test_one_word_brings_it_back_to_what_was_stated() -> None:
    slipped = tie(Stage.TRUST, 600)
    assert standing(slipped, NOW, load()).stage is Stage.KNOW
    assert standing(slipped.after("news", NOW, NOW), NOW, load()).stage is Stage.TRUST


def test_a_step_told_late_never_makes_the_last_word_older_and_a_wrong_clock_does_not_stand() -> None:
    assert tie(Stage.LIKE).after("hello", NOW - timedelta(days=9), NOW).warm_at == NOW
    ahead = Tie("M", Stage.LIKE, NOW, NOW + timedelta(days=900))
    assert ahead.after("hello", NOW, NOW).warm_at == NOW


def test_steps_come_in_turn_and_the_longest_ago_comes_again() -> None:
    steps = load().stages[Stage.KNOW].steps
    now = tie(Stage.KNOW)
    for step in (*steps, steps[0]):
        assert next_step(standing(now, NOW, load()), load()) == step
        now = now.after(step, NOW, NOW)
    assert now.done == (*steps[1:], steps[0])


def test_the_next_stage_is_worth_a_thought_after_enough_different_steps() -> None:
    same = tie(Stage.KNOW, 0, "hello").after("hello", NOW, NOW).after("hello", NOW, NOW)
    assert not is_ready(standing(same, NOW, load()), load())
    assert is_ready(standing(tie(Stage.KNOW, 0, "hello", "question", "laugh"), NOW, load()), load())
    assert not is_ready(standing(tie(Stage.LIKE, 200, "share", "advice", "introduce", "laugh"), NOW, load()), load())
    assert not is_ready(standing(tie(Stage.TRUST, 0, *load().steps), NOW, load()), load())


def test_another_stage_begins_with_no_steps_and_the_same_keeps_them() -> None:
    assert tie(Stage.KNOW, 9, "hello").moved(Stage.LIKE, NOW) == Tie("M", Stage.LIKE, NOW, NOW)
    again = tie(Stage.LIKE, 9, "share").moved(Stage.LIKE, NOW)
    assert (again.done, again.warm_at) == (("share",), NOW)


def test_those_that_slip_first_come_first_and_the_faded_last() -> None:
    some = [tie(Stage.TRUST, 1, who="T"), tie(Stage.KNOW, 500, who="F"), tie(Stage.KNOW, 119, who="K")]
    assert [one.tie.who for one in first_to_slip(some, NOW, load())] == ["K", "T", "F"]


def test_what_is_too_soon_shrinks_with_closeness() -> None:
    pitch, job = {Intent.PITCH}, {Intent.ASK_JOB}
    assert [too_soon(stage, pitch, load()) for stage in Stage] == [True, True, False]
    assert [too_soon(stage, job, load()) for stage in Stage] == [True, False, False]
    assert not any(too_soon(stage, {Intent.ASK_ADVICE, Intent.ASK_HELP}, load()) for stage in Stage)


@pytest.mark.parametrize(("said", "kept"), [("m", "M"), ("ZOE\u0308", "Zoë"), ("Straße", "STRASSE")])
def test_a_nickname_is_found_however_it_is_written(said: str, kept: str) -> None:
    assert name_key(said) == name_key(kept)


def test_the_nearest_nickname_is_offered() -> None:
    assert nearest("mario", ["Ben", "Maria"]) == "Maria"
    assert nearest("Q", ["Ben", "Maria"]) == ""


def test_the_words_for_steps_and_the_steps_of_the_source_are_there() -> None:
    known = load()
    assert [known.step(word) for word in ("Hello", "hi", "funny", "quote", "introduced", "dance")] == [
        "hello", "hello", "laugh", "laugh", "introduce", None,
    ]  # fmt: skip
    assert known.like_a_step("introducd") == "introduce"
    assert known.like_a_step("qqqq") == ""
    # "Notworking": something useful and feedback, a private hello, a question, a funny line or a clever quote
    assert known.stages[Stage.KNOW].steps[:4] == ("feedback", "hello", "question", "laugh")
    assert {step.source for step in known.steps.values()} <= SOURCES


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("keeps = 120", "keeps = 0", "stages.know: keeps must be"),
        ('steps = ["feedback", ', 'steps = ["fedback", ', "no step is called 'fedback'"),
        ('words = ["hi", ', 'words = ["quote", "hi", ', "the word 'quote' stands for another step"),
        ("enough = 3", 'enough = "some"', "Expected `int`"),
        ("[stages.trust]", "[stages.love]", "love"),
        ("about =", "abuot =", "abuot"),
        ("[stages.know]", "[stages.know", "not valid TOML"),
    ],
)
def test_a_malformed_file_is_refused_with_file_field_and_remedy(was: str, becomes: str, says: str) -> None:
    assert was in GOOD
    with pytest.raises(TieError) as error:
        parse(GOOD.replace(was, becomes, 1), "ties.toml")
    assert "ties.toml" in str(error.value)
    assert says in str(error.value)
    assert "Nothing was loaded" in str(error.value)
