"""Bars for one's own eyes: give and take, and how a week of drafts went. What they show is said in words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ledger import Balance
from bot.model import EntryKind, Fit
from bot.progress import Progress


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar; without a verdict it is plain."""

    count: int
    fit: Fit | None = None

    @property
    def code(self) -> str:
        """The verdict's code, or plain."""
        return "plain" if self.fit is None else self.fit.code


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, its name, and its figures in words."""

    label: str
    words: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """The length of the whole bar."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Bars:
    """A few bars on one scale."""

    name: str
    title: str
    subtitle: str
    bars: tuple[Bar, ...]

    @property
    def most(self) -> int:
        """The length of the longest bar, 1 at least."""
        return max(1, *(bar.total for bar in self.bars))

    @property
    def described(self) -> str:
        """All of it in words."""
        return f"{self.title}. " + ". ".join(f"{bar.label}: {bar.words}" for bar in self.bars) + "."


def balance_bars(balance: Balance, words: Mapping[str, str]) -> Bars:
    """What was given beside what was asked."""
    counts = {EntryKind.GAVE: balance.gave, EntryKind.ASKED: balance.asked}
    bars = tuple(
        Bar(words[kind.value], _kinds(count, balance.of(kind)), (Part(count),)) for kind, count in counts.items()
    )
    return Bars("balance", words["balance"], words["own_eyes"], bars)


def progress_bars(progress: Progress, words: Mapping[str, str]) -> Bars:
    """Drafts that fitted as they were, this week and the week before."""
    weeks = [(words["week"], progress.fitted, progress.checked)]
    if progress.checked_before:
        weeks.append((words["week_before"], progress.fitted_before, progress.checked_before))
    bars = tuple(
        Bar(
            label,
            words["fitted"].format(fitted=fitted, checked=checked),
            (Part(fitted, Fit.FITS), Part(checked - fitted, Fit.ADJUST)),
        )
        for label, fitted, checked in weeks
    )
    return Bars("progress", words["progress"], words["own_eyes"], bars)


def _kinds(count: int, kinds: tuple[tuple[str, int], ...]) -> str:
    listed = ", ".join(f"{what} {times}" for what, times in kinds)
    return f"{count} ({listed})" if listed else str(count)
