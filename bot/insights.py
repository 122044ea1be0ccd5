"""What those who look after a community may see: figures about groups, never about a person.

Every figure counts different people, is shown from five of them up, and is rounded down to a multiple of five, so that
nobody is read out of the difference between two figures or two days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from bot.model import Reason

GROUP = 5
"""Different people at least behind any figure, and the step that figures are rounded down to."""
WINDOW = timedelta(days=30)
"""How far back is looked, up to the last midnight: nobody can watch a figure move while somebody checks."""
MOST_OF_ONE = 20
"""Checks of one person that count at most, so that no figure speaks of one busy person."""
NOISY = 1 / 3
"""From this share of those who met a finding and dismissed it on, it is called noisy."""
SHOWN = 5
"""Findings listed at most."""
K = TypeVar("K", str, tuple[str, str])


class Because(StrEnum):
    """Why somebody dismissed a verdict (peers.md §5: fine here, wrong rule, context)."""

    FINE_HERE = "fine-here"
    MISREAD = "misread"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Seen:
    """One check: whose, whether an edit made it better, and what was found."""

    person: int
    trend: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dismissed:
    """One dismissal: whose, of what, and why."""

    person: int
    reason: str
    because: str


@dataclass(frozen=True, slots=True)
class Insights:
    """Figures, each "at least so many"; 0 where the group is too small to say."""

    people: int
    checks: int
    edited: int
    better: int
    findings: tuple[tuple[str, int], ...]
    dismissals: tuple[tuple[str, str, int], ...]
    noisy: tuple[str, ...]


def insights(seen: Iterable[Seen], dismissed: Iterable[Dismissed]) -> Insights:
    """The figures of a community."""
    checks: dict[int, int] = defaultdict(int)
    edited, better, met = set[int](), set[int](), defaultdict[str, set[int]](set)
    for one in seen:
        checks[one.person] = min(checks[one.person] + 1, MOST_OF_ONE)
        edited |= {one.person} if one.trend else set()
        better |= {one.person} if one.trend == "better" else set()
        for reason in set(one.reasons) - {Reason.NONE.value, ""}:
            met[reason].add(one.person)
    refused, why = defaultdict[str, set[int]](set), defaultdict[tuple[str, str], set[int]](set)
    for each in dismissed:
        refused[each.reason].add(each.person)
        why[each.reason, each.because].add(each.person)
    noisy = [
        reason
        for reason, people in refused.items()
        if group(people) and group(met[reason]) and len(people) >= NOISY * len(met[reason] | people)
    ]
    return Insights(
        people=group(checks),
        checks=_down(sum(checks.values())) if group(checks) else 0,
        edited=group(edited),
        better=group(better),
        findings=tuple(_most(met)),
        dismissals=tuple((reason, because, number) for (reason, because), number in _ranked(why)),
        noisy=tuple(sorted(noisy)),
    )


def group(people: Iterable[int]) -> int:
    """How many different people there are at least; 0 for fewer than five."""
    return _down(len(set(people)))


def _down(number: int) -> int:
    return number // GROUP * GROUP


def _most(met: Mapping[str, set[int]]) -> list[tuple[str, int]]:
    return _ranked(met)[:SHOWN]


def _ranked(groups: Mapping[K, set[int]]) -> list[tuple[K, int]]:
    """Groups that are large enough, by their rounded figures and then by name: the order tells no more than they do."""
    figures = [(key, group(people)) for key, people in groups.items()]
    return sorted((one for one in figures if one[1]), key=lambda one: (-one[1], one[0]))
