"""The figures of an evaluation."""

from __future__ import annotations

import pytest

from bot.model import Fit, Intent, Reason, Verdict
from bot.scoring import Labelled, score


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
