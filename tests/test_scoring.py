"""The figures of an evaluation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Fit, Intent, Reason, Verdict
from bot.scoring import (
    Labelled,
    calibration_error,
    confusion,
    contrast_right,
    coverage,
    paraphrases_kept,
    reason_rows,
    score,
    worst,
)


def row(gold: Fit, said: Fit, reason: Reason = Reason.TOO_SOON, intents: tuple[Intent, ...] = ()) -> Labelled:
    verdict = Verdict(said, (reason if said else Reason.NONE,), intents, 0.8, ())
    return Labelled(gold, frozenset({"too_soon"} if gold else {"none"}), frozenset({"pitch"}), verdict)


def test_perfect_agreement() -> None:
    figures = score([row(fit, fit, intents=(Intent.PITCH,)) for fit in Fit])
    assert figures["cases"] == 3
    for name in ("accuracy", "kappa", "kappa_quadratic", "intent_f1", "first_reason_right", "recall_avoid"):
        assert figures[name] == 1.0
    assert figures["false_alarms"] == figures["avoid_waved_through"] == 0.0


def test_every_kind_of_mistake_is_counted() -> None:
    rows = [
        row(Fit.FITS, Fit.ADJUST),
        row(Fit.FITS, Fit.FITS),
        row(Fit.AVOID, Fit.FITS),
        row(Fit.AVOID, Fit.AVOID, Reason.HOSTILE),
        row(Fit.ADJUST, Fit.AVOID),
    ]
    figures = score(rows)
    assert figures["accuracy"] == pytest.approx(0.4)
    assert figures["false_alarms"] == 0.5
    assert figures["avoid_waved_through"] == 0.5
    assert figures["recall_adjust"] == 0.0
    assert figures["first_reason_right"] == 0.5
    # by hand: observed disagreement 3, chance 3.4 (gold 2/1/2, said 2/1/2 over 5)
    assert figures["kappa"] == pytest.approx(1 - 3 / 3.2)


def test_one_sided_rows_do_not_divide_by_zero() -> None:
    figures = score([row(Fit.FITS, Fit.FITS)])
    assert figures["kappa"] == 0.0
    assert figures["recall_avoid"] == 0.0
    assert figures["intent_f1"] == 0.0


def named(gold: Fit, said: Fit, confidence: float, contrast: str = "") -> Labelled:
    verdict = Verdict(said, (Reason.TOO_SOON if said else Reason.NONE,), (), confidence, ())
    return Labelled(gold, frozenset({"too_soon"} if gold else {"none"}), frozenset(), verdict, "n", "x", contrast)


def test_the_confusion_table_counts_pairs() -> None:
    rows = [named(Fit.FITS, Fit.AVOID, 0.9), named(Fit.FITS, Fit.AVOID, 0.9), named(Fit.AVOID, Fit.AVOID, 0.9)]
    assert confusion(rows) == {(Fit.FITS, Fit.AVOID): 2, (Fit.AVOID, Fit.AVOID): 1}


def test_calibration_compares_confidence_with_being_right() -> None:
    right = [named(Fit.FITS, Fit.FITS, 0.75) for _ in range(3)]
    assert calibration_error([*right, named(Fit.AVOID, Fit.FITS, 0.75)]) == pytest.approx(0.0)
    assert calibration_error([named(Fit.AVOID, Fit.FITS, 1.0)]) == pytest.approx(1.0)
    assert calibration_error([]) == 0.0


def test_coverage_is_what_is_answered_and_how_much_of_it_is_right() -> None:
    rows = [named(Fit.FITS, Fit.FITS, 0.9), named(Fit.AVOID, Fit.FITS, 0.4)]
    assert coverage(rows, 0.5) == (0.5, 1.0)
    assert coverage(rows, 0.0) == (1.0, 0.5)
    assert coverage([], 0.5) == (0.0, 0.0)


def test_a_contrast_set_is_right_when_every_context_is() -> None:
    rows = [
        named(Fit.FITS, Fit.FITS, 0.9, "a"),
        named(Fit.AVOID, Fit.FITS, 0.9, "a"),
        named(Fit.AVOID, Fit.AVOID, 0.9, "b"),
    ]
    assert contrast_right(rows) == 0.5
    assert contrast_right([named(Fit.FITS, Fit.FITS, 0.9)]) is None


def test_paraphrases_are_kept_when_all_of_a_group_get_one_verdict() -> None:
    def said(fit: Fit, group: str) -> Labelled:
        return replace(named(Fit.FITS, fit, 0.9), paraphrase=group)

    rows = [said(Fit.AVOID, "a"), said(Fit.AVOID, "a"), said(Fit.FITS, "b"), said(Fit.ADJUST, "b"), said(Fit.FITS, "")]
    assert paraphrases_kept(rows) == 0.5
    assert paraphrases_kept(rows[-1:]) is None


def test_reasons_are_counted_where_they_were_given() -> None:
    rows = [named(Fit.AVOID, Fit.AVOID, 0.9), named(Fit.AVOID, Fit.FITS, 0.9)]
    assert reason_rows(rows) == {"too_soon": (2, 0.5)}


def test_the_worst_errors_come_first() -> None:
    near, far = named(Fit.ADJUST, Fit.FITS, 0.99), named(Fit.AVOID, Fit.FITS, 0.5)
    assert worst([near, far, named(Fit.FITS, Fit.FITS, 0.9)]) == [far, near]
    assert worst([near, far], 1) == [far]
