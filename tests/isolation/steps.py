"""Random steps of twenty communities on the real core and a real file, each followed by the oracles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.coach import Coach
from bot.delivery import Delivery
from bot.judging import Judging
from bot.letters import Letter, Outcome, Report
from bot.model import Room
from bot.storage import open_store
from bot.storage.pushes import ASKED, Pushed
from bot.storage.store import Store
from bot.tipping import Chosen, Facts, Tipping
from bot.upkeep import Upkeep
from tests.isolation.homes import CODE, MEMBERSHIPS, NOBODYS, ROOMS, Member
from tests.isolation.oracles import Rows, Statements, in_reply, said

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINES = (
    "check on slack in a channel to acquaintances: Could anyone at {me} help me fix my Python script? It does not run.",
    "check on linkedin as a dm to a stranger: Hi {me}, please buy my course about {me} today!!!",
    "check on discord in a channel: I made a tool called {me}, look: https://{me}.example",
    "check to {me}: Could you introduce me to your boss at {me}?",
    "check on email:", "where: please vote for {me} in the contest", "sent", "sent to {me}", "undo",
    "gave help to {me}", "gave introduction to {nobody} yesterday", "asked advice from {me}", "asked help from {me} 3 days ago",
    "asked {me} answered", "asked {n} answered", "asked {n} declined", "asked {n} told", "asked {nobody} answered",
    "asked list", "thanked", "thanked {me}", "thanked {n}", "balance", "home",
    "tie {me} like", "tie {me} did hello", "tie {nobody}", "tie {me}", "tie", "tie forget {me}", "tie forget {nobody}",
    "purpose career on linkedin", "purpose operational strategic on slack", "purpose", "purpose keep", "purpose clear",
    "review promotion", "review new-job from 2026-03-01", "review", "review done {n}", "review later 1 week", "review why",
    "review stop", "tips on weekdays at 9", "tips every day at {n}:00 in Asia/Tokyo", "tips", "tips now", "tips why", "tips done",
    "tips snooze", "tips why zq{n:02}01k-{n}", "tips off", "tips resume", "tips pause 1 week", "quiet", "quiet 20:00 to 8:00", "quiet off",
    "quiet nudges 2 weeks", "quiet nudges on", "quiet nudges why", "quiet listening off", "quiet listening on", "quiet resend",
    "charter", "charter everywhere", "charter versions", "charter back to {n}", "charter preview: No {me}. Everybody may recruit.",
    "privacy", "privacy export", "privacy erase", "help {nobody}", "help linkedin", "poll", "poll gallery", "poll vote {n} foul", "poll vote {n} fine", "poll close {n}", "poll accept {n}", "insights",
    "dismiss fine-here", "chart linkedin", "nonsense {nobody} {n}", "help decline",
)  # fmt: skip
"""What anybody says: {me} is their own code, {nobody} one that is near to everybody's, {n} a small number."""
CHARTER_LINES = (
    "charter here: Own projects such as {charter} only in #showcase. No recruiting by {charter}.",
    "charter everywhere: Write in English about {charter}. No advertising.",
    "charter clear", "charter everywhere clear", "poll on slack in a channel: I made {charter} for beekeepers, have a look: https://a.example",
    "poll members on", "poll post",
)  # fmt: skip
OWN_CASE = (
    "check on slack in a channel to acquaintances: I made {charter} for beekeepers, have a look: https://a.example"
)
SEEN = (
    "Could anyone from {me} help me get the pump script to run? It stops with a KeyError.",
    "Thank you so much for the review of {me} yesterday, it fixed everything!",
    "You can fix that KeyError by renaming the column first, then run {me} again.",
)


class Echo:
    """A book whose tips repeat what it was told was shown to somebody before: it would give another's away."""

    def choose(self, facts: Facts, now: datetime) -> Chosen | None:
        """A tip that names the code in the person's own past."""
        codes = [found.group() for topic in facts.shown for found in CODE.finditer(topic)]
        return _tip(f"{codes[0]}-{len(facts.shown)}") if codes else None

    def explain(self, tip: str, facts: Facts) -> Chosen | None:
        """The same tip again."""
        return _tip(tip) if tip in facts.shown else None


def _tip(id_: str) -> Chosen:
    return Chosen(id_, f"A tip after {id_}", "Say hello.", f"because of {id_}", "evidence", "source")


@dataclass
class Postman:
    """A platform that checks every letter against whom it goes to."""

    platform: str
    problems: list[str]
    random: Random
    letters: int = 0

    async def send(self, letter: Letter) -> Report:
        """Delivered mostly; sometimes late, lost or refused."""
        self.letters += 1
        member, room = _whose(letter)
        tenant = letter.person.tenant
        if member is None or letter.address.workspace not in (tenant, tenant.partition(":")[2]):
            self.problems.append(f"a letter of {tenant} went to {letter.address}")
        else:
            self.problems += [f"letter: {code} to {member.code}" for code in in_reply(letter.reply, member, room)]
        chances = (Outcome.DELIVERED,) * 12 + (Outcome.LATER, Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.REFUSED)
        return Report(self.random.choice(chances), wait=5, alone=True)


def _whose(letter: Letter) -> tuple[Member | None, Room]:
    """Who gets a letter, and where; of a letter to a channel, somebody of its community without words of their own."""
    here = [one for one in MEMBERSHIPS if one.person.tenant == letter.person.tenant]
    if letter.address.user:
        return next((one for one in here if one.code == letter.address.user), None), Room()
    rooms = {one.room(channel).channel.rpartition("/")[2]: one.room(channel) for one in here for channel in ROOMS}
    homes = {one.room(channel).channel: one.home for one in here for channel in ROOMS}
    room = rooms.get(letter.address.channel.rpartition("/")[2], Room())
    return (Member(homes[room.channel], 0), room) if room.channel else (None, room)


@dataclass
class World:
    """The communities, what they run on, and what was found."""

    judging: Judging
    folder: Path
    seed: int
    at: datetime = BEGIN
    problems: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """The parts that outlive a restart."""
        self.random = Random(self.seed)
        self.statements = Statements()
        self.rows = Rows(self.folder / "tact.db")
        self.postmen = [Postman(name, self.problems, self.random) for name in ("slack", "discord")]
        self.events = 0

    def now(self) -> datetime:
        """The time of the world."""
        return self.at

    async def open(self) -> None:
        """A process begins."""
        self.store: Store = await open_store(f"sqlite+aiosqlite:///{self.folder / 'tact.db'}", (bytes(32),))
        book = Echo()
        self.coach = Coach(self.judging, self.store, self.now, book)
        self.tipping = Tipping(self.store, book, self.judging.wording, self.now)
        senders = {postman.platform: postman for postman in self.postmen}
        self.delivery = Delivery(self.store, senders, self.now, self.random)
        self.upkeep = Upkeep(self.store, self.now)

    async def meet(self, member: Member) -> None:
        """Somebody comes to Tact for the first time: their address, and a topic of the past with their code."""
        await self.store.addresses.keep(member.person, member.address, self.at)
        topic = f"{member.code.casefold()}-0"
        await self.store.pushes.record(member.person, Pushed(ASKED, topic, self.at, used_at=self.at))

    async def run(self, steps: int, rows_every: int, tell: Callable[[int], None] = lambda _: None) -> None:
        """So many steps; ends with all rows read once more."""
        await self.open()
        with self.statements.listening():
            for member in MEMBERSHIPS:
                await self.meet(member)
                if member.number == 1:  # every community has the same versions in the same rooms
                    await self._heard(member, CHARTER_LINES[0], member.room("C1"))
            for number in range(1, steps + 1):
                await self._step(number)
                if number % rows_every == 0 or number == steps:
                    self.problems += [f"step {number}: {problem}" for problem in self.rows.problems()]
                    tell(number)
        await self.store.close()

    async def _step(self, number: int) -> None:
        kinds: Sequence[tuple[Callable[[], object], int]] = (
            (self._say, 640), (self._see, 100), (self._react, 30), (self._norms, 60), (self._at_once, 50), (self._time, 100),
            (self._come_again, 10), (self._sweep, 4), (self._erase, 4), (self._leave, 1), (self._restart, 1),
        )  # fmt: skip
        [act] = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        self.done[act.__name__.strip("_")] += 1
        before = len(self.problems)
        await act()  # type: ignore[misc]
        found, self.statements.problems = self.statements.problems, []
        self.problems[before:] = [f"step {number} {act.__name__}: {p}" for p in [*self.problems[before:], *found]]

    async def _heard(self, member: Member, line: str, room: Room) -> None:
        number = self.random.randrange(1, 24)
        text = line.format(me=member.code, nobody=NOBODYS, charter=member.charter_code, n=number)
        reply = await (self.coach.home(member.person) if text == "home" else self.coach.hear(member.person, text, room))
        self._check(member, room, said(reply), text)

    def _check(self, member: Member, room: Room, shown: str, text: str) -> None:
        from tests.isolation.homes import foreign

        self.problems += [f"{code} was shown to {member.code} for {text!r}" for code in foreign(shown, member, room)]

    def _anybody(self) -> tuple[Member, Room]:
        member = self.random.choice(MEMBERSHIPS)
        return member, member.room(self.random.choice((*ROOMS, "")))

    def _within(self, *members: Member) -> object:
        return self.statements.within(*members)

    async def _owned(self, members: Sequence[Member]) -> None:
        """The numbers that statements named must be those of people of these tenants."""
        tenants = {member.person.tenant for member in members}
        if self.statements.numbers and (other := self.rows.owners(self.statements.numbers) - tenants):
            self.problems.append(f"rows of {other} were named in a step of {tenants}")

    async def _say(self) -> None:
        member, room = self._anybody()
        with self.statements.within(member):
            await self._heard(member, self.random.choice(LINES), room)
        await self._owned((member,))

    async def _norms(self) -> None:
        """Charters and polls; a poll about somebody's own draft is read by the whole channel, so it holds no code of theirs."""
        member = Member(self.random.randrange(1, 21), self.random.choice((1, 1, 1, 2)))
        with self.statements.within(member):
            if self.random.random() < 0.2:
                room = member.room(self.random.choice(ROOMS))
                for line in (OWN_CASE, "poll draft", "poll post"):
                    await self._heard(member, line, room)
                return
            await self._heard(member, self.random.choice(CHARTER_LINES), member.room(self.random.choice(ROOMS)))
        await self._owned((member,))

    async def _see(self) -> None:
        """A message in a channel; its id is one that others have too, and some come twice."""
        member = self.random.choice(MEMBERSHIPS)
        self.events += self.random.random() < 0.8
        text, room = self.random.choice(SEEN).format(me=member.code), member.room("C1")
        with self.statements.within(member):
            reply = await self.coach.seen(member.person, text, room, f"Ev{self.events % 5000}")
        self._check(member, room, said(reply), text)
        await self._owned((member,))

    async def _react(self) -> None:
        member = self.random.choice(MEMBERSHIPS)
        room = member.room("C1")
        with self.statements.within(member):
            reply = await self.coach.reacted(member.person, self.random.choice(("pray", ":tada:", "x")), room)
        self._check(member, room, said(reply), "a reaction")
        await self._owned((member,))

    async def _at_once(self) -> None:
        """People of several communities at the same moment, one of them with a receipt, some with the same ids."""
        members = self.random.sample(MEMBERSHIPS, 4)
        with self.statements.within(*members):
            await asyncio.gather(
                *(self._heard(one, self.random.choice(LINES), one.room(self.random.choice((*ROOMS, "")))) for one in members[:2]),
                *(self.coach.seen(one.person, SEEN[0].format(me=one.code), one.room("C1"), "Ev7") for one in members[2:]),
                self.store.receipts.accept(members[0].person.tenant, "Ev7", self.at, members[0].address),
                self.store.receipts.answered(members[0].person.tenant, "Ev7"),
            )  # fmt: skip
        await self._owned(members)

    async def _time(self) -> None:
        """Hours pass; what is due is written and delivered."""
        self.at += timedelta(minutes=self.random.choice((1, 10, 60, 240)))
        await self.tipping.step()
        await self.delivery.once()

    async def _come_again(self) -> None:
        """Somebody writes to Tact again: also whoever was erased or uninstalled."""
        await self.meet(self.random.choice(MEMBERSHIPS))

    async def _sweep(self) -> None:
        await self.store.sweep(self.at)
        await self.upkeep.realign(self.at)

    async def _erase(self) -> None:
        member, room = self._anybody()
        with self.statements.within(member):
            await self._heard(member, "privacy erase confirm", room)

    async def _leave(self) -> None:
        """A workspace removes Tact; Discord's servers cannot, for they are one tenant."""
        await self.coach.leave(self.random.choice(MEMBERSHIPS[:84]).person.tenant)

    async def _restart(self) -> None:
        await self.store.close()
        await self.open()
        await self.upkeep.begin()


def counts(world: World) -> Mapping[str, int]:
    """What was done, for the report."""
    letters = sum(postman.letters for postman in world.postmen)
    return dict(world.done) | {
        "statements": world.statements.count, "shapes": len(world.statements.shapes), "letters": letters,
    }  # fmt: skip


__all__ = ["Echo", "Postman", "World", "counts"]
