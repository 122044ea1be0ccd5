"""Commands about when Tact speaks up by itself, each to its use case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.coach.quiet import Quieting
from bot.coach.schedules import Schedules
from bot.coach.tips import Tipped
from bot.commands import PauseTips, Quiet, SetQuiet, SetTips, Tips
from bot.model import Person, Reply, Room
from bot.tipping import Book
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.storage import Store


class Times:
    """Tips and quiet."""

    def __init__(self, wording: Wording, book: Book, store: Store, now: Callable[[], datetime]) -> None:
        self._schedules = Schedules(wording, store, now)
        self._tipped = Tipped(wording, book, store, now)
        self._quieting = Quieting(wording, store, now)

    async def answer(self, person: Person, command: SetTips | PauseTips | Tips | SetQuiet | Quiet, room: Room) -> Reply:
        """The reply to a command about tips or quiet; raises BadCommand."""
        match command:
            case SetTips():
                return await self._schedules.set(person, command, room)
            case PauseTips():
                return await self._schedules.pause(person, command, room)
            case SetQuiet():
                return await self._quieting.set(person, command, room)
            case Quiet():
                return await self._quieting.answer(person, command)
            case Tips():
                return await self._tips(person, command, room)

    async def _tips(self, person: Person, command: Tips, room: Room) -> Reply:
        match command.action:
            case "now":
                return await self._tipped.another(person)
            case "why":
                return await self._tipped.why(person, command.topic)
            case "done" | "snooze":
                return await self._tipped.used(person, command)
            case "week":
                return await self._tipped.week(person)
            case "off":
                return await self._schedules.off(person, command, room)
            case "resume":
                return await self._schedules.resume(person, command, room)
            case _:
                return await self._schedules.show(person, command, room)
