"""Texts as counted words, word pairs and letter groups: what the trained weights are about."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_TOKEN = re.compile(r"<\w++>|\w++(?:'\w++)?+|[!?€£$%]")
_TOKEN_OF_ASCII = re.compile(_TOKEN.pattern, re.ASCII)
MOST = 20_000
"""Times a gram is counted at most: no text is longer."""
REMEMBERED = 30_000
"""Words whose numbers are remembered at most, some 6 MB: most words of a text were met before."""
_LETTERS = (3, 4, 5)
_FIGURES = str.maketrans("123456789", "000000000")


def tokens(plain: str) -> list[str]:
    """The words and telling marks of a folded text; figures count as figures, whatever they are."""
    words: list[str] = (_TOKEN_OF_ASCII if plain.isascii() else _TOKEN).findall(plain.translate(_FIGURES))
    return words


def word_grams(words: list[str]) -> list[str]:
    """Words and pairs of neighbours."""
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def letter_grams(word: str) -> tuple[str, ...]:
    """Groups of three to five letters within one word and its borders."""
    padded, length = f" {word} ", len(word) + 2
    return tuple([padded[i : i + n] for n in _LETTERS for i in range(length - n + 1)])


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
        self._sublinear = (1 + np.log(np.maximum(1, np.arange(MOST + 1)))).astype(np.float32)
        self.of_word = lru_cache(maxsize=REMEMBERED)(self._word)
        """A word's number, None for an unknown one, and those of its letter groups as bytes."""
        self.met = lru_cache(maxsize=64)(self._met)
        """A folded text's known words and pairs with their numbers, and the numbers of its letter groups as bytes."""

    def __len__(self) -> int:
        return len(self._idf)

    def remember_words(self) -> None:
        """Looks up the letter groups of every known word now, so that no text waits for them; takes some 0.1 s."""
        for gram in self._words:
            if " " not in gram:
                self.of_word(gram)

    def vector(self, plain: str) -> tuple[Ints, Floats]:
        """The numbers of a folded text's known grams in rising order, and their weights."""
        grams, letters = self.met(plain)
        numbers = array("i", [number for _, number in grams]).tobytes() + letters
        ids, counts = _distinct(np.frombuffer(bytearray(numbers), np.int32))
        weights = self._sublinear.take(counts, mode="clip") * self._idf.take(ids)
        border = ids.searchsorted(len(self._words))
        _set_length_one(weights[:border])
        _set_length_one(weights[border:])
        return ids, weights

    def _met(self, plain: str) -> tuple[list[tuple[str, int]], bytes]:
        words = tokens(plain)
        met, grams = list(map(self.of_word, words)), word_grams(words)
        numbers = chain([number for number, _ in met], map(self._words.get, grams[len(words) :]))
        known = [(gram, number) for gram, number in zip(grams, numbers, strict=True) if number is not None]
        return known, b"".join([letters for _, letters in met])

    def _word(self, word: str) -> tuple[int | None, bytes]:
        numbers = map(self._letters.get, letter_grams(word))
        return self._words.get(word), array("i", [number for number in numbers if number is not None]).tobytes()


def _set_length_one(block: Floats) -> None:
    block /= math.sqrt(block.dot(block)) or 1.0


def _distinct(numbers: Ints) -> tuple[Ints, Ints]:
    """Each number once in rising order, and how often it stood there (np.unique does the same more slowly)."""
    numbers.sort()
    first = np.empty(len(numbers) + 1, np.bool_)
    first[0] = first[-1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:-1])
    starts = first.nonzero()[0]
    return numbers[starts[:-1]], starts[1:] - starts[:-1]


def named(features: Mapping[str, float], numbers: Mapping[str, int]) -> tuple[Ints, Floats]:
    """Named features as numbers and values; unknown names are left out."""
    known = [(number, value) for name, value in features.items() if (number := numbers.get(name)) is not None]
    return np.array([number for number, _ in known], np.int32), np.array([value for _, value in known], np.float32)
