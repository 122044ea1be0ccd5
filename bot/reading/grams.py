"""Texts as counted words, word pairs and letter groups: what the trained weights are about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.reading.letters import SIZES, Letters, distinct

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
        self._words = {gram: number for number, gram in enumerate(words)}
        self._letters = Letters(list(letters))
        self._idf = idf
        self.word_numbers = lru_cache(maxsize=256)(self._word_numbers)
        """The numbers of a text's known words and pairs."""

    def __len__(self) -> int:
        return len(self._words) + len(self._letters)

    def vector(self, plain: str) -> tuple[Ints, Floats]:
        """The numbers of a folded text's known grams, and their weights."""
        words = tokens(plain)
        first, seldom = distinct(np.array(self._known(words), np.int32))
        second, often = self._letters.counted(words)
        ids = np.concatenate([first, second + len(self._words)])
        weights = (1 + np.log(np.concatenate([seldom, often]))).astype(np.float32) * self._idf[ids]
        for block in (weights[: len(first)], weights[len(first) :]):
            block /= np.float32(math.sqrt(float(block @ block)) or 1.0)
        return ids, weights

    def _word_numbers(self, plain: str) -> list[int]:
        return self._known(tokens(plain))

    def _known(self, words: list[str]) -> list[int]:
        return [number for number in map(self._words.get, word_grams(words)) if number is not None]


def named(features: Mapping[str, float], numbers: Mapping[str, int]) -> tuple[Ints, Floats]:
    """Named features as numbers and values; unknown names are left out."""
    known = [(number, value) for name, value in features.items() if (number := numbers.get(name)) is not None]
    return np.array([number for number, _ in known], np.int32), np.array([value for _, value in known], np.float32)
