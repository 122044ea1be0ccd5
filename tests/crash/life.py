"""What a process does while it lives: hears events, writes tips, delivers letters. It is the real thing, and may be killed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

import aiohttp
from sqlalchemy import func, select

from bot import wording
from bot.delivery import Delivery, Pace
from bot.duties import Duties
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Entry, EntryKind, Person, Reply
from bot.retries import State
from bot.schedule import Schedule, Weekday, next_due
from bot.storage import open_store
from bot.storage.outbox import outbox
from bot.storage.schedules import schedules
from bot.storage.store import Store
from bot.tipping import Chosen, Facts, Tipping
from bot.upkeep import Upkeep

KEY = bytes(range(32))
BEGIN = datetime(2026, 3, 1, 6, 50, tzinfo=UTC)
"""Ten minutes before the tips of the first day are due."""
TENANT = "t1"
AGAIN = 3
"""Events that come again after a restart, as a platform repeats what it is not sure of."""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of a process: where its things are, and what time it thinks it is."""

    database: str
    port: int
    acks: Path
    at: datetime
    seed: int
    events: range
    """Numbers of the events it hears, those acknowledged before among them."""


def person(number: int) -> Person:
    """Somebody on one of the two platforms."""
    return Person(TENANT, f"u{number}")


def home(number: int) -> Address:
    """Where they are reached: even ones like on Discord, odd ones like on Slack."""
    return Address("slack" if number % 2 else "discord", TENANT, f"u{number}")


async def prepare(database: str, people: int) -> None:
    """Fills a database with people who get a tip every day at seven."""
    store = await open_store(database, (KEY,))
    schedule = Schedule("UTC", frozenset(Weekday), time(7), quiet=None)
    async with store.together():
        for number in range(people):
            await store.addresses.keep(person(number), home(number), BEGIN)
            await store.schedules.keep(person(number), schedule, next_due(schedule, BEGIN), BEGIN)
    await store.close()


async def live(life: Life, *, until_quiet: bool = False) -> None:
    """Lives until it is killed, or until there is nothing left to do."""
    began = asyncio.get_running_loop().time()

    def now() -> datetime:
        return life.at + timedelta(seconds=asyncio.get_running_loop().time() - began)

    store = await open_store(life.database, (KEY,))
    async with posts(life.port) as senders:
        delivery = Delivery(store, senders, now, Random(life.seed), Pace(at_once=16, a_second=10_000))
        tipping = Tipping(store, OneTip(), wording.load(), now)
        duties = asyncio.create_task(Duties(tipping, delivery, Upkeep(store, now)).run())
        hearing = asyncio.create_task(hear(store, life, now))
        if until_quiet:
            await hearing
            await quiet(store, now)
            duties.cancel()
        await asyncio.gather(duties, hearing, return_exceptions=until_quiet)
    await store.close()


async def hear(store: Store, life: Life, now: Callable[[], datetime]) -> None:
    """Takes events: a receipt, the acknowledgement, then the work and its answer in one transaction."""
    acks = os.open(life.acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in life.events:
        who = person(number % 20)
        new = await store.receipts.accept(TENANT, f"Ev{number}", now(), home(number % 20))
        os.write(acks, f"{number}\n".encode())
        if new:
            await asyncio.sleep(0)
            async with store.together():
                await store.ledger.record(who, Entry(EntryKind.GAVE, "help", now(), f"e{number}"))
                reply = Reply(f"answer {number}")
                await store.outbox.put(who, LetterKind.ANSWER, reply, now(), cause=f"answer/{number}", at=now())
                await store.receipts.answered(TENANT, f"Ev{number}")
        await asyncio.sleep(0.002)
    os.close(acks)


async def quiet(store: Store, now: Callable[[], datetime]) -> None:
    """Returns when nobody is due, nothing is being sent, and no letter moves any more: the rest waits for its time."""
    still, before = 0, None
    async with asyncio.timeout(120):
        while still < 10:
            async with store.together() as connection:
                late = await connection.scalar(select(func.count()).where(schedules.c.next_due <= now()))
                sending = await connection.scalar(select(func.count()).where(outbox.c.state == State.SENDING))
                ready = (outbox.c.state == State.WAITING) & (outbox.c.ready <= now())
                waiting = await connection.scalar(select(func.count()).where(ready))
            still = still + 1 if not late and not sending and waiting == before else 0
            before = waiting
            await asyncio.sleep(0.03)


class OneTip:
    """A book with one tip, which names the day."""

    def choose(self, _: Facts, now: datetime) -> Chosen:
        return Chosen("one", f"tip of {now:%Y-%m-%d}", "Say hello.", "", "", "a test")

    def explain(self, _: str, __: Facts) -> None:
        return None


class Post:
    """A sender that speaks HTTP to the small platform."""

    def __init__(self, kind: str, session: aiohttp.ClientSession, port: int) -> None:
        self.platform = kind
        self._session = session
        self._url = f"http://127.0.0.1:{port}/{kind}"

    async def send(self, letter: Letter) -> Report:
        body = {"id": letter.id, "user": letter.person.user, "words": letter.reply.text, "attempt": letter.attempt}
        try:
            async with self._session.post(self._url, json=body) as answer:
                if answer.status == 429:
                    return Report(Outcome.LATER, float(answer.headers["Retry-After"]), "429")
                return Report(Outcome.DELIVERED if answer.status == 200 else Outcome.LATER, why=str(answer.status))
        except aiohttp.ClientError:
            return Report(Outcome.UNKNOWN, why="broken off")


@asynccontextmanager
async def posts(port: int) -> AsyncIterator[dict[str, Post]]:
    """The senders of both platforms."""
    async with aiohttp.ClientSession() as session:
        yield {kind: Post(kind, session, port) for kind in ("slack", "discord")}


def acknowledged(acks: Path) -> Sequence[int]:
    """The numbers of events that were acknowledged, each once, in order."""
    return sorted({int(line) for line in acks.read_text().split()}) if acks.exists() else []
