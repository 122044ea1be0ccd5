"""How fast one person may ask: a burst, then so many a minute, so that nobody's script takes the time of everybody else (I12)."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.model import Person, Reply, Tone
from bot.problems import problem

BURST = 3
"""Minutes of asks that somebody may have at once; more than anybody types or clicks."""
SILENT = 60.0
"""Seconds in which somebody who was told is not told again where nobody waits for an answer."""
REMEMBERED = 5_000
"""People who asked lately; who is forgotten has all of their burst again."""


@dataclass(slots=True)
class _Asker:
    left: float
    at: float
    told_at: float = -math.inf


class Pace:
    """Counts what each person asks, who may ask so much in a minute; 0 is without limit."""

    def __init__(self, elapsed: Callable[[], float], a_minute: int) -> None:
        self._elapsed = elapsed
        self._a_second = a_minute / 60
        self._burst = float(a_minute * BURST)
        self._askers: OrderedDict[Person, _Asker] = OrderedDict()

    def refusal(self, person: Person, *, waits: bool = True) -> Reply | None:
        """Counts one more ask; what to answer with where that is too fast, else None.

        Where nobody `waits` for an answer, who was told within a minute is to get none: then its text is empty.
        """
        if not self._burst:
            return None
        asker = self._now(person)
        if asker.left >= 1:
            asker.left -= 1
            return None
        told = asker.at - asker.told_at < SILENT
        if told and not waits:
            return Reply("", tone=Tone.PROBLEM)
        asker.told_at = asker.told_at if told else asker.at
        return Reply(problem("too_fast", seconds=math.ceil((1 - asker.left) / self._a_second)), tone=Tone.PROBLEM)

    def _now(self, person: Person) -> _Asker:
        now = self._elapsed()
        asker = self._askers.setdefault(person, _Asker(self._burst, now))
        self._askers.move_to_end(person)
        asker.left, asker.at = min(self._burst, asker.left + (now - asker.at) * self._a_second), now
        while len(self._askers) > REMEMBERED:
            self._askers.popitem(last=False)
        return asker
