"""Polls “would you cry foul?”: what is asked, how votes are told, and what they come to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Delivery, Network, Relation

SHOWN_FROM = 5
"""Votes from which on figures are shown; before, they would tell of persons (issue: counts from five votes up)."""
SHORTEST, USUAL, LONGEST = timedelta(hours=1), timedelta(days=3), timedelta(days=14)
"""How long a poll can be open."""
TEXT = 1_000
"""Characters of a case."""
WIDE = 10
"""Characters of a bar."""


class Choice(StrEnum):
    """What somebody thinks of a case."""

    FINE = "fine"
    BORDERLINE = "borderline"
    FOUL = "foul"


@dataclass(frozen=True, slots=True)
class Posed:
    """A case as it is asked about; without a code it is not of the gallery."""

    text: str
    title: str = ""
    code: str = ""
    network: Network | None = None
    delivery: Delivery | None = None
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many voted for what, where enough did."""

    fine: int
    borderline: int
    foul: int

    @property
    def voters(self) -> int:
        """How many people voted."""
        return self.fine + self.borderline + self.foul

    @property
    def leading(self) -> Choice | None:
        """What more than half of them chose; None where they differ."""
        return next((choice for choice in Choice if self.of(choice) * 2 > self.voters), None)

    def of(self, choice: Choice) -> int:
        """The votes for a choice."""
        return {Choice.FINE: self.fine, Choice.BORDERLINE: self.borderline, Choice.FOUL: self.foul}[choice]

    def bar(self, choice: Choice) -> int:
        """How many of a bar's characters are full."""
        return round(WIDE * self.of(choice) / self.voters)


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll in a channel; `tally` is there when it is closed and enough people voted."""

    number: int
    room: str
    posed: Posed
    closes: datetime
    is_open: bool = True
    is_posted: bool = False
    tally: Tally | None = None


def tally(fine: int, borderline: int, foul: int) -> Tally | None:
    """The figures of a poll; None while they would tell of persons."""
    found = Tally(fine, borderline, foul)
    return found if found.voters >= SHOWN_FROM else None
