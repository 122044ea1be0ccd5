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

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_TOKEN = re.compile(r"<\w+>|\w+(?:'\w+)?|[!?€£$%]")
_LETTERS = (3, 4, 5)
_FIGURES = str.maketrans("123456789", "000000000")


def tokens(plain: str) -> list[str]:
    """The words and telling marks of a folded text; figures count as figures, whatever they are."""
    words: list[str] = _TOKEN.findall(plain.translate(_FIGURES))
    return words


def word_grams(words: list[str]) -> list[str]:
    """Words and pairs of neighbours."""
    return words + [f"{a} {b}" for a, b in pairwise(words)]


@lru_cache(maxsize=30_000)
def letter_grams(word: str) -> tuple[str, ...]:
    """Groups of three to five letters within one word and its borders."""
    padded = f" {word} "
    return tuple(padded[i : i + n] for n in _LETTERS for i in range(max(1, len(padded) - n + 1)) if len(padded) >= n)


def counted(plain: str) -> tuple[Counter[str], Counter[str]]:
    """Word grams and letter grams of a folded text with their counts."""
    words = tokens(plain)
    return Counter(word_grams(words)), Counter(gram for word in words for gram in letter_grams(word))


class Vocabulary:
    """Numbers for grams; each block of a text's vector has length one (TF-IDF, sublinear)."""

    def __init__(self, words: Iterable[str], letters: Iterable[str], idf: Floats) -> None:
        self._words = {gram: number for number, gram in enumerate(words)}
        self._letters = {gram: number for number, gram in enumerate(letters, len(self._words))}
        self._idf = idf
        self._of_word = lru_cache(maxsize=30_000)(self._letters_of)
        self.vector = lru_cache(maxsize=64)(self._vector)
        """The numbers of a folded text's known grams, and their weights."""
        self.word_numbers = lru_cache(maxsize=256)(self._word_numbers)
        """The numbers of a text's known words and pairs."""

    def __len__(self) -> int:
        return len(self._words) + len(self._letters)

    def _word_numbers(self, plain: str) -> list[int]:
        known = self._words
        return [number for gram in word_grams(tokens(plain)) if (number := known.get(gram)) is not None]

    def _vector(self, plain: str) -> tuple[Ints, Floats]:
        words = tokens(plain)
        first = self._block(np.array(self._word_numbers(plain), np.int32))
        second = self._block(np.concatenate([self._of_word(word) for word in words])) if words else first
        return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])

    def _letters_of(self, word: str) -> Ints:
        known = self._letters
        numbers = [number for gram in letter_grams(word) if (number := known.get(gram)) is not None]
        return np.array(numbers, np.int32)

    def _block(self, numbers: Ints) -> tuple[Ints, Floats]:
        if not len(numbers):
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        ids, counts = np.unique(numbers, return_counts=True)
        weights = (1 + np.log(counts)).astype(np.float32) * self._idf[ids]
        return ids, weights / np.float32(math.sqrt(float(weights @ weights)))


def named(features: Mapping[str, float], numbers: Mapping[str, int]) -> tuple[Ints, Floats]:
    """Named features as numbers and values; unknown names are left out."""
    found = [numbers.get(name, -1) for name in features]
    ids = np.array(found, np.int32)
    values = np.array(list(features.values()), np.float32)
    known = ids >= 0
    return ids[known], values[known]
