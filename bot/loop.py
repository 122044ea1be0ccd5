"""Closing the loop: who answered and was not thanked, or was thanked and never heard how it went.

A thank-you makes those who helped help again, and others too (Grant & Gino 2010, peers.md §2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ledger import Ask, Outcome, Step

REMIND_AFTER = timedelta(days=7)
"""How long after an answer the one reminder comes, if no thanks were written down."""
TELL_AFTER = timedelta(days=7)
"""How long after the thanks there may be a result to tell of."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What an ask still waits for, thanks or the result, and since when."""

    ask: Ask
    step: Step
    since: datetime


def owed(asks: Iterable[Ask], now: datetime) -> tuple[Owed, ...]:
    """What is owed by asks that were answered: thanks first, then results, the oldest first."""
    thanks, results = [], []
    for ask in asks:
        if ask.outcome is not Outcome.ANSWERED:
            continue
        if ask.thanked_at is None:
            thanks.append(Owed(ask, Step.THANKED, ask.answered_at or ask.at))
        elif ask.told_at is None and ask.thanked_at <= now - TELL_AFTER:
            results.append(Owed(ask, Step.TOLD, ask.thanked_at))
    return (*sorted(thanks, key=lambda one: one.since), *sorted(results, key=lambda one: one.since))
