"""The commands about turning points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.reviews import State, Turn


@dataclass(frozen=True, slots=True)
class StartReview:
    """Go through a turning point, from so many days ago or from a day on."""

    turn: Turn
    ago: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ShowReview:
    """Say how far one is; or why a step came (`why`)."""

    action: str = "show"


@dataclass(frozen=True, slots=True)
class TickStep:
    """Say what became of a step."""

    number: int
    state: State


@dataclass(frozen=True, slots=True)
class StopReview:
    """End a review; what was done stays known."""


@dataclass(frozen=True, slots=True)
class DelayReview:
    """No step before then, in words about time; what is open moves as one."""

    until: str


ReviewCommand = StartReview | ShowReview | TickStep | StopReview | DelayReview
