"""Learns the second stage: verdicts and reasons over words, hints, rule findings and context."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.judging import Judging
from bot.local_charters import read_charter
from bot.reading.calibrate import calibrate
from bot.reading.fitting import heads, sparse
from bot.reading.grams import named
from bot.reading.labelled import Row, case_weights, folds
from bot.reading.model import Reading
from bot.reading.weights import INTENTS, REASONS, Layer, pack, words_as_array
from bot.rules import Norms, rule_findings
from bot.weighing import weighing_features

WEIGH_C, REASON_C = 1.0, 1.0
SEEN = 3
"""A feature that fewer cases have is left out."""


def weighed_rows(rows: list[Row], readings: list[Reading], judging: Judging) -> list[dict[str, float]]:
    """The named features of the second stage for every case."""
    universal = judging.charters.universal()
    out = []
    for row, reading in zip(rows, readings, strict=True):
        case = row.case
        network = judging.charters.network(case.network) if case.network else None
        local = read_charter(case.charter) if case.charter else None
        findings = rule_findings(case, reading, Norms(universal, network, judging.wording), local)
        out.append(weighing_features(case, reading, findings, local).spelled_out())
    return out


def learn_weighing(
    rows: list[Row], readings: list[Reading], text: csr_matrix, labels: NDArray[Any], judging: Judging, log: Any
) -> dict[str, NDArray[Any]]:
    """The arrays of the second stage; what it says of itself across folds goes to the log."""
    features = weighed_rows(rows, readings, judging)
    known = np.array([row.labelled for row in rows])
    counts = Counter(name for f in features for name in f)
    kept = sorted(name for name, n in counts.items() if n >= SEEN and "\n" not in name)
    numbers = {name: number for number, name in enumerate(kept)}
    context = sparse([named(f, numbers) for f in features], len(kept))
    both = csr_matrix(hstack([text, context]))
    truth = np.array([int(row.fit) for row in rows])
    load = case_weights(rows)
    figures = np.zeros((len(rows), 3))
    for learn, test in folds(rows):
        model = LogisticRegression(C=WEIGH_C, max_iter=400).fit(both[learn], truth[learn], sample_weight=load[learn])
        figures[test] = model.decision_function(both[test])
    temperature, lean = calibrate(figures[known], truth[known])
    said = (figures / temperature + lean).argmax(axis=1)
    faulted = (said[~known] > 0).mean() if not known.all() else 0.0
    print(f"second stage across folds: accuracy {(said == truth)[known].mean():.3f}", file=log)
    print(f"real ordinary talk faulted {faulted:.3f}; temperature {temperature:.2f}, lean {lean}", file=log)
    final = LogisticRegression(C=WEIGH_C, max_iter=400).fit(both, truth, sample_weight=load)
    reasons = heads(context, labels[:, len(INTENTS) : len(INTENTS) + len(REASONS)], REASON_C)
    width = text.shape[1]
    return {
        "names": words_as_array(kept),
        "temperature": np.array([temperature], np.float32),
        "lean": lean,
        **arrays_of("verdict_text", pack(final.coef_.T[:width], np.zeros(3, np.float32))),
        **arrays_of("verdict", pack(final.coef_.T[width:], final.intercept_)),
        **arrays_of("reason", pack(reasons[:-1], reasons[-1])),
    }


def arrays_of(name: str, layer: Layer) -> dict[str, NDArray[Any]]:
    """A layer by the names that the weights file uses."""
    return {f"{name}_table": layer.table, f"{name}_scale": layer.scale, f"{name}_bias": layer.bias}
