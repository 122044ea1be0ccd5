"""What somebody was shown before it is done: held in memory, the last one of each person, and gone when it is taken."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

from bot.model import Person

REMEMBERED = 500
"""Proposals held at most."""


class Shown(Protocol):
    """What is shown, for a channel."""

    @property
    def channel(self) -> str:
        """The room."""


T = TypeVar("T", bound=Shown)


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

    def forget_all(self, tenant: str, house: str = "") -> None:
        """Drops what everybody in a tenant was shown, or only for the rooms of one house."""
        gone = [who for who, shown in self._last.items() if who.tenant == tenant and shown.channel.startswith(house)]
        for person in gone:
            del self._last[person]
