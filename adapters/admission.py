"""How many requests may be worked on at once, found out by how long they take: more only make each too late to count.

Slack and Discord give up after three seconds, and work on what they gave up is work taken from what they still wait for; a door
that lets in more than can be answered in time soon answers nobody in time. So the limit sinks when answers are slow and rises while
they are quick (additive increase, multiplicative decrease, as in TCP), and who is over it is told at once to come again.
"""

from __future__ import annotations

from collections.abc import Callable

SLOW = 0.8
"""Seconds that an answer may take before less is let in; they wait three, and some pass before the door and behind it."""
FEWEST, FIRST, MOST = 4, 64, 500
"""The limit at its lowest, at the start, and at its highest."""
LESS = 0.7
"""What a slow answer leaves of the limit."""


class Admission:
    """Counts who is inside, and says whether one more may come in."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._inside = 0
        self._cut_at = clock()
        self.limit = float(FIRST)

    @property
    def full(self) -> bool:
        """Whether there is no room."""
        return self._inside >= self.limit

    def enter(self) -> float | None:
        """The time of entering, to be handed to `leave`; None where there is no room."""
        return None if self.full else self.count()

    def count(self) -> float:
        """The same for somebody who was let in already, room or not."""
        self._inside += 1
        return self._clock()

    def leave(self, entered: float) -> None:
        """Somebody goes; what that took says whether there may be more or must be fewer."""
        now, busy = self._clock(), self._inside > self.limit / 2
        self._inside -= 1
        if now - entered > SLOW:
            if entered >= self._cut_at:  # who came in before the last cut tells nothing about the limit since
                self.limit, self._cut_at = max(float(FEWEST), self.limit * LESS), now
        elif busy:
            self.limit = min(float(MOST), self.limit + 1 / self.limit)
