"""Use cases around findings that a community does not mind: turned down, minded again, and left out of its verdicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.charter_commands import TurnDown
from bot.commands import BadCommand
from bot.model import Button, Person, Reason, Reply, Room
from bot.problems import problem
from bot.render import render
from bot.rules import NEVER_SILENCED
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store

KEPT = NEVER_SILENCED | {Reason.CHARTER_VIOLATION}
"""What no community turns down: what harms others, and what it wrote itself."""


class TurningDown:
    """Keeps what a community does not mind."""

    def __init__(self, wording: Wording, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._store = store
        self._now = now

    async def of(self, person: Person, room: Room) -> frozenset[Reason]:
        """The reasons that are not minded where something was said; none in direct messages."""
        return await self._store.turned_down.of(person.tenant, room.house) if room.channel else frozenset()

    async def named(self, person: Person, room: Room) -> str:
        """They in words."""
        down = await self.of(person, room)
        return ", ".join(self._label(reason) for reason in Reason if reason in down)

    async def answer(self, person: Person, command: TurnDown, room: Room) -> Reply:
        """Turns one down or up; raises BadCommand for who may not, and for what is never turned down."""
        reason = command.reason
        if reason is None:
            return Reply(render("turned_down", reason="", down=await self.named(person, room)))
        if not (room.channel and room.admin):
            raise BadCommand(problem("minding_not_yours"))
        if reason in KEPT:
            raise BadCommand(problem("always_said", reason=self._label(reason)))
        await self._store.turned_down.turn(person, room.house, reason, self._now(), down=not command.back)
        words = self._wording.labels["turned_button"]
        other = (
            Button(words["down"], f"charter quieter {reason}")
            if command.back
            else Button(words["up"], f"charter louder {reason}")
        )
        down = await self.named(person, room)
        return Reply(render("turned_down", reason=self._label(reason), back=command.back, down=down), buttons=(other,))

    def _label(self, reason: Reason) -> str:
        return self._wording.label("reason", reason)
