"""The single door: a command from a person in, a Reply out. It never sends, and it never writes a text anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot import answers
from bot import commands as c
from bot import poll_commands as p
from bot import review_commands as r
from bot import tie_commands as t
from bot.coach.advising import Advising
from bot.coach.asking import Asking
from bot.coach.chart import Charting
from bot.coach.charters import Charters
from bot.coach.checking import Checking
from bot.coach.drafts import Drafts
from bot.coach.guiding import Guiding
from bot.coach.home import Home
from bot.coach.insights import Insights
from bot.coach.languages import Languages
from bot.coach.ledger import Bookkeeping
from bot.coach.listening import Listening
from bot.coach.nudging import Nudging
from bot.coach.own_data import OwnData
from bot.coach.placing import Placing
from bot.coach.polls import Polls
from bot.coach.purposes import Purposes
from bot.coach.pushing import Pushing
from bot.coach.remarking import Remarking
from bot.coach.reviews import Reviews
from bot.coach.sending import Sending
from bot.coach.ties import Ties
from bot.coach.times import Times
from bot.coach.turning_down import TurningDown
from bot.coach.wishes import Wishes
from bot.consent_commands import UseModel
from bot.grammar import Grammar
from bot.judging import Judging
from bot.language import speaking
from bot.language_commands import ChooseLanguage
from bot.model import Network, Person, Purpose, Reply, Room, Tone
from bot.render import render
from bot.sound import sound
from bot.tipping import NO_TIPS, Book
from bot.watching import NOBODY, Watch, surface_of

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
        book: Book = NO_TIPS,
        watch: Watch = NOBODY,
        advisor: Advisor | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._watch = watch
        words = judging.wording
        self._store, self._now = store, now
        self._grammar = Grammar(words.synonyms)
        self._drafts = Drafts()
        self._languages = Languages(words, store, now)
        self._pushing = pushing = Pushing(store, now)
        nudging = Nudging(store, pushing, now)
        turning_down = TurningDown(words, store, now)
        self._charters = Charters(judging, turning_down, store, now)
        self._polls = Polls(judging, self._drafts, self._charters, store, now)
        self._insights = Insights(words, store, now)
        self._charting = Charting(judging, self._charters)
        remarking = Remarking(words, nudging, store, now)
        self._checking = Checking(judging, self._drafts, remarking, self._charters, turning_down, store, now, watch)
        self._placing = Placing(judging, store)
        self._purposes = Purposes(words, store, now)
        self._asking = Asking(words, pushing, store, now)
        self._bookkeeping = Bookkeeping(words, self._asking, store, now)
        self._sending = Sending(self._drafts, self._bookkeeping, store, now)
        self._wishes = Wishes(words, pushing, store, now)
        self._listening = Listening(words, self._drafts, nudging, pushing, self._languages, store, now)
        self._times = Times(words, book, store, now)
        self._guiding = Guiding(words)
        self._home = Home(words, self._purposes, store, now)
        self._own_data = OwnData(self._purposes, store, now)
        self._ties = Ties(words, self._drafts, store, now)
        self._reviews = Reviews(words, pushing, store, now)
        self._advising = Advising(advisor, budget, judging, self._drafts, store, now)

    async def hear(self, person: Person, text: str, room: Room = ANYWHERE) -> Reply:
        """The reply to what a person typed; a command that cannot be read gets one clear sentence."""
        text = sound(text)
        with speaking(await self._languages.of(person, room)):
            try:
                command = self._grammar.parse(text)
                topic = answers.load().heard(text) if command == c.Check(text.strip()) else None
                return await self._answer(person, c.Help(topic) if topic else command, room)
            except c.BadCommand as problem:
                self._watch.command("unreadable", surface_of(person))
                return Reply(str(problem), tone=Tone.PROBLEM)

    async def second_opinion(self, person: Person, first: Reply, room: Room = ANYWHERE) -> Reply | None:
        """What a language model adds to a reply that was shown already; show it in the first one's place.

        None when there is nothing to add: no model, no consent, no verdict in the reply. Then nothing was sent to anybody.
        It takes as long as the model does, some seconds at most, and never raises for the model's sake.
        """
        if not self._advising.has_model:
            return None
        with speaking(await self._languages.of(person, room)):
            return await self._advising.second_opinion(person, first, room)

    async def seen(self, person: Person, text: str, room: Room, event: str) -> Reply | None:
        """Notes what a person's own message in a coached channel gives and asks for; what to tell them privately, if anything.

        `event` is the platform's id of the message: what comes twice, late or out of order is counted once.
        """
        return await self._listening.seen(person, sound(text), room, event)

    async def reacted(self, person: Person, emoji: str, room: Room) -> Reply | None:  # noqa: ARG002
        """Notes thanks or praise that a person's own reaction in a coached channel gives, at most one of each a day."""
        return await self._listening.reacted(person, emoji)

    async def notify(self, person: Person, reply: Reply, cause: str) -> None:
        """Sends what `seen` or `reacted` said by letter, for a surface that cannot show it to its writer alone."""
        await self._pushing.notify(person, reply, cause)

    async def language_of(self, person: Person, room: Room = ANYWHERE) -> str:
        """The language to speak to a person in, for what a surface says by itself."""
        return await self._languages.of(person, room)

    async def leave(self, tenant: str) -> None:
        """Erases a workspace that removed Tact, with everybody in it, from the store and from memory."""
        self._drafts.forget_all(tenant)
        self._listening.forget_all(tenant)
        self._forget_proposals(tenant)
        await self._store.uninstall(tenant, self._now())

    async def leave_house(self, tenant: str, house: str) -> None:
        """Erases what belongs to a server that removed Tact (`Room.house`); what is people's own stays theirs."""
        self._forget_proposals(tenant, house)
        await self._store.leave_house(tenant, house)

    def _forget_proposals(self, tenant: str, house: str = "") -> None:
        self._charters.forget_all(tenant, house)
        self._polls.forget_all(tenant, house)

    async def home(self, person: Person, room: Room = ANYWHERE) -> Reply:
        """A summary for a person's own page: purposes, give and take, thanks owed, the next tip, quiet, data."""
        with speaking(await self._languages.of(person, room)):
            return await self._home.show(person)

    async def answer(self, person: Person, command: c.Command, room: Room = ANYWHERE) -> Reply:
        """The reply to a command, said in a room."""
        with speaking(await self._languages.of(person, room)):
            return await self._answer(person, command, room)

    async def _answer(self, person: Person, command: c.Command, room: Room) -> Reply:
        self._watch.command(type(command).__name__, surface_of(person))
        match command:
            case c.Check():
                check = partial(self._checking.check, person, room=room)
                return await (self._ties.check(person, command, check) if command.who else check(command))
            case c.Where():
                return await self._placing.where(person, command)
            case c.SetPurpose() | c.ShowPurpose() | c.KeepPurpose():
                return await self._answer_on_purposes(person, command)
            case c.Record() | c.Balance() | c.Undo() | c.Sent() | c.ShowAsks() | c.Resolve() | c.ShowOwed():
                return await self._answer_on_ledger(person, command)
            case c.QuietNudges() | c.WhyNudges() | c.Listen():
                return await self._wishes.answer(person, command)
            case c.SetTips() | c.PauseTips() | c.Tips() | c.SetQuiet() | c.Quiet():
                return await self._times.answer(person, command, room)
            case t.ShowTies() | t.ShowTie() | t.SetTie() | t.TakeStep() | t.ForgetTie():
                return await self._ties.answer(person, command)
            case r.StartReview() | r.ShowReview() | r.TickStep() | r.StopReview() | r.DelayReview():
                return await self._reviews.answer(person, command, room)
            case c.Privacy() | UseModel() | ChooseLanguage():
                return await self._answer_on_data(person, command, room)
            case c.Help():
                return self._help(person, command, room)
            case _:
                return await self._answer_on_norms(person, command, room)

    def read(self, text: str) -> c.Command | None:
        """The command that a text about a charter stands for, for surfaces with forms; None for what is none."""
        if text.lstrip()[:7].casefold() != "charter":
            return None
        try:
            return self._grammar.parse(text)
        except c.BadCommand:
            return None

    async def charter_words(self, person: Person, room: Room, *, everywhere: bool) -> str:
        """The charter as it stands, for a form to change it in; raises BadCommand for who may not change it."""
        return await self._charters.words(person, room, everywhere=everywhere)

    async def _answer_on_norms(self, person: Person, command: c.NormCommand, room: Room) -> Reply:
        if isinstance(command, c.Chart):
            return await self._charting.show(person, command, room)
        if isinstance(command, c.ShowInsights | c.Dismiss):
            return await self._insights.answer(person, command, room)
        if isinstance(command, p.PollCommand):
            return await self._polls.answer(person, command, room)
        return await self._charters.answer(person, command, room)

    async def _answer_on_purposes(self, person: Person, command: c.SetPurpose | c.ShowPurpose | c.KeepPurpose) -> Reply:
        match command:
            case c.SetPurpose():
                return await self._purposes.state(person, command)
            case c.ShowPurpose():
                return await self._purposes.show(person)
            case c.KeepPurpose():
                return await self._purposes.keep(person, command)

    async def _answer_on_data(
        self, person: Person, command: c.Privacy | UseModel | ChooseLanguage, room: Room
    ) -> Reply:
        if isinstance(command, ChooseLanguage):
            return await self._languages.answer(person, command)
        if isinstance(command, UseModel):
            return await self._advising.consent(person, command, room)
        if command.action == "erase confirm":
            self._drafts.forget(person)
            self._polls.forget(person)
            self._listening.forget(person)
        return await self._own_data.answer(person, command)

    async def _answer_on_ledger(
        self, person: Person, command: c.Record | c.Balance | c.Undo | c.Sent | c.ShowAsks | c.Resolve | c.ShowOwed
    ) -> Reply:
        match command:
            case c.Record():
                return await self._bookkeeping.record(person, command)
            case c.Balance():
                return await self._bookkeeping.balance(person)
            case c.Undo():
                return await self._bookkeeping.take_back(person)
            case c.Sent():
                return await self._sending.sent(person, command)
            case c.ShowAsks():
                return await self._asking.open(person)
            case c.Resolve():
                return await self._asking.resolve(person, command)
            case c.ShowOwed():
                return await self._asking.owed(person)

    def _help(self, person: Person, command: c.Help, room: Room) -> Reply:
        """What can be said; or what a network, a purpose or a topic of the other side is about."""
        topic = command.topic
        if topic in set(Network):
            return self._checking.about(Network(topic))
        if topic in set(Purpose):
            return self._guiding.purpose(Purpose(topic))
        if topic in c.TOPICS:
            return self._guiding.topic(topic)
        return Reply(render("help", topic=topic, admin=room.admin, surface=surface_of(person)))
