"""What somebody was shown before it is done: held in memory, the last one of each person, and gone when it is taken."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from bot.model import Person

REMEMBERED = 500
"""Proposals held at most."""
T = TypeVar("T")


class Proposals(Generic[T]):
    """The last thing shown to each person, of the last persons only."""

    def __init__(self) -> None:
        self._last: OrderedDict[Person, T] = OrderedDict()

    def put(self, person: Person, proposal: T) -> None:
        """Holds a proposal in place of the one before."""
        self._last[person] = proposal
        self._last.move_to_end(person)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    def take(self, person: Person) -> T | None:
        """The proposal, which is held no longer; None when there is none."""
        return self._last.pop(person, None)

    def forget(self, person: Person) -> None:
        """Drops it."""
        self._last.pop(person, None)
