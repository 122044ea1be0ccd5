"""Texts as counted words, word pairs and letter groups: what the trained weights are about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reading.letters import SIZES, Letters

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_TOKEN = re.compile(r"<\w+>|\w+(?:'\w+)?|[!?€£$%]")
_FIGURES = str.maketrans("123456789", "000000000")


def tokens(plain: str) -> list[str]:
    """The words and telling marks of a folded text; figures count as figures, whatever they are."""
    words: list[str] = _TOKEN.findall(plain.translate(_FIGURES))
    return words


def word_grams(words: list[str]) -> list[str]:
    """Words and pairs of neighbours."""
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def letter_grams(word: str) -> tuple[str, ...]:
    """Groups of three to five letters within one word and its borders."""
    padded = f" {word} "
    return tuple(padded[i : i + n] for n in SIZES for i in range(max(1, len(padded) - n + 1)) if len(padded) >= n)


def counted(plain: str) -> tuple[Counter[str], Counter[str]]:
    """Word grams and letter grams of a folded text with their counts."""
    words = tokens(plain)
    return Counter(word_grams(words)), Counter(gram for word in words for gram in letter_grams(word))


class Vocabulary:
    """Numbers for grams; each block of a text's vector has length one (TF-IDF, sublinear)."""

    def __init__(self, words: Iterable[str], letters: Iterable[str], idf: Floats) -> None:
        """Takes both kinds of grams in rising order, and their inverse document frequency."""
        self._words = {gram: number for number, gram in enumerate(words)}
        self._letters = Letters(list(letters))
        self._known = np.concatenate([np.arange(-len(self._words), 0, dtype=np.int32), self._letters.known])
        self._idf = idf
        self.met = lru_cache(maxsize=64)(self._met)
        """The words of a folded text, and its known words and pairs with their numbers."""

    def __len__(self) -> int:
        return len(self._known)

    def vector(self, plain: str) -> tuple[Ints, Floats]:
        """The numbers of a folded text's known grams in rising order, and their weights."""
        words, grams = self.met(plain)
        first = np.array([number for _, number in grams], np.int32) - len(self._words)
        figures, counts = _distinct(np.concatenate([first, self._letters.figures(words)]))
        places = self._known.searchsorted(figures)
        known = self._known.take(places, mode="clip") == figures
        ids = places[known]
        weights = (1 + np.log(counts[known], dtype=np.float32)) * self._idf.take(ids)
        border = ids.searchsorted(len(self._words))
        for block in (weights[:border], weights[border:]):
            block /= math.sqrt(block @ block) or 1.0
        return ids, weights

    def _met(self, plain: str) -> tuple[list[str], list[tuple[str, int]]]:
        words, known = tokens(plain), self._words
        return words, [(gram, number) for gram in word_grams(words) if (number := known.get(gram)) is not None]


def _distinct(figures: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Each figure once in rising order, and how often it stood there (np.unique does the same more slowly)."""
    figures.sort()
    first = np.ones(len(figures) + 1, np.bool_)
    np.not_equal(figures[1:], figures[:-1], out=first[1:-1])
    starts = np.flatnonzero(first)
    return figures[starts[:-1]], starts[1:] - starts[:-1]


def named(features: Mapping[str, float], numbers: Mapping[str, int]) -> tuple[Ints, Floats]:
    """Named features as numbers and values; unknown names are left out."""
    known = [(number, value) for name, value in features.items() if (number := numbers.get(name)) is not None]
    return np.array([number for number, _ in known], np.int32), np.array([value for _, value in known], np.float32)
