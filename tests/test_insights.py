"""Figures about groups: nobody is read out of them, and a noisy finding shows."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.insights import GROUP, Because, Dismissed, Insights, Seen, insights

REASONS = ("big_ask", "broadcast", "too_soon")
SEEN = st.builds(
    Seen,
    st.integers(1, 12),
    st.sampled_from(["", "better", "same", "worse"]),
    st.lists(st.sampled_from([*REASONS, "none"]), max_size=3).map(tuple),
)
DISMISSED = st.builds(
    Dismissed, st.integers(1, 12), st.sampled_from(REASONS), st.sampled_from([one.value for one in Because])
)


def figures(found: Insights) -> list[int]:
    rows = [*found.findings, *((f"{r} {b}", n) for r, b, n in found.dismissals)]
    return [found.people, found.checks, found.edited, found.better, *(number for _, number in rows)]


def behind(seen: Sequence[Seen], dismissed: Sequence[Dismissed], found: Insights) -> list[tuple[int, set[int]]]:
    """Every figure with the people it was counted from."""
    all_ = {one.person for one in seen}
    pairs = [
        (found.people, all_),
        (found.checks and found.people, all_),
        (found.edited, {one.person for one in seen if one.trend}),
        (found.better, {one.person for one in seen if one.trend == "better"}),
    ]
    pairs += [(number, {one.person for one in seen if reason in one.reasons}) for reason, number in found.findings]
    return pairs + [
        (number, {one.person for one in dismissed if (one.reason, one.because) == (reason, because)})
        for reason, because, number in found.dismissals
    ]


@settings(max_examples=100)
@given(st.lists(SEEN, max_size=60), st.lists(DISMISSED, max_size=40))
def test_no_figure_ever_comes_from_fewer_than_five(seen: list[Seen], dismissed: list[Dismissed]) -> None:
    found = insights(seen, dismissed)
    for number, people in behind(seen, dismissed, found):
        assert number == 0 or (len(people) >= GROUP and number <= len(people))
    assert all(number % GROUP == 0 for number in figures(found))
    assert all(number for _, number in found.findings)
    for reason in found.noisy:
        assert len({one.person for one in dismissed if one.reason == reason}) >= GROUP


@settings(max_examples=50)
@given(st.lists(SEEN, max_size=30), st.lists(DISMISSED, max_size=20), st.integers(1, 12))
def test_one_person_more_or_less_moves_no_figure_by_other_than_a_whole_step(
    seen: list[Seen], dismissed: list[Dismissed], gone: int
) -> None:
    without = insights([s for s in seen if s.person != gone], [d for d in dismissed if d.person != gone])
    for with_, less in zip(figures(insights(seen, dismissed))[:4], figures(without)[:4], strict=True):
        assert with_ - less in (0, GROUP, 2 * GROUP, 3 * GROUP, 4 * GROUP)


@given(st.permutations([Seen(person, "", (reason,)) for person in range(7) for reason in REASONS]))
def test_the_order_tells_nothing_that_the_figures_do_not(seen: list[Seen]) -> None:
    assert insights(seen, ()).findings == (("big_ask", 5), ("broadcast", 5), ("too_soon", 5))


def test_what_a_third_of_those_who_met_it_dismissed_is_noisy_and_what_few_dismissed_is_not() -> None:
    seen = [Seen(person, "", ("big_ask", "broadcast")) for person in range(16)]
    dismissed = [Dismissed(person, "big_ask", "fine-here") for person in range(6)]
    few = [Dismissed(person, "broadcast", "misread") for person in range(5)]
    assert insights(seen, [*dismissed, *few]).noisy == ("big_ask",)
    assert insights(seen, dismissed[:4]).noisy == ()
