"""Trains the reader and the second stage from the corpus: `python -m bot.reading.train [--real FOLDER] [--out FILE]`.

The same input gives the same bytes. scikit-learn is needed for training only. README.md beside this file tells what was tried.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.judging import Judging, build_judging
from bot.model import Form
from bot.reading import read_lexically
from bot.reading.calibrate import best_thresholds
from bot.reading.fitting import Reader, chances, head, heads, make_vocabulary
from bot.reading.labelled import Row, folds, load_corpus, ordinary_rows
from bot.reading.marks import mark_features
from bot.reading.real import RealHead, real_heads
from bot.reading.second_stage import arrays_of, learn_weighing
from bot.reading.trained import with_chances
from bot.reading.weights import FORMAT, INTENTS, REASONS, pack, save, words_as_array

OUT = Path(__file__).parent / "weights.npz"
TEXT_C = 4.0
REAL_C = 3.0
"""Of heads that real text teaches: shorter, plainer texts."""


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
    known = np.array([row.labelled for row in rows])
    parts = folds(rows)
    guessed = np.zeros(labels.shape, np.float32)
    for learn, test in parts:
        guessed[test] = chances(matrix[test], heads(matrix[learn], labels[learn], TEXT_C, known[learn]))
        print(f"reader: fold of {len(test)} done", file=log)
    stage_one = heads(matrix, labels, TEXT_C, known)
    names = [*(f"i:{i}" for i in INTENTS), *(f"r:{r}" for r in REASONS), "faulty", "grave"]
    for taught in real:
        readings = [read_lexically(text) for text in taught.texts]
        own = Reader(readings, [Form.DRAFT] * len(readings), vocabulary, marks).matrix
        column = head(own, np.array(taught.labels), REAL_C)
        stage_one = np.column_stack([stage_one, column])
        guessed = np.column_stack([guessed, chances(matrix, column[:, None])])
        names.append(taught.name)
        print(f"reader: {taught.name} from {len(taught.texts)} real texts", file=log)
    thresholds = best_thresholds(guessed[known], labels[known])
    named_from = [float(threshold) for threshold in thresholds]
    readings = [with_chances(r, list(map(float, g)), names, named_from) for r, g in zip(lexical, guessed, strict=True)]
    second = learn_weighing(rows, readings, matrix[:, : len(vocabulary)], labels, judging, log)
    width = len(vocabulary)
    arrays: dict[str, NDArray[Any]] = {
        "format": np.array([FORMAT]),
        "word_grams": words_as_array(words),
        "letter_grams": words_as_array(letters),
        "idf": idf,
        "heads": words_as_array(names),
        "mark_names": words_as_array(marks),
        "thresholds": thresholds,
    }
    arrays |= arrays_of("text", pack(stage_one[:width], stage_one[-1]))
    arrays |= arrays_of("marks", pack(stage_one[width:-1], stage_one[-1]))
    return arrays | second


def main() -> None:
    """Trains and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="folder of real labelled text that also teaches the reader")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    judging = build_judging()
    content = save(train([*load_corpus(), *ordinary_rows(asked.real)], real_heads(asked.real), judging))
    asked.out.write_bytes(content)
    print(f"{asked.out}: {len(content) / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
