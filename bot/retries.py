"""What becomes of a letter after an attempt: a pure function of the report, so that every rule of sending stands here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from bot.letters import Letter, Outcome, Report

TRIES = 6
"""Attempts at most where the platform asks to wait (reliability catalogue, O03)."""
UNKNOWNS = 2
"""Attempts at most whose outcome is unknown: with them, a tip is never seen more than twice (F8)."""
DAYS = 3
"""Days on which somebody who cannot be reached is tried (O05)."""
UNREACHABLE = "unreachable"
"""The reason that is kept with what could not be brought to somebody."""
SUSPENSION = timedelta(hours=1)
"""How long a workspace is left alone after its token was refused: far below three calls an hour (O04)."""
LONGEST = timedelta(hours=1)
"""The longest wait a platform can ask for; Slack's and Discord's are minutes (O02)."""
_STEPS = (60, 120, 240, 480, 900)
"""Seconds before the next try at most; all of them take half an hour."""


class State(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Fate:
    """The state after an attempt, when it may be tried again, why, and whether the attempt may have been shown."""

    state: State
    ready: datetime
    why: str = ""
    unknown: bool = False


def fate(letter: Letter, report: Report, now: datetime, random: Random) -> Fate:
    """What becomes of a letter; waits get jitter, so that what failed together is not tried together."""
    why = (report.why or report.outcome.value)[:60]
    match report.outcome:
        case Outcome.DELIVERED:
            return Fate(State.SENT, now)
        case Outcome.REFUSED:
            return Fate(State.DEAD, now, why)
        case Outcome.UNKNOWN:
            last = letter.unknowns + 1 >= UNKNOWNS
            return Fate(
                State.DEAD if last else State.WAITING, now if last else now + _step(1, random), why, unknown=True
            )
        case Outcome.SUSPENDED:
            return Fate(State.WAITING, now + SUSPENSION, why)
        case Outcome.UNREACHABLE:
            last = letter.attempt >= DAYS
            return Fate(State.DEAD if last else State.WAITING, now if last else now + timedelta(days=1), why)
        case Outcome.LATER:
            if letter.attempt >= TRIES:
                return Fate(State.DEAD, now, why)
            return Fate(State.WAITING, now + max(asked_wait(report), _step(letter.attempt, random)), why)


def asked_wait(report: Report) -> timedelta:
    """How long a platform asks to wait, within reason: never less than nothing, never more than an hour."""
    seconds = report.wait if report.wait > 0 else 0.0  # also where it is not a number
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def _step(attempt: int, random: Random) -> timedelta:
    """The wait after an attempt, between half of its step and the whole."""
    return timedelta(seconds=_STEPS[min(attempt, len(_STEPS)) - 1] * random.uniform(0.5, 1.0))
