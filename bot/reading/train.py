"""Trains the reader and the second stage from the corpus: `python -m bot.reading.train [--real FOLDER] [--out FILE]`.

The same input gives the same bytes. scikit-learn is needed only here. README.md beside this file tells what was tried.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.judging import Judging, build_judging
from bot.local_charters import read_charter
from bot.model import Case, Delivery, Fit, Form, Network, Purpose, Reading, Relation
from bot.reading import read_lexically
from bot.reading.grams import Floats, Vocabulary, counted, named
from bot.reading.marks import mark_features
from bot.reading.real import RealHead, real_heads
from bot.reading.trained import with_chances
from bot.reading.weights import FORMAT, INTENTS, REASONS, Layer, pack, save, words_as_array
from bot.rules import Norms, rule_findings
from bot.weighing import weighing_features

CORPUS = Path(__file__).parent / "corpus"
OUT = Path(__file__).parent / "weights.npz"
FOLDS = 4
WORDS, LETTERS = 40_000, 30_000
TEXT_C, WEIGH_C, REASON_C = 4.0, 1.0, 1.0
CONTRAST = 3.0
"""Weight of a case whose text has another verdict in another context: it teaches what the context does."""
REPEATED = 2.0
"""Weight of a case whose text stands in several contexts with one verdict: it teaches what the context does not do."""
FALSE_ALARMS = 0.085
"""Share of fitting messages that may be faulted at most when the lean is chosen (target 0.10)."""


@dataclass(frozen=True)
class Row:
    """A labelled case of the corpus."""

    case: Case
    fit: Fit
    reasons: frozenset[str]
    intents: frozenset[str]


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
    return Row(case, Fit[raw["verdict"].upper()], frozenset(raw["reasons"]), frozenset(raw["intents"]))


def make_vocabulary(plains: list[str]) -> tuple[Vocabulary, list[str], list[str], Floats]:
    """The grams that are common enough to learn from, with their inverse document frequency."""
    in_words: Counter[str] = Counter()
    in_letters: Counter[str] = Counter()
    for plain in plains:
        words, letters = counted(plain)
        in_words.update(words.keys())
        in_letters.update(letters.keys())
    words_kept = _commonest(in_words, WORDS, 2)
    letters_kept = _commonest(in_letters, LETTERS, 4)
    seen = np.array([in_words[w] for w in words_kept] + [in_letters[w] for w in letters_kept], np.float32)
    idf = (np.log((1 + len(plains)) / (1 + seen)) + 1).astype(np.float32)
    return Vocabulary(words_kept, letters_kept, idf), words_kept, letters_kept, idf


def _commonest(counts: Counter[str], most: int, at_least: int) -> list[str]:
    kept = sorted((-n, gram) for gram, n in counts.items() if n >= at_least and "\n" not in gram)
    return sorted(gram for _, gram in kept[:most])


def sparse(rows: list[tuple[NDArray[Any], NDArray[Any]]], width: int) -> csr_matrix:
    """Numbered features of many texts as one matrix."""
    starts = np.cumsum([0] + [len(ids) for ids, _ in rows])
    ids = np.concatenate([ids for ids, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, ids, starts), shape=(len(rows), width))


class Reader:
    """Stage one in the making: the matrix of a set of texts and the heads learned on it."""

    def __init__(self, readings: list[Reading], forms: list[Form], vocabulary: Vocabulary, marks: list[str]) -> None:
        self._numbers = {name: len(vocabulary) + number for number, name in enumerate(marks)}
        rows = []
        for reading, form in zip(readings, forms, strict=True):
            features = mark_features(reading.signs, reading.lexical, reading.words, form)
            text, mark = vocabulary.vector(reading.plain.text), named(features, self._numbers)
            rows.append((np.concatenate([text[0], mark[0]]), np.concatenate([text[1], mark[1]])))
        self.matrix = sparse(rows, len(vocabulary) + len(marks))


def head(matrix: csr_matrix, labels: NDArray[Any], c: float) -> NDArray[Any]:
    """One yes-or-no head as a column of weights with its bias last."""
    model = LogisticRegression(C=c, solver="liblinear", random_state=0).fit(matrix, labels)
    return np.append(model.coef_[0], model.intercept_[0])


def heads(matrix: csr_matrix, labels: NDArray[Any], c: float) -> NDArray[Any]:
    """All heads, a column each."""
    return np.stack([head(matrix, labels[:, j], c) for j in range(labels.shape[1])], axis=1)


def chances(matrix: csr_matrix, weights: NDArray[Any]) -> Floats:
    """The probability of each head for each row."""
    return np.asarray(1 / (1 + np.exp(-(matrix @ weights[:-1] + weights[-1]))), np.float32)


def folds(rows: list[Row]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Parts of the corpus in which no text stands on both sides."""
    numbers: dict[str, int] = {}
    groups = [numbers.setdefault(row.case.text, len(numbers)) for row in rows]
    return list(GroupKFold(FOLDS).split(groups, groups, groups))


def best_thresholds(guessed: Floats, labels: NDArray[Any]) -> Floats:
    """For each intent the probability from which naming it gives the best F1."""
    steps = np.arange(0.06, 0.6, 0.02)
    best = []
    for j in range(len(INTENTS)):
        truth = labels[:, j].astype(bool)
        f1 = [
            2 * (truth & (guessed[:, j] >= t)).sum() / max(1, truth.sum() + (guessed[:, j] >= t).sum()) for t in steps
        ]
        best.append(float(steps[int(np.argmax(f1))]))
    return np.array(best, np.float32)


def weighed_rows(rows: list[Row], readings: list[Reading], judging: Judging) -> list[dict[str, float]]:
    """The named features of the second stage for every case."""
    universal = judging.charters.universal()
    out = []
    for row, reading in zip(rows, readings, strict=True):
        case = row.case
        network = judging.charters.network(case.network) if case.network else None
        local = read_charter(case.charter) if case.charter else None
        findings = rule_findings(case, reading, Norms(universal, network, judging.wording), local)
        out.append(weighing_features(case, reading, findings, local))
    return out


def case_weights(rows: list[Row]) -> NDArray[Any]:
    """Contrast sets count more, for they alone tell text and context apart."""
    fits: dict[str, list[Fit]] = {}
    for row in rows:
        fits.setdefault(row.case.text, []).append(row.fit)
    return np.array([_weight(fits[row.case.text]) for row in rows])


def _weight(fits: list[Fit]) -> float:
    if len(set(fits)) > 1:
        return CONTRAST
    return REPEATED if len(fits) > 1 else 1.0


def softmax(figures: NDArray[Any]) -> NDArray[Any]:
    """Figures as shares."""
    raised = np.exp(figures - figures.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def calibrate(figures: NDArray[Any], truth: NDArray[Any]) -> tuple[float, Floats]:
    """The temperature of least surprise, and the lean that waves fewest pests through within FALSE_ALARMS."""
    steps = np.arange(0.5, 2.5, 0.05)
    surprise = [-np.log(softmax(figures / t)[np.arange(len(truth)), truth] + 1e-9).mean() for t in steps]
    temperature = float(steps[int(np.argmin(surprise))])
    best, lean = (-1.0, np.zeros(3, np.float32))
    for adjust in np.arange(-0.2, 0.8, 0.05):
        for avoid in np.arange(-0.2, 0.8, 0.05):
            tried = np.array([0, adjust, avoid], np.float32)
            said = (figures / temperature + tried).argmax(axis=1)
            alarms = (said[truth == 0] > 0).mean()
            worth = (said == truth).mean() - 0.25 * (said[truth == 2] == 0).mean()
            if alarms <= FALSE_ALARMS and worth > best:
                best, lean = worth, tried
    return temperature, lean


def train(rows: list[Row], real: list[RealHead], judging: Judging, log: Any = sys.stderr) -> dict[str, NDArray[Any]]:
    """All arrays of the weights."""
    forms = [row.case.form for row in rows]
    lexical = [read_lexically(row.case.text, row.case.form) for row in rows]
    vocabulary, words, letters, idf = make_vocabulary([reading.plain.text for reading in lexical])
    seen = {name for r, f in zip(lexical, forms, strict=True) for name in mark_features(r.signs, r.lexical, r.words, f)}
    marks = sorted(seen)
    matrix = Reader(lexical, forms, vocabulary, marks).matrix
    labels = np.array(
        [
            [i in row.intents for i in INTENTS] + [r in row.reasons for r in REASONS] + [row.fit > 0, row.fit == 2]
            for row in rows
        ],
        np.int8,
    )
    parts = folds(rows)
    guessed = np.zeros(labels.shape, np.float32)
    for learn, test in parts:
        guessed[test] = chances(matrix[test], heads(matrix[learn], labels[learn], TEXT_C))
        print(f"reader: fold of {len(test)} done", file=log)
    stage_one = heads(matrix, labels, TEXT_C)
    names = [*(f"i:{i}" for i in INTENTS), *(f"r:{r}" for r in REASONS), "faulty", "grave"]
    for taught in real:
        readings = [read_lexically(text) for text in taught.texts]
        own = Reader(readings, [Form.DRAFT] * len(readings), vocabulary, marks).matrix
        column = head(own, np.array(taught.labels), TEXT_C)
        stage_one = np.column_stack([stage_one, column])
        guessed = np.column_stack([guessed, chances(matrix, column[:, None])])
        names.append(taught.name)
        print(f"reader: {taught.name} from {len(taught.texts)} real texts", file=log)
    thresholds = best_thresholds(guessed, labels)
    readings = [with_chances(r, g, names, thresholds) for r, g in zip(lexical, guessed, strict=True)]
    features = weighed_rows(rows, readings, judging)
    counts = Counter(name for f in features for name in f)
    kept = sorted(name for name, n in counts.items() if n >= 3 and "\n" not in name)
    numbers = {name: number for number, name in enumerate(kept)}
    context = sparse([named(f, numbers) for f in features], len(kept))
    text = matrix[:, : len(vocabulary)]
    both = csr_matrix(_beside(text, context))
    truth = np.array([int(row.fit) for row in rows])
    load = case_weights(rows)
    figures = np.zeros((len(rows), 3))
    for learn, test in parts:
        model = LogisticRegression(C=WEIGH_C, max_iter=400).fit(both[learn], truth[learn], sample_weight=load[learn])
        figures[test] = model.decision_function(both[test])
    temperature, lean = calibrate(figures, truth)
    said = (figures / temperature + lean).argmax(axis=1)
    print(
        f"second stage: accuracy {(said == truth).mean():.3f} across folds, temperature {temperature:.2f}, lean {lean}",
        file=log,
    )
    final = LogisticRegression(C=WEIGH_C, max_iter=400).fit(both, truth, sample_weight=load)
    reasons = heads(context, labels[:, len(INTENTS) : len(INTENTS) + len(REASONS)], REASON_C)
    width = len(vocabulary)
    arrays: dict[str, NDArray[Any]] = {
        "format": np.array([FORMAT]),
        "word_grams": words_as_array(words),
        "letter_grams": words_as_array(letters),
        "idf": idf,
        "heads": words_as_array(names),
        "mark_names": words_as_array(marks),
        "names": words_as_array(kept),
        "thresholds": thresholds,
        "temperature": np.array([temperature], np.float32),
        "lean": lean,
    }
    zero = np.zeros(3, np.float32)
    arrays |= _arrays("text", pack(stage_one[:width], stage_one[-1]))
    arrays |= _arrays("marks", pack(stage_one[width:-1], stage_one[-1]))
    arrays |= _arrays("verdict_text", pack(final.coef_.T[:width], zero))
    arrays |= _arrays("verdict", pack(final.coef_.T[width:], final.intercept_))
    arrays |= _arrays("reason", pack(reasons[:-1], reasons[-1]))
    return arrays


def _beside(left: csr_matrix, right: csr_matrix) -> Any:
    from scipy.sparse import hstack

    return hstack([left, right])


def _arrays(name: str, layer: Layer) -> dict[str, NDArray[Any]]:
    return {f"{name}_table": layer.table, f"{name}_scale": layer.scale, f"{name}_bias": layer.bias}


def main() -> None:
    """Trains and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="folder of real labelled text that also teaches the reader")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    judging = build_judging()
    content = save(train(load_corpus(), real_heads(asked.real), judging))
    asked.out.write_bytes(content)
    print(f"{asked.out}: {len(content) / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
