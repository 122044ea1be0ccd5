"""One edit, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from bot.model import Finding, Fit, Layer, Reason, Span, Verdict
from bot.rewrite import Rewrite, facts, rewrite

WORDS = wording.load()


def edit(text: str, reason: Reason, at: str = "", fit: Fit = Fit.ADJUST) -> Rewrite | None:
    start = text.index(at) if at else 0
    spans = (Span(start, start + len(at)),) if at else ()
    finding = Finding("r", Layer.UNIVERSAL, reason, fit, "s", "w", "x", "a", spans)
    return rewrite(text, Verdict(fit, (reason,), (), 0.8, (finding,)), WORDS)


def test_the_sentence_that_presses_is_cut() -> None:
    done = edit("Could you look at my draft? Only if you really care. Thanks, Ana", Reason.PRESSURE, "really care")
    assert done is not None
    assert done.after == "Could you look at my draft? Thanks, Ana"
    assert done.removed == "Only if you really care. "


def test_a_cut_at_the_end_leaves_no_loose_space() -> None:
    done = edit("Could you look at my draft? Shame on you otherwise.", Reason.PRESSURE, "Shame")
    assert done is not None
    assert done.after == "Could you look at my draft?"


def test_a_way_out_is_added_at_the_end() -> None:
    done = edit("Could you tell me how you got there?\n", Reason.TOO_SOON)
    assert done is not None
    assert done.after == f"Could you tell me how you got there? {WORDS.edits['way_out']}\n"


def test_a_reason_is_asked_for_after_the_greeting() -> None:
    done = edit("Hi Ana, let's connect.", Reason.IMPERSONAL)
    assert done is not None
    assert done.after.startswith("Hi Ana, I'm writing to you because")


def test_a_big_ask_is_made_one_question() -> None:
    done = edit("Hello. please go over all my files tonight. Ana", Reason.BIG_ASK, "go over")
    assert done is not None
    assert WORDS.edits["shrink"] in done.after
    assert done.after.endswith(" Ana")


@pytest.mark.parametrize(
    "lost",
    [
        "See https://a.example shame",
        "Run `x` shame",
        'She said "no way" shame',
        "Pay 40 shame",
        "Ask @ana shame",
        "with Zoë and Bob shame",
    ],
)
def test_an_edit_that_would_lose_a_fact_is_withheld(lost: str) -> None:
    assert edit(f"This is the part that stays here. {lost}.", Reason.PRESSURE, "shame") is None


def test_an_edit_that_leaves_no_message_is_withheld() -> None:
    assert edit("Shame on you.", Reason.PRESSURE, "Shame") is None


def test_without_a_place_nothing_is_cut() -> None:
    assert edit("A text of some words here.", Reason.PRESSURE) is None
    assert edit("A text of some words here.", Reason.BIG_ASK) is None


def test_a_reason_that_words_cannot_cure_gets_no_edit() -> None:
    assert edit("Vote for me please", Reason.MASS_DELIVERY) is None


def test_what_no_wording_saves_gets_no_edit() -> None:
    assert edit("Could you look? Only if you really care. Thanks so much", Reason.PRESSURE, "really", Fit.AVOID) is None


def test_what_fits_gets_no_edit() -> None:
    assert rewrite("Hello", Verdict(Fit.FITS, (Reason.NONE,), (), 0.9, ()), WORDS) is None


@given(
    st.text(alphabet="ab .!?\n`\"'@:/<>1Zé", max_size=120),
    st.sampled_from(sorted(set(Reason) - {Reason.NONE})),
    st.data(),
)
def test_facts_are_byte_equal_in_every_edit(text: str, reason: Reason, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    finding = Finding("r", Layer.UNIVERSAL, reason, Fit.ADJUST, "s", "w", "x", "a", (Span(start, end),))
    done = rewrite(text, Verdict(Fit.ADJUST, (reason,), (), 0.8, (finding,)), WORDS)
    if done:
        assert facts(done.after) == facts(text)
        assert done.before == text
        assert text[: done.at] + done.added + text[done.at + len(done.removed) :] == done.after
