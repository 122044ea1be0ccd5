"""The single door: a command from a person in, a Reply out. It never sends, and it never writes a text anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import commands as c
from bot.coach.checking import Checking
from bot.coach.home import Home
from bot.coach.ledger import Bookkeeping
from bot.coach.listening import Listening
from bot.coach.own_data import OwnData
from bot.coach.purposes import Purposes
from bot.grammar import Grammar
from bot.judging import Judging
from bot.model import Network, Person, Reply, Room, Tone
from bot.render import render

if TYPE_CHECKING:
    from bot.storage import Store


ANYWHERE = Room()
"""A terminal, a page, or a direct message: nobody else's norms hold there."""


class Coach:
    """Answers commands with the judge, the words and the store it was given."""

    def __init__(self, judging: Judging, store: Store, now: Callable[[], datetime]) -> None:
        self._grammar = Grammar(judging.wording.synonyms)
        self._checking = Checking(judging, store, now)
        self._purposes = Purposes(judging.wording, store, now)
        self._bookkeeping = Bookkeeping(store, now)
        self._listening = Listening(judging.wording, store, now)
        self._home = Home(judging.wording, self._purposes, store, now)
        self._own_data = OwnData(self._purposes, store)

    async def hear(self, person: Person, text: str, room: Room = ANYWHERE) -> Reply:
        """The reply to what a person typed; a command that cannot be read gets one clear sentence."""
        try:
            return await self.answer(person, self._grammar.parse(text), room)
        except c.BadCommand as problem:
            return Reply(str(problem), tone=Tone.PROBLEM)

    async def seen(self, person: Person, text: str, room: Room, event: str) -> Reply | None:
        """Notes what a person's own message in a coached channel gives and asks for; what to tell them privately, if anything.

        `event` is the platform's id of the message: what comes twice, late or out of order is counted once.
        """
        return await self._listening.seen(person, text, room, event)

    async def reacted(self, person: Person, emoji: str, room: Room, event: str) -> Reply | None:  # noqa: ARG002
        """Notes thanks or praise that a person's own reaction in a coached channel gives, as `seen` does."""
        return await self._listening.reacted(person, emoji, event)

    async def home(self, person: Person) -> Reply:
        """A summary for a person's own page: purposes, give and take, thanks owed, quiet, data."""
        return await self._home.show(person)

    async def answer(self, person: Person, command: c.Command, room: Room = ANYWHERE) -> Reply:  # noqa: ARG002
        """The reply to a command, said in a room."""
        match command:
            case c.Check():
                return await self._checking.check(person, command)
            case c.Where():
                return await self._checking.where(command)
            case c.SetPurpose():
                return await self._purposes.state(person, command)
            case c.ShowPurpose():
                return await self._purposes.show(person)
            case c.Record():
                return await self._bookkeeping.record(person, command)
            case c.Balance():
                return await self._bookkeeping.balance(person)
            case c.Privacy():
                if command.action == "erase confirm":
                    self._checking.forget(person)
                return await self._own_data.answer(person, command)
            case c.Help() if command.topic in set(Network):
                return self._checking.about(Network(command.topic))
            case c.Help():
                return Reply(render("help", topic=command.topic))
            case c.Later():
                return Reply(render("later", word=command.name))
