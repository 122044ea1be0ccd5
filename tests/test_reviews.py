"""Turning points: checklists with dates, and the files that hold what is known of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reviews import FEWEST, LONGEST, MOST, SHORTEST, Review, ReviewError, State, Turn, begin, load, parse
from tests.test_ties import SOURCES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
GOOD = (files("prompts") / "reviews" / "promotion.toml").read_text(encoding="utf-8")
PROMOTION = " ".join(GOOD.casefold().split())


def review(days_ago: int = 0) -> Review:
    return begin(Turn.PROMOTION, TODAY - timedelta(days=days_ago), TODAY, NOW, load())


def test_a_checklist_has_its_dates_from_the_start_and_what_is_shown_at_once_counts_as_told() -> None:
    begun = review(3)
    assert [step.number for step in begun.steps] == list(range(1, len(begun.steps) + 1))
    assert begun.steps[0].due == TODAY - timedelta(days=3)
    assert begun.steps[-1].due == TODAY + timedelta(days=57)
    assert [bool(step.told_at) for step in begun.steps[:3]] == [True, True, False]
    assert begun.next_to_tell() == begun.steps[2].due
    assert [step.number for step in begun.overdue(TODAY)] == [1, 2]


@pytest.mark.parametrize(("ago", "says"), [(61, "over 60 days ago"), (-366, "over a year ahead")])
def test_a_start_that_is_out_of_reach_is_refused_in_one_sentence(ago: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        review(ago)
    assert review(60).steps
    assert review(-365).steps


def test_what_is_due_is_told_once() -> None:
    begun = review()
    later = begun.steps[2].due
    assert [step.number for step in begun.untold(later)] == [2, 3]
    told = replace(begun, steps=tuple(replace(s, told_at=NOW) if s.due <= later else s for s in begun.steps))
    assert told.untold(later) == ()
    assert told.next_to_tell() == begun.steps[3].due


def test_all_that_is_open_moves_as_one_and_is_told_anew() -> None:
    begun = review(10)
    done = replace(begun, steps=(replace(begun.steps[0], state=State.DONE), *begun.steps[1:]))
    day = TODAY + timedelta(days=7)
    moved = done.not_before(day)
    assert moved.steps[0] == done.steps[0]
    assert min(step.due for step in moved.open) == day
    assert {after.due - before.due for before, after in zip(done.steps[1:], moved.steps[1:], strict=True)} == {
        day - done.steps[1].due
    }
    assert all(step.told_at is None for step in moved.open)


@given(st.integers(-60, 60), st.integers(-90, 90))
def test_to_put_off_twice_is_to_put_off_once(start: int, until: int) -> None:
    day = TODAY + timedelta(days=until)
    once = begin(Turn.MOVED, TODAY + timedelta(days=start), TODAY, NOW, load()).not_before(day)
    assert once.not_before(day) is once
    assert min(step.due for step in once.open) >= day


def test_nothing_open_is_over() -> None:
    begun = review()
    states = [State.DONE, *[State.SKIPPED] * (len(begun.steps) - 1)]
    over = replace(begun, steps=tuple(replace(s, state=state) for s, state in zip(begun.steps, states, strict=True)))
    assert over.is_over
    assert (over.done, over.next_to_tell(), over.untold(date.max)) == (1, None, ())


@pytest.mark.parametrize("turn", Turn)
def test_every_turning_point_is_known(turn: Turn) -> None:
    guide = load()[turn]
    assert FEWEST <= len(guide.steps) <= MOST
    assert SHORTEST <= guide.steps[-1].day <= LONGEST
    assert guide.source in SOURCES | {"You received a promotion, what about your network?"}
    assert len({step.network for step in guide.steps}) >= 2
    assert "abandon" in guide.keep.say or "Don't" in guide.keep.say


@pytest.mark.parametrize("turn", [Turn.PROMOTION, Turn.NEW_JOB])
def test_the_managers_part_is_to_name_and_to_introduce(turn: Turn) -> None:
    guide = load()[turn]
    assert guide.others
    assert "name" in guide.others.part
    assert "introduce" in guide.others.part
    assert "committed" in guide.others.part
    committed = guide.step("committed")
    assert committed
    assert committed.day == 30


@pytest.mark.parametrize(
    "said",
    [
        "superiors",
        "new team",
        "new peers",
        "the job itself",
        "new level",
        "one or two steps up",
        "accounting",
        "hr,",
        "sales",
        "marketing",
        "engineering",
        "administration",
        "vendors",
        "customers",
        "consultants",
        "industry and subject experts",
        "peers in other industries",
        "30 to 60 days",
        "receptive",
        "short- and long-term perspective",
        "career experts",
        "executives",
        "board members",
        "don't abandon the old network",
        "committed to your success",
        "want of connections",
    ],
)
def test_everything_of_the_source_on_promotions_is_there(said: str) -> None:
    assert said in PROMOTION


def test_a_search_asks_for_advice_and_a_founder_keeps_friends_out_of_it() -> None:
    hunt = (files("prompts") / "reviews" / "job-hunt.toml").read_text(encoding="utf-8")
    assert "Ask for advice or information, not for a job" in hunt
    assert "Recruiters" in hunt
    founding = (files("prompts") / "reviews" / "founding.toml").read_text(encoding="utf-8")
    assert "Posts are doors to your business, not your sales staff" in founding
    assert "friends are no prospects" in founding


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("day = 2\n", "day = 10\n", "the days must rise"),
        ("day = 9\n", "day = 8\n", "three within a week, by day 8"),
        ("day = 60\n", "day = 90\n", "the last is on day 90"),
        ('id = "peers"', 'id = "manager"', "'manager' is there twice"),
        ('network = "strategic"', 'network = "strategy"', "strategy"),
        ("why = ", "because = ", "because"),
        ("[keep]", "[keep", "not valid TOML"),
        ("say = \"Don't abandon", "sya = \"Don't abandon", "sya"),
    ],
)
def test_a_malformed_file_is_refused_with_file_field_and_remedy(was: str, becomes: str, says: str) -> None:
    assert was in GOOD
    with pytest.raises(ReviewError) as error:
        parse(GOOD.replace(was, becomes, 1), "reviews/promotion.toml")
    assert "reviews/promotion.toml" in str(error.value)
    assert says in str(error.value)
    assert "Nothing was loaded" in str(error.value)


def test_too_few_steps_and_too_many_words_are_refused() -> None:
    few = GOOD[: GOOD.index("[[steps]]")] + "[[steps]]" + GOOD.split("[[steps]]")[1]
    with pytest.raises(ReviewError, match="1 are there; 8 to 12 are wanted"):
        parse(few, "reviews/promotion.toml")
    with pytest.raises(ReviewError, match="over 40 words"):
        parse(GOOD.replace('do = "', 'do = "' + "and " * 40, 1), "reviews/promotion.toml")
