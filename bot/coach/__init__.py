"""The single door: a command from a person in, a Reply out. It never sends, and it never writes a text anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import commands as c
from bot.coach.advising import Advising
from bot.coach.checking import Checking
from bot.coach.keeping import Keeping
from bot.grammar import Grammar
from bot.judging import Judging
from bot.model import Network, Person, Reply, Room, Tone
from bot.render import render

if TYPE_CHECKING:
    from bot.advisor import Advisor
    from bot.storage import Store
    from bot.storage.spending import Budget


ANYWHERE = Room()
"""A terminal, a page, or a direct message: nobody else's norms hold there."""


class Coach:
    """Answers commands with the judge, the words and the store it was given."""

    def __init__(
        self,
        judging: Judging,
        store: Store,
        now: Callable[[], datetime],
        advisor: Advisor | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._grammar = Grammar(judging.wording.synonyms)
        self._checking = Checking(judging, store, now)
        self._keeping = Keeping(judging.wording, store, now)
        self._advising = Advising(advisor, budget, judging, store, now)

    async def hear(self, person: Person, text: str, room: Room = ANYWHERE) -> Reply:
        """The reply to what a person typed; a command that cannot be read gets one clear sentence."""
        try:
            return await self.answer(person, self._grammar.parse(text), room)
        except c.BadCommand as problem:
            return Reply(str(problem), tone=Tone.PROBLEM)

    async def second_opinion(self, person: Person, first: Reply) -> Reply | None:
        """What a language model adds to a reply that was shown already; show it in the first one's place.

        None when there is nothing to add: no model, no consent, no verdict in the reply. Then nothing was sent to anybody.
        It takes as long as the model does, some seconds at most, and never raises for the model's sake.
        """
        return await self._advising.second_opinion(person, first)

    async def answer(self, person: Person, command: c.Command, room: Room = ANYWHERE) -> Reply:
        """The reply to a command, said in a room."""
        match command:
            case c.Check():
                return await self._checking.check(person, command)
            case c.Where():
                return await self._checking.where(command)
            case c.SetPurpose():
                return await self._keeping.set_purpose(person, command)
            case c.ShowPurpose():
                return await self._keeping.show_purpose(person)
            case c.Record():
                return await self._keeping.record(person, command)
            case c.Balance():
                return await self._keeping.balance(person)
            case c.UseModel():
                return await self._advising.consent(person, command, room)
            case c.Privacy():
                if command.action == "erase confirm":
                    self._checking.forget(person)
                return await self._keeping.privacy(person, command)
            case c.Help() if command.topic in set(Network):
                return self._checking.about(Network(command.topic))
            case c.Help():
                return Reply(render("help", topic=command.topic))
            case c.Later():
                return Reply(render("later", word=command.name))
