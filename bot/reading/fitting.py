"""Turns texts into matrices and learns heads on them; scikit-learn is needed only here and in the second stage."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.model import Form
from bot.reading.grams import Floats, Vocabulary, counted, named
from bot.reading.marks import mark_features
from bot.reading.model import Reading
from bot.reading.weights import INTENTS

WORDS, LETTERS = 40_000, 30_000
"""Grams kept at most."""

NEVER = -6.0
"""Bias of a head that no case of the material has."""


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
    """One yes-or-no head as a column of weights with its bias last; one that never or always holds is its bias alone."""
    if labels.min() == labels.max():
        return np.append(np.zeros(matrix.shape[1]), NEVER if not labels.max() else -NEVER)
    model = LogisticRegression(C=c, solver="liblinear", random_state=0).fit(matrix, labels)
    return np.append(model.coef_[0], model.intercept_[0])


def heads(matrix: csr_matrix, labels: NDArray[Any], c: float, known: NDArray[Any] | None = None) -> NDArray[Any]:
    """All heads, a column each; intents learn only from rows whose intents are known."""
    columns = []
    for j in range(labels.shape[1]):
        rows = slice(None) if known is None or j >= len(INTENTS) else known
        columns.append(head(matrix[rows], labels[rows, j], c))
    return np.stack(columns, axis=1)


def chances(matrix: csr_matrix, weights: NDArray[Any]) -> Floats:
    """The probability of each head for each row."""
    return np.asarray(1 / (1 + np.exp(-(matrix @ weights[:-1] + weights[-1]))), np.float32)
