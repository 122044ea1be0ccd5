"""The commands about ties; a nickname is all they know of somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.ties import Stage


@dataclass(frozen=True, slots=True)
class ShowTies:
    """Say which ties slip first."""


@dataclass(frozen=True, slots=True)
class ShowTie:
    """Say where a tie stands, and the next step."""

    who: str


@dataclass(frozen=True, slots=True)
class SetTie:
    """State how well somebody knows one."""

    who: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class TakeStep:
    """A step was taken towards somebody: so many days ago, or on a day. The word for it is matched later."""

    who: str
    step: str
    ago: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ForgetTie:
    """Forget how well somebody knows one."""

    who: str


TieCommand = ShowTies | ShowTie | SetTie | TakeStep | ForgetTie
