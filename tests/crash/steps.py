"""A kill at every step of the event loop, scenario by scenario: all of it is there afterwards, or nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot import wording
from bot.coach import Coach
from bot.delivery import Delivery
from bot.duties import Duties
from bot.judging import Judging
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Entry, EntryKind, Person, Reply
from bot.schedule import Schedule, Weekday, next_due
from bot.storage import open_store
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.upkeep import Upkeep
from tests.crash.life import KEY, OneTip

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
ANA = Person("t1", "ana")
HOME = Address("slack", "t1", "ana")
Counts = tuple[int, ...]


class Steps(asyncio.SelectorEventLoop):
    """A loop that kills its process before a step, once it is told at which."""

    last: int | None = None
    taken = 0

    def _run_once(self) -> None:
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        super()._run_once()  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done, what is counted, and which counts may be found after a kill at any moment."""

    name: str
    act: Callable[[Store, Judging, Path], Awaitable[object]]
    counts: tuple[str, ...]
    may_be: tuple[Counts, ...]
    ends: tuple[Counts, ...]
    """What the counts may be once it was done again: what a person does who got no answer."""


def _say(text: str) -> Callable[[Store, Judging, Path], Awaitable[object]]:
    async def act(store: Store, judging: Judging, _: Path) -> object:
        return await Coach(judging, store, lambda: NOW, OneTip()).hear(ANA, text)

    return act


async def _event(store: Store, _: Judging, __: Path) -> None:
    """An event is accepted, worked on and answered; after a kill in between the answer is that it should come again."""
    await Upkeep(store, lambda: NOW).begin()
    if await store.receipts.accept("t1", "Ev1", NOW, HOME):
        async with store.together():
            await store.ledger.record(ANA, Entry(EntryKind.ASKED, "help", NOW))
            await store.outbox.put(ANA, LetterKind.ANSWER, Reply("Hi"), NOW, cause="answer/1", at=NOW)
            await store.receipts.answered("t1", "Ev1")


class _Noted:
    """A platform whose log is a file; it may be busy."""

    platform = "slack"

    def __init__(self, log: Path, *, busy: bool = False) -> None:
        self._log, self._busy = log, busy

    async def send(self, letter: Letter) -> Report:
        if self._busy and letter.attempt == 1:
            return Report(Outcome.LATER, wait=1, why="429")
        with self._log.open("a") as log:
            log.write(f"{letter.id}\n")
        await asyncio.sleep(0)
        return Report(Outcome.DELIVERED)


def _deliver(*, busy: bool = False) -> Callable[[Store, Judging, Path], Awaitable[object]]:
    async def act(store: Store, _: Judging, folder: Path) -> None:
        for now in (NOW, NOW + timedelta(minutes=5), NOW + timedelta(minutes=10)):
            delivery = Delivery(store, {"slack": _Noted(folder / "shown", busy=busy)}, lambda now=now: now, Random(1))  # type: ignore[misc]
            upkeep = Upkeep(store, lambda now=now: now)  # type: ignore[misc]
            duties = Duties(Tipping(store, OneTip(), wording.load(), lambda now=now: now), delivery, upkeep)  # type: ignore[misc]
            await duties.begin()
            await duties.once()

    return act


_LETTERS = "SELECT count(*) FROM outbox"
_SENT = "SELECT count(*) FROM outbox WHERE state = 'sent'"
_ENTRIES = "SELECT count(*) FROM entries"
_PUSHES = "SELECT count(*) FROM pushes"
_OWED = "SELECT count(*) FROM receipts WHERE answer_to IS NOT NULL"
_DAYS = "SELECT count(*) FROM schedules WHERE days <> ''"
_EVERYTHING = "SELECT count(*) FROM people"

SCENARIOS = (
    Scenario(
        "check", _say("check on email: Could you read it?"), ("SELECT count(*) FROM verdicts",), ((0,), (1,)), ((1,), (2,))
    ),
    Scenario(
        "purpose", _say("purpose career brand on x"), ("SELECT count(*) FROM purposes",), ((1,), (2,)), ((2,),)
    ),
    Scenario("gave", _say("gave help to M"), (_ENTRIES,), ((1,), (2,)), ((2,), (3,))),
    Scenario("tips on", _say("tips on mondays at 9 in UTC"), (_DAYS,), ((1,),), ((1,),)),
    Scenario("tips off", _say("tips off"), (_DAYS, _LETTERS), ((1, 1), (0, 1), (0, 0)), ((0, 0),)),
    Scenario("export", _say("privacy export"), (_EVERYTHING, _ENTRIES), ((1, 1),), ((1, 1),)),
    Scenario(  # letters are taken back first, so that nothing comes after the confirmation
        "erase",
        _say("privacy erase confirm"),
        (_EVERYTHING, _ENTRIES, _LETTERS),
        ((1, 1, 1), (1, 1, 0), (0, 0, 0)),
        ((0, 0, 0),),
    ),
    Scenario(
        "event", _event, (_ENTRIES, _LETTERS, _OWED), ((1, 1, 0), (1, 1, 1), (2, 2, 0)), ((2, 2, 0), (1, 2, 0))
    ),
    Scenario(
        "tip", _deliver(), (_LETTERS, _SENT, _PUSHES), ((1, 0, 0), (2, 0, 1), (2, 1, 1), (2, 2, 1), (1, 1, 0)), ((2, 2, 1),)
    ),
    Scenario(
        "busy", _deliver(busy=True), (_LETTERS, _SENT, _PUSHES), ((1, 0, 0), (2, 0, 1), (2, 1, 1), (2, 2, 1), (1, 1, 0)), ((2, 2, 1),)
    ),
)  # fmt: skip


async def prepare(folder: Path) -> None:
    """A database with one person, a letter that waits and a tip that is due."""
    store = await open_store(url(folder), (KEY,))
    schedule = Schedule("UTC", frozenset(Weekday), time(7), quiet=None)
    async with store.together():
        await store.addresses.keep(ANA, HOME, NOW)
        await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW))
        await store.schedules.keep(ANA, schedule, next_due(schedule, NOW - timedelta(hours=1)), NOW)
        await store.outbox.put(ANA, LetterKind.TIP, Reply("Hi"), NOW, cause="a", at=NOW)
    await store.close()
    from bot.model import Network, Purpose

    store = await open_store(url(folder), (KEY,))
    await store.purposes.state(ANA, Network.X, (Purpose.STRATEGIC,), NOW)
    await store.close()


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'tact.db'}"


def play(scenario: Scenario, judging: Judging, prepared: Path, folder: Path, last: int | None) -> int:
    """Plays a scenario in a process of its own, to its end or to a kill; the number of steps it took, 0 when killed."""
    folder.mkdir()
    shutil.copy(prepared / "tact.db", folder / "tact.db")
    return in_steps(lambda loop: _act(scenario, judging, folder, loop, last))


async def _act(scenario: Scenario, judging: Judging, folder: Path, loop: Steps, last: int | None) -> None:
    store = await open_store(url(folder), (KEY,))
    loop.taken, loop.last = 0, last
    await scenario.act(store, judging, folder)
    taken = loop.taken
    loop.last = None
    await store.close()
    loop.taken = taken


def in_steps(work: Callable[[Steps], Awaitable[None]]) -> int:
    """Does work in a process of its own; the number of steps it took, 0 when it was killed or failed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        loop = Steps()
        try:
            loop.run_until_complete(work(loop))
            os.write(write, str(loop.taken).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return int(said or 0)


def problems(scenario: Scenario, judging: Judging, prepared: Path, folder: Path, last: int) -> Iterator[str]:
    """What is wrong after a kill at a step, and after the same was done again."""
    play(scenario, judging, prepared, folder, last)
    found = asyncio.run(_counts(scenario, folder))
    if found not in scenario.may_be:
        yield f"{scenario.name}, step {last}: {found} is neither all nor nothing"
    if not in_steps(lambda loop: _act(scenario, judging, folder, loop, None)):
        yield f"{scenario.name}, step {last}: could not be done again"
    found = asyncio.run(_counts(scenario, folder))
    if found not in scenario.ends:
        yield f"{scenario.name}, step {last}: ends as {found}"
    shown = folder / "shown"
    lines = shown.read_text().split() if shown.exists() else []
    if any(lines.count(line) > 2 for line in lines):
        yield f"{scenario.name}, step {last}: shown more than twice"
    shutil.rmtree(folder)


async def _counts(scenario: Scenario, folder: Path) -> Counts:
    store = await open_store(url(folder), (KEY,))
    async with store.together() as connection:
        sound = (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar()
        assert sound == "ok"
        found = [int((await connection.exec_driver_sql(sql)).scalar() or 0) for sql in scenario.counts]
    await store.close()
    return tuple(found)


def old_database(folder: Path, revision: str) -> None:
    """A database as an earlier version left it, with one person in it."""
    import bot.storage.migrations

    config = Config()
    config.set_main_option("script_location", str(Path(str(bot.storage.migrations.__file__)).parent))
    engine = create_engine(f"sqlite:///{folder / 'tact.db'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql("INSERT INTO tenants VALUES ('t1', '00', '2026-03-02')")
        connection.exec_driver_sql("INSERT INTO people (tenant, user_key, created_at) VALUES ('t1', 'k', '2026-03-02')")
    engine.dispose()


async def open_at(folder: Path, loop: Steps, last: int | None) -> None:
    """Opens, and so migrates, a database; killed before a step."""
    loop.taken, loop.last = 0, last
    await (await open_store(url(folder), (KEY,))).close()


async def people_in(folder: Path) -> int:
    """How many people a database holds, once it is opened."""
    store = await open_store(url(folder), (KEY,))
    async with store.together() as connection:
        found = (await connection.exec_driver_sql(_EVERYTHING)).scalar()
    await store.close()
    return int(found or 0)
