"""The second stage: quick sums say what the named features say."""

from __future__ import annotations

import numpy as np
import pytest

from bot.judging import Judging
from bot.local_charters import read_charter
from bot.model import Case, Delivery, Form, Network, Purpose, Relation
from bot.reading import read
from bot.reading.grams import named
from bot.reading.weights import REASONS, load, text_figures
from bot.rules import Norms, rule_findings
from bot.weighing import weigh, weighing_features

CASES = (
    Case("Thanks for the lift!", Network.SLACK, Delivery.DM, Relation.TRUSTED),
    Case("Buy my course, 20% off, last chance!!", Network.LINKEDIN, Delivery.MASS_DM, Relation.STRANGER, history="asked 4, gave 0"),
    Case("ok to dm a speaker?", form=Form.QUESTION, purpose=Purpose.BRAND),
    Case("My podcast is out, have a listen", Network.DISCORD, Delivery.CHANNEL, charter="#plugs: No ads. Own work is welcome."),
    Case("", None),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_what_is_summed_once_a_context_is_what_each_name_says(case: Case, judging: Judging) -> None:
    weights, reading = load(), read(case.text, case.form)
    network = judging.charters.network(case.network) if case.network else None
    local = read_charter(case.charter) if case.charter else None
    found = rule_findings(case, reading, Norms(judging.charters.universal(), network, judging.wording), local)
    every = weighing_features(case, reading, found, local).spelled_out()
    figures = weights.weighing(*named(every, weights.names)) + weights.weighing.bias
    words = text_figures(reading.plain.text, weights)[len(weights.heads) :]
    raised = np.exp((figures[:3] + words) / weights.temperature + np.array(weights.lean))
    weighed = weigh(case, reading, found, local, weights)
    assert list(weighed.fits.values()) == pytest.approx((raised / raised.sum()).tolist(), abs=1e-5)
    assert [weighed.reasons[reason] for reason in REASONS] == pytest.approx(
        (1 / (1 + np.exp(-figures[3:]))).tolist(), abs=1e-5
    )


def test_every_context_name_and_cross_is_spelled_out(judging: Judging) -> None:
    case = Case("Thanks!", Network.SLACK, Delivery.DM, Relation.TRUSTED)
    reading = read(case.text)
    names = weighing_features(case, reading, (), None).spelled_out()
    surest = max(reading.hints, key=lambda hint: reading.hints[hint])
    assert {"n=slack", "d=dm&r=trusted", f"hint:{surest}", f"hint:{surest}&n=slack", "hint:gives&d=dm"} <= set(names)
