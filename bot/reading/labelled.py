"""Labelled cases to learn from: the corpus, real ordinary talk, and how much each case weighs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from bot.model import Case, Delivery, Fit, Form, Network, Purpose, Relation
from bot.reading.real import ordinary_cases

CORPUS = Path(__file__).parent / "corpus"
FOLDS = 4
CONTRAST = 3.0
"""Weight of a case whose text has another verdict in another context: it teaches what the context does."""
AGAIN, AGAIN_SHARE = "28-", 0.3
"""The batch of known texts in new contexts, and its weight: more would drown what the texts of the world look like."""
ORDINARY = 0.7
"""Weight of a real ordinary comment: it keeps the judge quiet at talk that nobody wrote for it."""
REPEATED = 2.0
"""Weight of a case whose text stands in several contexts with one verdict: it teaches what the context does not do."""


@dataclass(frozen=True)
class Row:
    """A labelled case of the corpus."""

    case: Case
    fit: Fit
    reasons: frozenset[str]
    intents: frozenset[str]
    again: bool = False
    """A text of another batch in a new context."""
    labelled: bool = True
    """False for real ordinary talk, of which only that it fits is known."""


def ordinary_rows(folder: Path | None) -> list[Row]:
    """Real ordinary talk as cases that fit."""
    return [Row(case, Fit.FITS, frozenset({"none"}), frozenset(), labelled=False) for case in ordinary_cases(folder)]


def load_corpus(folder: Path = CORPUS) -> list[Row]:
    """The labelled cases in a fixed order."""
    raws = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]
    return [_row(raw) for raw in raws]


def _row(raw: dict[str, Any]) -> Row:
    case = Case(
        raw["text"],
        Network(raw["network"]),
        Delivery(raw["delivery"]),
        Relation(raw["relation"]),
        Form(raw["form"]),
        Purpose(raw["purpose"]) if raw["purpose"] else None,
        raw["history"],
        raw["charter"],
    )
    again = str(raw["id"]).startswith(AGAIN)
    return Row(case, Fit[raw["verdict"].upper()], frozenset(raw["reasons"]), frozenset(raw["intents"]), again)


def folds(rows: list[Row]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Parts of the corpus in which no text stands on both sides."""
    numbers: dict[str, int] = {}
    groups = [numbers.setdefault(row.case.text, len(numbers)) for row in rows]
    return list(GroupKFold(FOLDS).split(groups, groups, groups))


def case_weights(rows: list[Row]) -> NDArray[Any]:
    """Contrast sets count more, for they alone tell text and context apart."""
    fits: dict[str, list[Fit]] = {}
    for row in rows:
        fits.setdefault(row.case.text, []).append(row.fit)
    shares = [_weight(fits[row.case.text]) if row.labelled else ORDINARY for row in rows]
    return np.array([share * (AGAIN_SHARE if row.again else 1.0) for row, share in zip(rows, shares, strict=True)])


def _weight(fits: list[Fit]) -> float:
    if len(set(fits)) > 1:
        return CONTRAST
    return REPEATED if len(fits) > 1 else 1.0
