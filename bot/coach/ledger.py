"""Use cases around the private ledger: write down, see how it stands, take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.bars import balance_bars
from bot.commands import BadCommand, Record
from bot.ledger import WINDOW, Balance, Outcome
from bot.loop import owed
from bot.model import Button, Entry, EntryKind, Person, Reply
from bot.pictures import bars_image
from bot.problems import problem
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.coach.asking import Asking
    from bot.storage import Store

SHOWN = 10
"""Entries listed at most."""
BAR = 12
"""Blocks of the longest bar."""
YEAR = timedelta(days=365)
"""Entries are kept so long; older ones would be erased at once."""


class Bookkeeping:
    """Writes gives and asks down and shows them to their owner alone."""

    def __init__(self, wording: Wording, asking: Asking, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._asking = asking
        self._store = store
        self._now = now

    async def record(self, person: Person, command: Record) -> Reply:
        """Writes a give or an ask down and says how it stands; thanks close the loop of what was answered."""
        entry = Entry(command.kind, command.what, self._day(command), command.who)
        async with self._store.together():
            kept = await self._store.ledger.record(person, entry)
            thanked = await self._asking.thanked(person, command.who, entry.at) if command.what == "thanks" else None
        return await self.written(person, kept, thanked.what if thanked else "")

    async def written(self, person: Person, kept: tuple[Entry, ...], thanked: str = "") -> Reply:
        """What was written down, with what may be said of it next as buttons."""
        now = await self._store.ledger.balance(person, self._now())
        asks = [entry for entry in kept if entry.kind is EntryKind.ASKED]
        rows = [(entry.kind.value, entry.what, entry.who, entry.number if entry in asks else 0) for entry in kept]
        words = self._wording.overall
        buttons = [
            Button(words[step], f"asked {entry.number} {step}") for entry in asks for step in ("answered", "declined")
        ]
        return Reply(
            render("recorded", rows=rows, gave=now.gave, asked=now.asked, thanked=thanked),
            buttons=(*buttons, Button(words["undo"], "undo")),
        )

    async def take_back(self, person: Person) -> Reply:
        """Takes back what was written down last."""
        async with self._store.together():
            gone = await self._store.ledger.take_back(person)
            for entry in gone:
                await self._asking.forget(person, entry.number)
        now = await self._store.ledger.balance(person, self._now())
        rows = [(entry.kind.value, entry.what, entry.who) for entry in gone]
        return Reply(render("undone", rows=rows, gave=now.gave, asked=now.asked))

    async def balance(self, person: Person) -> Reply:
        """Gives and asks of the last 30 days, in words and bars, and who waits for thanks."""
        now = await self._store.ledger.balance(person, self._now())
        recent = await self._store.ledger.latest(person, self._now() - WINDOW, SHOWN)
        waiting = owed(await self._store.ledger.asks(person, Outcome.ANSWERED), self._now())
        return Reply(
            render(
                "balance",
                gave=now.gave,
                asked=now.asked,
                days=WINDOW.days,
                sides=sides(now),
                recent=[(entry.at.date().isoformat(), entry.kind.value, entry.what, entry.who) for entry in recent],
                waiting=len(waiting),
            ),
            buttons=(Button(self._wording.home["thanked"], "thanked"),) if waiting else (),
            image=bars_image(balance_bars(now, self._wording.pictures)) if now.gave or now.asked else None,
        )

    def _day(self, command: Record) -> datetime:
        """When an entry happened; raises BadCommand for the future and for what is too old to be kept."""
        now = self._now()
        at = happened(command.ago, command.day, now)
        if at.date() > now.date():
            raise BadCommand(problem("gave_in_future", day=at.date()))
        if at <= now - YEAR:
            raise BadCommand(problem("gave_too_long_ago", day=at.date()))
        return at


def happened(ago: int, day: date | None, now: datetime) -> datetime:
    """When something happened that somebody tells of: so many days ago, or at noon of a day."""
    if day and day != now.date():
        return datetime.combine(day, time(12), now.tzinfo)
    return now - timedelta(days=ago)


def sides(balance: Balance) -> list[tuple[str, int, tuple[tuple[str, int], ...], str]]:
    """Each side of the ledger: its word, its count, what it was made of, and a bar beside the words."""
    counts = {EntryKind.GAVE: balance.gave, EntryKind.ASKED: balance.asked}
    most = max(1, *counts.values())
    return [
        (kind.value, count, balance.of(kind), "■" * (count and max(1, round(BAR * count / most))))
        for kind, count in counts.items()
    ]
