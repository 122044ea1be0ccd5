"""How somebody's drafts went in a week, for nobody but them: counts of what is kept of verdicts, never a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import Fit, Reason

WEEK = timedelta(days=7)
ENOUGH = 3
"""Drafts in a week from which on something can be said about it."""


class JudgedDraft(Protocol):
    """What is kept of a verdict."""

    @property
    def at(self) -> datetime:
        """When it was judged."""

    @property
    def fit(self) -> str:
        """The verdict's code."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of what was found."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A week of drafts beside the week before."""

    checked: int
    fitted: int
    checked_before: int
    fitted_before: int
    fewer: Reason | None
    """What came up clearly less often than the week before."""
    most: Reason | None
    """What came up most, twice at least."""


def progress(judged: Iterable[JudgedDraft], now: datetime) -> Progress | None:
    """The last seven days beside the seven before; None when too little was checked to say anything."""
    week, before = _Week(), _Week()
    for draft in judged:
        if now - WEEK <= draft.at < now:
            week.add(draft)
        elif now - 2 * WEEK <= draft.at < now - WEEK:
            before.add(draft)
    if week.checked < ENOUGH:
        return None
    fewer = [
        code for code, times in before.found.most_common() if times >= 2 and 2 * week.share(code) <= before.share(code)
    ]
    most = [code for code, times in week.found.most_common(1) if times >= 2]
    return Progress(week.checked, week.fitted, before.checked, before.fitted, _first(fewer), _first(most))


class _Week:
    """Counts over one week."""

    def __init__(self) -> None:
        self.checked = 0
        self.fitted = 0
        self.found: Counter[str] = Counter()

    def add(self, draft: JudgedDraft) -> None:
        self.checked += 1
        self.fitted += draft.fit == Fit.FITS.code
        self.found.update(set(draft.reasons) - {"", Reason.NONE})

    def share(self, code: str) -> float:
        """In which part of the drafts something was found."""
        return self.found[code] / self.checked if self.checked else 0.0


def _first(codes: list[str]) -> Reason | None:
    return Reason(codes[0]) if codes else None
