"""The second opinion on Discord: after the local answer is shown, what a language model adds takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from adapters.discord.faults import note_fault
from bot.coach import Coach
from bot.model import Person, Reply, Room

Show = Callable[[Reply], Awaitable[None]]
"""Puts a reply in the place of the one that was shown."""


class Seconds:
    """Waits for second opinions while everything else goes on."""

    def __init__(self, coach: Coach) -> None:
        self._coach = coach
        self._under_way: set[asyncio.Task[None]] = set()

    def after(self, person: Person, first: Reply, room: Room, show: Show) -> None:
        """Once the first reply was shown: what a second opinion makes of it, where everybody concerned allowed one."""
        if first.draft:
            task = asyncio.create_task(self._add(person, first, room, show))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def drain(self, within: float) -> None:
        """Waits so many seconds for what is under way, and gives up the rest: their first answers stand."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=within)
            for task in late:
                task.cancel()

    async def _add(self, person: Person, first: Reply, room: Room, show: Show) -> None:
        try:
            second = await self._coach.second_opinion(person, first, room)
            if second is not None:
                await show(second)
        except Exception as error:  # nobody waits for it: the first answer stands
            note_fault(error)
