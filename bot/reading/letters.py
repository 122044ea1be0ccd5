"""Letter groups looked up all at once: a text costs the same whether its words were met before or not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZES = (3, 4, 5)
"""Letters of a group, borders of the word among them."""


class Letters:
    """Letter groups as figures whose digits are the letters, so that numpy counts and finds many at once."""

    def __init__(self, groups: list[str]) -> None:
        """Takes the known groups in rising order; their figures then rise as well."""
        alphabet = sorted(set("".join(groups)))
        self._base = len(alphabet) + 2  # 0 stands for no letter, the last digit for one that is in no group
        self._kind = np.int32 if self._base ** SIZES[-1] < 2**31 else np.int64
        self._digits = np.full(ord(max(alphabet, default=" ")) + 2, self._base - 1, self._kind)
        self._digits[[ord(letter) for letter in alphabet]] = np.arange(1, len(alphabet) + 1)
        self.known = np.zeros(len(groups), self._kind)
        """The figures of the known groups."""
        lengths = np.array([len(group) for group in groups])
        for size in SIZES:
            where = np.flatnonzero(lengths == size)
            letters = self._spelled("".join([groups[i] for i in where])).reshape(-1, size)
            self.known[where] = letters @ self._base ** (SIZES[-1] - 1 - np.arange(size))

    def figures(self, words: list[str]) -> NDArray[Any]:
        """The figures of all groups within the words and their borders, and some that no known group has."""
        one, base = self._spelled(" " + " \n ".join(words) + " "), self._base
        two = one[:-1] * base + one[1:]
        three = two[:-1] * base + one[2:]
        four = two[:-2] * base**2 + two[2:]
        five = three[:-2] * base**2 + two[3:]
        return np.concatenate([three * base**2, four * base, five])

    def _spelled(self, text: str) -> NDArray[Any]:
        """The digits of a text's letters."""
        return self._digits.take(np.frombuffer(text.encode("utf-32-le"), np.uint32), mode="clip")
