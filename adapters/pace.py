"""How fast one person may ask: a burst, then ten a minute, so that nobody's script takes the time of everybody else (I12)."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.model import Person, Reply, Tone
from bot.problems import problem

BURST = 30
"""What somebody may ask at once; more than anybody types or clicks in a minute."""
EACH = 6.0
"""Seconds after which one more is allowed."""
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
    """Counts what each person asks."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._askers: OrderedDict[Person, _Asker] = OrderedDict()

    def refusal(self, person: Person, *, waits: bool = True) -> Reply | None:
        """Counts one more ask; what to answer with where that is too fast, else None.

        Where nobody `waits` for an answer, who was told within a minute is to get none: then its text is empty.
        """
        asker = self._now(person)
        if asker.left >= 1:
            asker.left -= 1
            return None
        told = asker.at - asker.told_at < SILENT
        if told and not waits:
            return Reply("", tone=Tone.PROBLEM)
        asker.told_at = asker.told_at if told else asker.at
        return Reply(problem("too_fast", seconds=math.ceil((1 - asker.left) * EACH)), tone=Tone.PROBLEM)

    def _now(self, person: Person) -> _Asker:
        now = self._elapsed()
        asker = self._askers.setdefault(person, _Asker(BURST, now))
        self._askers.move_to_end(person)
        asker.left, asker.at = min(BURST, asker.left + (now - asker.at) / EACH), now
        while len(self._askers) > REMEMBERED:
            self._askers.popitem(last=False)
        return asker
