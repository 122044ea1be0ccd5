"""How the reader and the judge do on real text: `python tests/bench/bench_real.py FOLDER`.

FOLDER holds the sets that bot/reading/real.py names; they are not part of the project. Prints F1 by cross-validation for
requests in e-mail and for gratitude, and the share of ordinary comments that the judge would fault.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bot.judging import build_judging
from bot.model import Case, Delivery, Fit, Form, Network, Relation
from bot.reading import read_lexically
from bot.reading.fitting import Reader, chances, head, make_vocabulary
from bot.reading.marks import mark_features
from bot.reading.real import RealHead, real_heads
from bot.reading.train import REAL_C

PLACES = (
    (None, None, None),
    (Network.X, Delivery.REPLY, Relation.STRANGER),
    (Network.DISCORD, Delivery.CHANNEL, Relation.ACQUAINTANCE),
    (Network.FACEBOOK, Delivery.REPLY, Relation.ACQUAINTANCE),
)


def _f1_at(labels: np.ndarray, guessed: np.ndarray, threshold: float) -> float:
    return float(f1_score(labels, guessed >= threshold))


def cross_validated(taught: RealHead) -> tuple[float, float]:
    """F1 and area under the curve over five folds; the threshold comes from folds within the learning part."""
    labels = np.array(taught.labels)
    readings = [read_lexically(text) for text in taught.texts]
    guessed, said = np.zeros(len(labels)), np.zeros(len(labels), bool)
    for learn, test in StratifiedKFold(5, shuffle=True, random_state=0).split(labels, labels):
        vocabulary, *_ = make_vocabulary([readings[i].plain.text for i in learn])
        names = [mark_features(readings[i].signs, readings[i].lexical, readings[i].words, Form.DRAFT) for i in learn]
        matrix = Reader(
            readings, [Form.DRAFT] * len(readings), vocabulary, sorted({m for n in names for m in n})
        ).matrix
        inner = np.zeros(len(learn))
        for a, b in StratifiedKFold(3, shuffle=True, random_state=1).split(learn, labels[learn]):
            column = head(matrix[learn[a]], labels[learn[a]], REAL_C)[:, None]
            inner[b] = chances(matrix[learn[b]], column)[:, 0]
        best = max(np.arange(0.1, 0.7, 0.02), key=partial(_f1_at, labels[learn], inner))
        guessed[test] = chances(matrix[test], head(matrix[learn], labels[learn], REAL_C)[:, None])[:, 0]
        said[test] = guessed[test] >= best
    return float(f1_score(labels, said)), float(roc_auc_score(labels, guessed))


def main() -> None:
    """Prints the figures."""
    folder = Path(sys.argv[1])
    for taught in real_heads(folder):
        if taught.name in ("request", "gratitude"):
            f1, auc = cross_validated(taught)
            print(f"{taught.name:12} F1 {f1:.3f}  AUC {auc:.3f}  ({len(taught.texts)} rows, 5 folds)")
    rows = [json.loads(line) for line in (folder / "goemotions_dev.jsonl").read_text(encoding="utf-8").splitlines()]
    neutral = [row["text"] for row in rows if row["emotions"] == ["neutral"]]
    judging = build_judging()
    for network, delivery, relation in PLACES:
        verdicts = [judging.judge(Case(text, network, delivery, relation)) for text in neutral]
        faulted = sum(v.fit is not Fit.FITS for v in verdicts)
        shown = sum(v.fit is not Fit.FITS and v.question is None for v in verdicts)
        place = f"{network or 'unknown'} {delivery or ''}"
        print(
            f"ordinary comments faulted, {place:20} {faulted / len(neutral):.3f} (shown to the user {shown / len(neutral):.3f})"
        )


if __name__ == "__main__":
    main()
