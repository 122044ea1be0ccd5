"""Give and take in figures: what the ledger's entries add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Entry, EntryKind

WINDOW = timedelta(days=30)
"""How far back a balance looks."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Gives and asks within the window."""

    gave: int
    asked: int

    @property
    def phrase(self) -> str:
        """The balance as the history phrase that the judge reads; empty when nothing is written down."""
        if not self.gave and not self.asked:
            return ""
        return f"asked {self.asked}, gave {self.gave} in the last {WINDOW.days} days"


def balance(entries: Iterable[Entry], now: datetime) -> Balance:
    """What was given and asked in the 30 days before now."""
    recent = [entry for entry in entries if now - WINDOW <= entry.at <= now]
    gave = sum(entry.kind is EntryKind.GAVE for entry in recent)
    return Balance(gave, len(recent) - gave)
