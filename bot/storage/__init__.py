"""The port to what Tact keeps: domain verbs, each scoped to a person; and the one door that opens a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model import Case, Entry, Network, Person, Purpose, Verdict


class StoreError(RuntimeError):
    """A store that cannot be opened; the message says what happened, what was kept and what to do."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as it is kept: codes and counts, never the text."""

    at: datetime
    network: str
    delivery: str
    relation: str
    fit: str
    reasons: tuple[str, ...]
    judge_version: str


class Store(Protocol):
    """What Tact keeps of a person: codes, counts and dates. Of a case only its codes are kept, never its text."""

    async def record_verdict(self, person: Person, case: Case, verdict: Verdict, at: datetime) -> None:
        """Keeps codes of a verdict for the person's own trend."""

    async def verdicts_of(self, person: Person, since: datetime) -> tuple[Judged, ...]:
        """The person's verdicts since a time, oldest first."""

    async def state_purposes(
        self, person: Person, network: Network | None, purposes: tuple[Purpose, ...], at: datetime
    ) -> None:
        """Replaces the purposes for one network or overall; none clears them."""

    async def purposes_of(self, person: Person) -> Mapping[Network | None, tuple[Purpose, ...]]:
        """The stated purposes by network; None is overall."""

    async def record_entry(self, person: Person, entry: Entry) -> None:
        """Writes a give or an ask into the person's own ledger."""

    async def entries_of(self, person: Person, since: datetime) -> tuple[Entry, ...]:
        """The person's gives and asks since a time, oldest first."""

    async def forget(self, person: Person) -> int:
        """Erases everything kept of a person; the number of rows that went."""

    async def sweep(self, now: datetime) -> int:
        """Erases verdicts older than 30 days and entries older than a year; the number of rows that went."""

    async def close(self) -> None:
        """Lets go of the database."""


async def open_store(url: str) -> Store:
    """Opens the database at a URL, migrated to this version's schema; raises StoreError in one clear sentence."""
    from bot.storage.database import DatabaseStore  # here, so that commands without a store start fast

    return await DatabaseStore.open(url)
