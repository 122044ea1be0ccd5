"""Use cases around purposes: state them, see them, clear them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bot.commands import KeepPurpose, SetPurpose
from bot.model import Network, Person, Purpose, Reply
from bot.purposes import conflicts, load
from bot.render import render
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store


class Purposes:
    """Keeps and shows what people said they are networking for."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def state(self, person: Person, command: SetPurpose) -> Reply:
        """Keeps the stated purposes and names a conflict with two ways out."""
        await self._store.purposes.state(person, command.network, command.purposes, self._now())
        where = self._wording.label("network", command.network) if command.network else self._wording.overall["stated"]
        found = conflicts(command.purposes, load())
        odds = [(self._label(pair.one), self._label(pair.other), pair.known) for pair in found]
        names = [self._label(purpose) for purpose in command.purposes]
        return Reply(render("purpose_set", where=where, names=names, odds=odds))

    async def keep(self, person: Person, command: KeepPurpose) -> Reply:
        """Keeps that a purpose holds still."""
        kept = await self._store.purposes.keep(person, command.network, self._now())
        where = self._wording.label("network", command.network) if command.network else self._wording.overall["kept"]
        return Reply(render("purpose_kept", kept=kept, where=where))

    async def show(self, person: Person) -> Reply:
        """The purposes that are kept."""
        every = [(purpose.value, self._label(purpose)) for purpose in Purpose]
        return Reply(render("purpose", rows=await self.rows(person), all=every))

    async def rows(self, person: Person) -> list[tuple[str, str]]:
        """Each network in words with its purposes in words."""
        stated: Mapping[Network | None, tuple[Purpose, ...]] = await self._store.purposes.of(person)
        return [
            (
                self._wording.label("network", network) if network else self._wording.overall["kept"],
                ", ".join(map(self._label, known)),
            )
            for network, known in sorted(stated.items(), key=lambda item: item[0] or "")
        ]

    def _label(self, purpose: Purpose) -> str:
        return self._wording.label("purpose", purpose)
