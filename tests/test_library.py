"""Which tip comes next: own findings, purpose, the rest; none twice before all were shown; what was put right fades."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import wording
from bot.coach import Coach
from bot.judging import Judging
from bot.library import Library, repeated
from bot.model import Network, Person, Purpose, Reason
from bot.storage import Judged
from bot.storage.store import Store
from bot.tipping import Facts
from bot.tips import Tip, load
from tests.conftest import Clock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY_ID = {tip.id: tip for tip in load()}
LIBRARY = Library(load, wording.load())


def draft(fit: str, *reasons: Reason, network: str = "linkedin") -> Judged:
    return Judged(NOW, network, "dm", "stranger", fit, tuple(reasons) or ("none",), "v1")


SOON = draft("adjust", Reason.TOO_SOON)
BIG = draft("avoid", Reason.BIG_ASK)
GOOD = draft("fits")


def shown(facts: Facts, times: int, library: Library = LIBRARY, start: datetime = NOW) -> list[str]:
    """The tips of some days in a row."""
    seen = list(facts.shown)
    for day in range(times):
        chosen = library.choose(Facts(facts.judged, facts.purposes, tuple(seen), facts.put_off), start + timedelta(day))
        assert chosen is not None
        seen.append(chosen.id)
    return seen[len(facts.shown) :]


def test_own_findings_come_first_then_purpose_then_the_rest() -> None:
    facts = Facts([SOON, BIG, SOON, SOON, BIG], [Purpose.BRAND])
    days = [BY_ID[tip] for tip in shown(facts, len(BY_ID))]

    def group(tip: Tip) -> int:
        fits = (Reason.TOO_SOON in tip.answers, Reason.BIG_ASK in tip.answers, Purpose.BRAND in tip.purposes)
        return next((place for place, fit in enumerate((*fits, not tip.purposes)) if fit), 4)

    groups = [group(tip) for tip in days]
    assert groups == sorted(groups)
    assert set(groups) == {0, 1, 2, 3, 4}


def test_one_finding_is_no_repetition_and_a_question_is_no_finding() -> None:
    assert repeated([SOON, BIG, draft("unsure", Reason.BIG_ASK)]).open == ()
    assert repeated([SOON, BIG, BIG]).open == ("big_ask",)


def test_of_findings_equally_often_the_latest_comes_first() -> None:
    assert repeated([SOON, BIG, BIG, SOON]).open == ("too_soon", "big_ask")
    assert repeated([SOON, BIG, BIG, SOON, BIG]).open == ("big_ask", "too_soon")


@pytest.mark.parametrize(
    ("judged", "still_open"),
    [
        ([SOON, SOON, GOOD, GOOD], True),
        ([SOON, SOON, GOOD, GOOD, GOOD], False),
        ([SOON, GOOD, GOOD, SOON, GOOD], True),
        ([SOON, SOON, GOOD, BIG, GOOD, BIG, GOOD], False),
        ([SOON, SOON, GOOD, GOOD, GOOD, SOON], True),
    ],
)
def test_a_topic_fades_after_three_good_drafts(judged: Sequence[Judged], still_open: bool) -> None:
    found = repeated(judged)
    assert ("too_soon" in found.open) is still_open
    assert ("too_soon" in found.mended) is not still_open
    first = BY_ID[shown(Facts(judged), 1)[0]]
    if still_open:
        assert Reason.TOO_SOON in first.answers


def test_what_was_put_right_comes_after_all_else() -> None:
    days = [BY_ID[tip] for tip in shown(Facts([SOON, SOON, GOOD, GOOD, GOOD], [Purpose.OPPORTUNITIES]), len(BY_ID))]
    mended = [tip.answers == {Reason.TOO_SOON} for tip in days]
    assert any(mended)
    assert mended == sorted(mended)


def test_a_lone_tip_is_not_shown_twice_in_a_row_and_without_tips_there_is_none() -> None:
    lone = Library(lambda: load()[:1], wording.load())
    chosen = lone.choose(Facts(), NOW)
    assert chosen is not None
    assert lone.choose(Facts(shown=[chosen.id]), NOW) is None
    assert Library(tuple, wording.load()).choose(Facts(), NOW) is None


@st.composite
def _days(draw: st.DrawFn) -> list[Facts]:
    """Three rounds of days in which somebody's drafts and purposes change."""
    judged = st.lists(st.sampled_from([SOON, BIG, GOOD, draft("adjust", Reason.TAKER, network="slack")]), max_size=6)
    purposes = st.lists(st.sampled_from(list(Purpose)), max_size=2, unique=True)
    few = draw(st.lists(st.builds(Facts, judged, purposes), min_size=1, max_size=5))
    return [draw(st.sampled_from(few)) for _ in range(3 * 11)]


@settings(max_examples=60, deadline=None)
@given(days=_days(), first=st.integers(0, len(BY_ID) - 11))
def test_no_tip_comes_again_before_all_were_shown(days: list[Facts], first: int) -> None:
    library = Library(lambda: load()[first : first + 11], wording.load())
    seen = ["a-tip-that-is-gone"]
    for day, facts in enumerate(days):
        chosen = library.choose(Facts(facts.judged, facts.purposes, tuple(seen)), NOW + timedelta(day))
        assert chosen is not None
        assert chosen.id not in seen[-5:]
        seen.append(chosen.id)
    rounds = [seen[1:][start : start + 11] for start in (0, 11, 22)]
    assert all(len(set(one)) == 11 for one in rounds)


def test_topics_change_from_day_to_day_and_people_who_start_on_another_day_begin_elsewhere() -> None:
    topics = [BY_ID[tip].topic for tip in shown(Facts(), 16)]
    assert len(set(topics)) == 16
    assert len({shown(Facts(), 1, start=NOW + timedelta(day))[0] for day in range(7)}) > 3


def test_tips_for_networks_that_somebody_does_not_write_on_wait() -> None:
    on_slack = Facts([draft("fits", network="slack")], [Purpose.OPERATIONAL])
    serving = [tip for tip in BY_ID.values() if Purpose.OPERATIONAL in tip.purposes]
    days = [BY_ID[tip] for tip in shown(on_slack, len(serving))]
    elsewhere = [bool(tip.networks) and Network.SLACK not in tip.networks for tip in days]
    assert elsewhere == sorted(elsewhere)
    assert any(elsewhere)


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        (Facts([SOON, SOON], [Purpose.BRAND]), "because “too soon” came up 2 times in your drafts of the last 30 days"),
        (Facts([SOON], [Purpose.OPPORTUNITIES]), "because of what you network for: career and business opportunities"),
        (Facts([SOON]), "because you have checked drafts for LinkedIn"),
        (Facts(), "because it is of use to nearly everybody"),
    ],
)
def test_why_a_tip_came_is_said(facts: Facts, because: str) -> None:
    tip = BY_ID["three-stages"]
    chosen = LIBRARY.explain(tip.id, facts)
    assert chosen is not None
    assert (chosen.text, chosen.action, chosen.evidence) == (tip.text, tip.action, tip.evidence)
    assert (chosen.because, chosen.source) == (because, "Notworking")


def test_a_tip_that_is_gone_is_not_explained() -> None:
    assert LIBRARY.explain("a-tip-that-is-gone", Facts()) is None


async def test_somebody_who_asks_gets_a_tip_on_their_own_findings_and_is_told_why(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock, LIBRARY)
    ana = Person("t", "ana")
    pitch = "check on linkedin as a dm to a stranger: I help bakers double their income, book a free audit"
    for _ in range(2):
        await coach.hear(ana, pitch)
        clock.pass_(hours=1)
    tip = await coach.hear(ana, "tips now")
    assert tip.private
    clock.pass_(minutes=1)
    why = await coach.hear(ana, next(button.command for button in tip.buttons if " why " in button.command))
    assert "came up 2 times in your drafts" in why.text
    assert "Source: " in why.text
