"""Letter groups looked up all at once: a text costs the same whether its words were met before or not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZES = (3, 4, 5)
"""Letters of a group, borders of the word among them."""


def distinct(numbers: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Each number once in rising order, and how often it stood there (np.unique does the same more slowly)."""
    numbers.sort()
    first = np.ones(len(numbers) + 1, np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:-1])
    starts = np.flatnonzero(first)
    return numbers[starts[:-1]], starts[1:] - starts[:-1]


class Letters:
    """Known letter groups; a group is a figure whose digits are its letters, so that numpy finds many at once."""

    def __init__(self, groups: list[str]) -> None:
        """Takes the groups in rising order; a group's number is its place among them."""
        alphabet = sorted(set("".join(groups)))
        self._base = len(alphabet) + 2  # 0 stands for no letter, the last digit for one that is in no group
        self._kind = np.int32 if self._base ** SIZES[-1] < 2**31 else np.int64
        self._digits = np.full(ord(max(alphabet, default=" ")) + 2, self._base - 1, self._kind)
        self._digits[[ord(letter) for letter in alphabet]] = np.arange(1, len(alphabet) + 1)
        self._figures = np.zeros(len(groups), self._kind)
        lengths = np.array([len(group) for group in groups])
        for size in SIZES:
            where = np.flatnonzero(lengths == size)
            letters = self._spelled("".join([groups[i] for i in where])).reshape(-1, size)
            self._figures[where] = letters @ self._base ** (SIZES[-1] - 1 - np.arange(size))

    def __len__(self) -> int:
        return len(self._figures)

    def counted(self, words: list[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The numbers of the known groups within the words and their borders, and how often each stands there."""
        if not len(self) or not words:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        figures, counts = distinct(self._groups(words))
        numbers = self._figures.searchsorted(figures)
        known = self._figures.take(numbers, mode="clip") == figures
        return numbers[known], counts[known]

    def _spelled(self, text: str) -> NDArray[Any]:
        """The digits of a text's letters."""
        return self._digits.take(np.frombuffer(text.encode("utf-32-le"), np.uint32), mode="clip")

    def _groups(self, words: list[str]) -> NDArray[Any]:
        """The figures of all groups of letters; those across two words hold a line feed and so are none that is known."""
        one, base = self._spelled(" " + " \n ".join(words) + " "), self._base
        two = one[:-1] * base + one[1:]
        three = two[:-1] * base + one[2:]
        four = two[:-2] * base**2 + two[2:]
        five = three[:-2] * base**2 + two[3:]
        return np.concatenate([three * base**2, four * base, five])
