"""Rules: what people say, what comes twice, time, deliveries of every outcome, kills, erasures, uninstalling."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot import reading
from bot.coach import Coach
from bot.delivery import Delivery
from bot.judging import Judging, build_judging
from bot.ledger import entries_in
from bot.letters import Address, Letter, Outcome, Report
from bot.library import Library
from bot.model import Entry, EntryKind, Person, Reply, Room, Tone
from bot.storage import open_store
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.tips import load as load_tips
from bot.upkeep import Upkeep
from tests.whole_core.model import Known, Mail

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = bytes(range(32))
PEOPLE = [Person(tenant, user) for tenant in ("slack:T1", "slack:T2") for user in ("U1", "U2")]
MESSAGES = (
    "Could anyone help me get the pump script to run? It stops with a KeyError.",
    "Thank you so much for the review yesterday, it fixed everything!",
    "What a fine spring morning in Leeds",
)
DRAFT = "check on slack in a channel to acquaintances: Could you please show me how a holiday is planned in the rota?"
SAYS = (
    "purpose career on linkedin", "purpose operational on slack", "tips on every day at 9 in UTC", "tips off", "tips now", "tips why",
    "tips done", "tips snooze", "tips pause 1 week", "tips resume", "quiet", "balance", "asked list", "thanked", "asked {who} answered",
    "asked {who} declined", "tie {who} like", "tie {who} did hello", "tie", "tie forget {who}", "review promotion", "review done 1",
    "review", "review stop", "quiet nudges off", "quiet nudges on", "privacy", "help", "where: please vote for my blog",
)  # fmt: skip
"""What changes no ledger."""
SOMEBODY, T = st.integers(0, len(PEOPLE) - 1), TypeVar("T")


class Killed(BaseException):
    """The process ends while a letter is being sent."""


@cache
def judging() -> Judging:
    """The judge, built once."""
    return build_judging()


@cache
def empty_database() -> bytes:
    """A migrated file, made once."""
    with tempfile.TemporaryDirectory() as folder:

        async def make() -> None:
            await (await open_store(f"sqlite+aiosqlite:///{folder}/tact.db", (KEY,))).close()

        asyncio.run(make())
        return (Path(folder) / "tact.db").read_bytes()


class WholeCore(RuleBasedStateMachine):
    """The core on a real file, and what it must be like."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="tact-core-"))
        (self.folder / "tact.db").write_bytes(empty_database())
        self.at, self.mail, self.steps = BEGIN, Mail(), 0
        self.outcomes: list[str] = []
        self.known = [Known(person) for person in PEOPLE]
        self.do(self.open())

    platform = "slack"

    def do(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    async def open(self) -> None:
        self.store: Store = await open_store(f"sqlite+aiosqlite:///{self.folder}/tact.db", (KEY,))
        book = Library(load_tips, judging().wording)
        self.coach = Coach(judging(), self.store, lambda: self.at, book)
        self.tipping = Tipping(self.store, book, judging().wording, lambda: self.at)
        self.delivery = Delivery(self.store, {"slack": self}, lambda: self.at, Random(1))
        self.upkeep = Upkeep(self.store, lambda: self.at)
        await self.upkeep.begin()

    async def send(self, letter: Letter) -> Report:
        """The platform: shows a letter or not, and says so or not."""
        how = self.outcomes.pop() if self.outcomes else "delivered"
        if how in ("delivered", "shown, unknown", "shown, killed"):
            self.mail.show(letter, next(one for one in self.known if one.person == letter.person), self.at)
            old = [f"{one.nick[:-2]}{life}x" for one in self.known for life in range(one.life)]
            assert not [nick for nick in old if nick in letter.reply.text], "a letter knows what was erased"
        if how.endswith("killed"):
            raise Killed
        if how == "delivered":
            self.mail.confirmed.add(letter.id)
        told = {"later": Outcome.LATER, "unreachable": Outcome.UNREACHABLE, "refused": Outcome.REFUSED}
        return Report(Outcome.DELIVERED if how == "delivered" else told.get(how, Outcome.UNKNOWN), wait=120, alone=True)

    def hear(self, known: Known, text: str) -> Reply:
        reply = self.do(self.coach.hear(known.person, text, Room("C1")))
        assert reply.text
        assert reply.private
        foreign = [one.nick[:-2] for one in self.known if one is not known and one.nick[:-2] in reply.text]
        assert not foreign, f"{text!r} told of {foreign}"
        return reply

    @initialize(tips=st.booleans())
    def begin(self, *, tips: bool) -> None:
        """Two of them use Tact already, and one may get tips."""
        for who in (0, 1):
            self.meet(who)
        if tips:
            self.hear(self.known[0], "tips on every day at 9 in UTC")

    @rule(who=SOMEBODY)
    def meet(self, who: int) -> None:
        known = self.known[who]
        home = Address("slack", known.person.tenant, known.person.user, "D1")
        self.do(self.store.addresses.keep(known.person, home, self.at))
        known.reachable = True

    @rule(who=SOMEBODY, kind=st.sampled_from(EntryKind), ago=st.integers(0, 35))
    def record(self, who: int, kind: EntryKind, ago: int) -> None:
        known = self.known[who]
        self.hear(known, f"{kind} help {known.nick} {ago} days ago")
        known.write(Entry(kind, "help", self.at - timedelta(days=ago), known.nick))

    @rule(who=SOMEBODY)
    def thank(self, who: int) -> None:
        known = self.known[who]
        self.hear(known, f"thanked {known.nick}")
        known.write(Entry(EntryKind.GAVE, "thanks", self.at, known.nick))

    @rule(who=SOMEBODY)
    def undo(self, who: int) -> None:
        self.hear(self.known[who], "undo")
        self.known[who].take_back()

    @rule(who=SOMEBODY, text=st.sampled_from(MESSAGES), event=st.integers(0, 5), times=st.integers(1, 3))
    def see(self, who: int, text: str, event: int, times: int) -> None:
        """A message in a channel, which the platform may bring several times, also at once."""
        known, name = self.known[who], f"Ev{event}/{MESSAGES.index(text)}"

        async def seen() -> None:
            await asyncio.gather(*(self.coach.seen(known.person, text, Room("C1"), name) for _ in range(times)))

        self.do(seen())
        if not known.unheard:
            known.write(*entries_in(reading.read(text).intents, self.at, 0.8), event=name)

    @rule(who=SOMEBODY, on=st.booleans())
    def listening(self, who: int, *, on: bool) -> None:
        self.hear(self.known[who], f"quiet listening {'on' if on else 'off'}")
        self.known[who].unheard = not on

    @rule(who=SOMEBODY, times=st.integers(1, 2))
    def check_and_send(self, who: int, times: int) -> None:
        """However often somebody says that they sent it, it is written down once."""
        known = self.known[who]
        self.at += timedelta(seconds=1)
        self.hear(known, DRAFT)
        for _ in range(times):
            self.hear(known, "sent")
        if not known.sent:
            text = DRAFT.partition(": ")[2]
            known.write(*entries_in(reading.read(text).intents, self.at, 0.8))
            known.sent = True

    @rule(who=SOMEBODY, text=st.sampled_from(SAYS))
    def say(self, who: int, text: str) -> None:
        self.hear(self.known[who], text.format(who=self.known[who].nick))

    @rule(minutes=st.sampled_from((1, 3, 30, 180, 720, 1440, 3 * 1440, 7 * 1440)))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(
        how=st.lists(
            st.sampled_from(
                ("later", "unreachable", "refused", "unknown", "shown, unknown", "killed", "shown, killed")
            ),
            max_size=3,
        )
    )
    def duties(self, how: list[str]) -> None:
        """What is due is written and delivered; a kill in the middle is followed by a start."""
        self.outcomes = how

        async def once() -> None:
            await self.tipping.step()
            await self.delivery.once()

        try:
            self.do(once())
        except Killed:
            self.restart()
        self.outcomes = []

    @rule(how=st.sampled_from(("delivered", "unknown", "shown, unknown", "later", "unreachable")))
    def a_morning_of_trouble(self, how: str) -> None:
        """The next morning comes, and whatever is due then has the same trouble again and again."""
        self.at = self.at.replace(hour=9, minute=1) + timedelta(days=1)
        for _ in range(4):
            self.duties([how] * 8)
            self.at += timedelta(minutes=20)

    @rule()
    def sweep(self) -> None:
        self.do(self.store.sweep(self.at))

    @rule(unless=st.integers(0, 3))
    def restart(self, unless: int = 0) -> None:
        if unless:  # the dearest step, so it is taken less often
            return
        self.do(self.store.close())
        self.do(self.open())
        for known in self.known:
            known.sent = False

    @rule(who=SOMEBODY)
    def export(self, who: int) -> None:
        known = self.known[who]
        told = self.hear(known, "privacy export").text
        assert told.count(known.nick) >= sum(entry.who == known.nick for entry, _ in known.written)

    @precondition(lambda self: any(known.written for known in self.known))
    @rule(who=SOMEBODY)
    def erase(self, who: int) -> None:
        known = self.known[who]
        assert self.hear(known, "privacy erase confirm").tone is not Tone.PROBLEM
        self.gone([known])

    @rule(tenant=st.sampled_from(("slack:T1", "slack:T2")))
    def uninstall(self, tenant: str) -> None:
        self.do(self.coach.leave(tenant))
        gone = [known for known in self.known if known.person.tenant == tenant]
        for known in gone:
            known.unheard = False
        self.gone(gone)

    def gone(self, erased: list[Known]) -> None:
        """No byte of them is left, in the file or its log; who comes back does so later, were it by a moment."""
        self.at += timedelta(seconds=1)
        for known in erased:
            for file in self.folder.iterdir():
                assert known.nick.encode() not in file.read_bytes(), f"{known.nick} is still in {file.name}"
            assert self.do(self.store.held(known.person)) == {}
            known.vanish()

    @invariant()
    def a_step_is_counted(self) -> None:
        self.steps += 1

    @invariant()
    def nothing_is_counted_twice_or_lost(self) -> None:
        for known in self.known:
            balance = self.do(self.store.ledger.balance(known.person, self.at))
            assert (balance.gave, balance.asked) == known.balance(self.at), known.person

    @invariant()
    def nothing_was_shown_that_should_not_be(self) -> None:
        assert self.mail.problems == []

    def teardown(self) -> None:
        self.do(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder, ignore_errors=True)
