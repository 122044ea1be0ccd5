"""Use cases around the private ledger: write down, see how it stands, take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.commands import Record
from bot.ledger import WINDOW, Balance
from bot.model import Entry, EntryKind, Person, Reply
from bot.render import render

if TYPE_CHECKING:
    from bot.storage import Store

SHOWN = 10
"""Entries listed at most."""
BAR = 12
"""Blocks of the longest bar."""


class Bookkeeping:
    """Writes gives and asks down and shows them to their owner alone."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def record(self, person: Person, command: Record) -> Reply:
        """Writes a give or an ask down and says how it stands."""
        await self._store.ledger.record(person, Entry(command.kind, command.what, self._now(), command.who))
        now = await self._store.ledger.balance(person, self._now())
        return Reply(
            render(
                "recorded", kind=command.kind.value, what=command.what, who=command.who, gave=now.gave, asked=now.asked
            )
        )

    async def balance(self, person: Person) -> Reply:
        """Gives and asks of the last 30 days, in words and bars."""
        now = await self._store.ledger.balance(person, self._now())
        recent = await self._store.ledger.latest(person, self._now() - WINDOW, SHOWN)
        rows = [(entry.at.date().isoformat(), entry.kind.value, entry.what, entry.who) for entry in recent]
        return Reply(render("balance", gave=now.gave, asked=now.asked, days=WINDOW.days, sides=sides(now), recent=rows))


def sides(balance: Balance) -> list[tuple[str, int, tuple[tuple[str, int], ...], str]]:
    """Each side of the ledger: its word, its count, what it was made of, and a bar beside the words."""
    counts = {EntryKind.GAVE: balance.gave, EntryKind.ASKED: balance.asked}
    most = max(1, *counts.values())
    return [
        (kind.value, count, balance.of(kind), "■" * (count and max(1, round(BAR * count / most))))
        for kind, count in counts.items()
    ]
