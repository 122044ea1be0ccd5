"""Use cases around what is kept: purposes, the private ledger, and the person's own data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands import Privacy, Record, SetPurpose
from bot.ledger import WINDOW, balance
from bot.model import Entry, Network, Person, Purpose, Reply
from bot.purposes import conflicts
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Keeping:
    """Writes down and shows what a person wants kept."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def set_purpose(self, person: Person, command: SetPurpose) -> Reply:
        """Keeps the stated purposes and names a conflict with two ways out."""
        await self._store.purposes.state(person, command.network, command.purposes, self._now())
        where = self._wording.label("network", command.network) if command.network else self._wording.overall["stated"]
        odds = [(self._purpose(a), self._purpose(b)) for a, b in conflicts(command.purposes)]
        names = [self._purpose(purpose) for purpose in command.purposes]
        return Reply(render("purpose_set", where=where, names=names, odds=odds))

    async def show_purpose(self, person: Person) -> Reply:
        """The purposes that are kept."""
        return Reply(render("purpose", rows=self._rows(await self._store.purposes.of(person)), all=self._all()))

    async def record(self, person: Person, command: Record) -> Reply:
        """Writes a give or an ask down and says how it stands."""
        await self._store.ledger.record(person, Entry(command.kind, command.what, self._now(), command.who))
        now = balance(await self._store.ledger.since(person, self._now() - WINDOW), self._now())
        return Reply(
            render(
                "recorded", kind=command.kind.value, what=command.what, who=command.who, gave=now.gave, asked=now.asked
            )
        )

    async def balance(self, person: Person) -> Reply:
        """Gives and asks of the last 30 days, in words."""
        entries = await self._store.ledger.since(person, self._now() - WINDOW)
        now = balance(entries, self._now())
        recent = [(entry.at.date().isoformat(), entry.kind.value, entry.what, entry.who) for entry in entries[-10:]]
        return Reply(render("balance", gave=now.gave, asked=now.asked, days=WINDOW.days, recent=recent))

    async def privacy(self, person: Person, command: Privacy) -> Reply:
        """What is kept and why; the whole of it to take away; or its erasure after a confirmation."""
        if command.action == "erase confirm":
            return Reply(render("erased", rows=await self._store.forget(person)))
        verdicts = await self._store.verdicts.since(person, _EVER)
        entries = await self._store.ledger.since(person, _EVER)
        purposes = self._rows(await self._store.purposes.of(person))
        consent, calls = await self._store.consents.of(person), await self._store.spending.calls(person)
        kept = {"verdicts": verdicts, "entries": entries, "purposes": purposes, "consent": consent, "calls": calls}
        return Reply(render(f"privacy_{command.action}", **kept))

    def _rows(self, stated: Mapping[Network | None, tuple[Purpose, ...]]) -> list[tuple[str, str]]:
        return [
            (
                self._wording.label("network", network) if network else self._wording.overall["kept"],
                ", ".join(map(self._purpose, known)),
            )
            for network, known in sorted(stated.items(), key=lambda item: item[0] or "")
        ]

    def _purpose(self, purpose: Purpose) -> str:
        return self._wording.label("purpose", purpose)

    def _all(self) -> list[tuple[str, str]]:
        return [(purpose.value, self._purpose(purpose)) for purpose in Purpose]
