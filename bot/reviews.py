"""Turning points: what of one's networks must change, and a checklist with dates over the 30 to 60 days after.

What Tact knows of each stands in `prompts/reviews/<code>.toml`, decoded strictly. Source: "You received a promotion, what
about your network?" and the texts named in each file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any

import msgspec

from bot.language import by_language, laid_over, overlay
from bot.model import Purpose
from bot.problems import problem

PAST = 60
"""Days ago that a turning point may lie: its checklist is over then."""
AHEAD = 365
"""Days ahead that it may lie."""
FEWEST, MOST = 8, 12
"""Steps of a checklist."""
SHORTEST, LONGEST = 30, 60
"""Days that a checklist goes over."""
WEEK = 7
"""Days in which two steps come at most; the first is told at once and does not count."""
WORDS = 40
"""Words of a step with its reason, so that a reminder of it stays short."""


class Turn(StrEnum):
    """The turning points."""

    PROMOTION = "promotion"
    NEW_JOB = "new-job"
    JOB_HUNT = "job-hunt"
    MOVED = "moved"
    FOUNDING = "founding"
    RETIREMENT = "retirement"


class State(StrEnum):
    """What became of a step."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Course(StrEnum):
    """Where a review stands as a whole."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class ReviewError(ValueError):
    """A file of a turning point that cannot be used; the message is for the person who wrote it."""


class StepWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: on which day after the turning point, for which network, what to do and why."""

    id: str
    day: int
    network: Purpose
    do: str
    why: str


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must change in each of the five networks."""

    operational: str
    strategic: str
    opportunities: str
    friends_family: str
    brand: str


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody else should do, the new manager's own manager first of all."""

    part: str


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to keep of the old network."""

    say: str


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known of one turning point."""

    name: str
    about: str
    source: str
    networks: Networks
    keep: Keep
    steps: tuple[StepWords, ...]
    others: Part | None = None

    def step(self, code: str) -> StepWords | None:
        """A step by its id; None for one that this version has no more."""
        return next((step for step in self.steps if step.id == code), None)


Guides = Mapping[Turn, Guide]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of somebody's checklist: its number there, its id, its date, and what became of it."""

    number: int
    code: str
    due: date
    state: State = State.OPEN
    told_at: datetime | None = None
    """When its owner was shown it last; None when they are still to be told."""


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody's way through a turning point; its number is the store's, 0 before it is kept."""

    turn: Turn
    start: date
    steps: tuple[Step, ...]
    course: Course = Course.RUNNING
    number: int = 0

    @property
    def open(self) -> tuple[Step, ...]:
        """The steps that are open, in order."""
        return tuple(step for step in self.steps if step.state is State.OPEN)

    @property
    def done(self) -> int:
        """How many steps were done."""
        return sum(step.state is State.DONE for step in self.steps)

    @property
    def is_over(self) -> bool:
        """Whether nothing is open any more."""
        return not self.open

    def step(self, number: int) -> Step | None:
        """A step by its number."""
        return next((step for step in self.steps if step.number == number), None)

    def untold(self, today: date) -> tuple[Step, ...]:
        """What is due and was not told yet."""
        return tuple(step for step in self.open if step.due <= today and step.told_at is None)

    def overdue(self, today: date) -> tuple[Step, ...]:
        """What is open and was due before today."""
        return tuple(step for step in self.open if step.due < today)

    def next_to_tell(self) -> date | None:
        """The day on which something is to be told next; None when all was."""
        return min((step.due for step in self.open if step.told_at is None), default=None)

    def not_before(self, day: date) -> Review:
        """The review with nothing due before a day: all that is open moves as one, and is told anew."""
        first = min((step.due for step in self.open), default=day)
        if first >= day:
            return self
        move = day - first
        moved = (
            replace(step, due=step.due + move, told_at=None) if step.state is State.OPEN else step
            for step in self.steps
        )
        return replace(self, steps=tuple(moved))


def begin(turn: Turn, start: date, today: date, now: datetime, guides: Guides) -> Review:
    """A checklist that begins on a day; what is due by today counts as told, for it is shown at once.

    Raises ValueError, with the sentence to say, for a start that is too long ago or too far ahead.
    """
    if start < today - timedelta(days=PAST):
        raise ValueError(problem("review_too_old", start=start, most=PAST, turn=turn))
    if start > today + timedelta(days=AHEAD):
        raise ValueError(problem("review_too_far", start=start, turn=turn))
    dated = ((number, words, start + timedelta(days=words.day)) for number, words in enumerate(guides[turn].steps, 1))
    steps = (Step(number, words.id, due, told_at=now if due <= today else None) for number, words, due in dated)
    return Review(turn, start, tuple(steps))


def parse(text: str, file: str, over: Mapping[str, Any] | None = None) -> Guide:
    """Decodes one turning point strictly; raises ReviewError naming file, field and remedy."""
    try:
        guide = msgspec.convert(laid_over(tomllib.loads(text), over or {}, file), Guide)
    except tomllib.TOMLDecodeError as error:
        raise ReviewError(f"{file} is not valid TOML ({error}). Nothing was loaded; mend that line.") from error
    except msgspec.ValidationError as error:
        raise ReviewError(f"{file}: {error}. Nothing was loaded; see prompts/README.md.") from error
    problem = _problem(guide)
    if problem:
        raise ReviewError(f"{file}, {problem}. Nothing was loaded; mend it and try again.")
    return guide


def _problem(guide: Guide) -> str:
    """The first thing wrong with a checklist; empty when nothing is."""
    days = [step.day for step in guide.steps]
    if not FEWEST <= len(days) <= MOST:
        return f"steps: {len(days)} are there; {FEWEST} to {MOST} are wanted"
    if days != sorted(days) or days[0] < 0:
        return "steps: the days must rise, from 0 on"
    close = next((later for day, later in zip(days[1:], days[3:], strict=False) if later - day < WEEK), 0)
    if close:
        return f"steps: three within a week, by day {close}; two reminders a week is what people are sent"
    if not SHORTEST <= days[-1] <= LONGEST:
        return f"steps: the last is on day {days[-1]}; it must be on day {SHORTEST} to {LONGEST}"
    ids = [step.id for step in guide.steps]
    twice = next((code for code in ids if ids.count(code) > 1), "")
    if twice:
        return f"steps: {twice!r} is there twice"
    long = next((step for step in guide.steps if len(f"{step.do} {step.why}".split()) > WORDS), None)
    return f"steps.{long.id}: over {WORDS} words with its reason" if long else ""


@by_language
def load() -> Guides:
    """What Tact knows of each turning point, read once per process; raises ReviewError."""
    return {turn: _built_in(f"reviews/{turn}.toml") for turn in Turn}


def _built_in(file: str) -> Guide:
    return parse((files("prompts") / file).read_text(encoding="utf-8"), file, overlay(file))
