"""Trouble short of a crash: a full disk, a database that another program holds, a log that was torn, a clock that jumps."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot import wording
from bot.delivery import Delivery, Pace
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply
from bot.schedule import Schedule, Weekday, next_due
from bot.storage import StoreError, open_store
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.upkeep import Upkeep
from tests.conftest import KEY, Clock
from tests.crash.life import OneTip
from tests.crash.torn import tear

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Person("t1", "ana")
HOME = Address("slack", "t1", "ana")
LOCKS = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


class Shown:
    """A platform that shows everything."""

    platform = "slack"

    def __init__(self) -> None:
        self.got: list[Letter] = []

    async def send(self, letter: Letter) -> Report:
        self.got.append(letter)
        return Report(Outcome.DELIVERED)


async def put(store: Store, cause: str, person: Person = ANA, due: datetime = NOW) -> None:
    await store.outbox.put(person, LetterKind.TIP, Reply("word " * 200), due, cause=cause, at=NOW)


def in_a_process(work: Callable[[], Coroutine[Any, Any, None]]) -> str:
    """What went wrong with work done in a process of its own; empty when nothing did."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            asyncio.run(work())
        except BaseException as error:  # told to the test
            said = f"{type(error).__name__}: {error}"
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_on_a_full_disk_reading_goes_on_nothing_is_lost_and_it_mends_itself(tmp_path: Path) -> None:
    async def fill_up() -> None:
        store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}", (KEY,))
        await store.addresses.keep(ANA, HOME, NOW)
        size = (tmp_path / "tact.db-wal").stat().st_size
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, hard))
        kept, problem = 0, ""
        while not problem:
            try:
                await put(store, str(kept))
                kept += 1
            except StoreError as error:
                problem = str(error)
        assert "nothing was kept" in problem
        assert kept > 5
        platform = Shown()
        delivery = Delivery(store, {"slack": platform}, lambda: NOW, Random(1), Pace(8, 1000))
        task = asyncio.create_task(delivery.run())
        await asyncio.sleep(1.5)  # time to try; what it cannot count it must not send
        backlog = await store.outbox.backlog(NOW)
        assert backlog.waiting + len(platform.got) == kept
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        async with asyncio.timeout(20):
            while (await store.outbox.backlog(NOW)).waiting or (await store.outbox.backlog(NOW)).sending:
                await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.close()
        assert len(platform.got) == kept

    assert in_a_process(fill_up) == ""


@pytest.mark.parametrize(("seconds", "waits"), [(1.0, True), (6.5, False)])
async def test_a_database_that_another_program_holds_is_waited_for_and_then_said(
    tmp_path: Path, seconds: float, waits: bool
) -> None:
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}", (KEY,))
    await store.addresses.keep(ANA, HOME, NOW)
    command = [sys.executable, "-c", LOCKS, str(tmp_path / "tact.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        asyncio.get_running_loop().call_later(seconds, holder.stdin.close)
        writes = [asyncio.create_task(put(store, str(number))) for number in range(3)]
        done = await asyncio.gather(*writes, return_exceptions=True)
        assert await store.addresses.of(ANA) == HOME
    if waits:
        assert done == [None, None, None]
    else:
        assert isinstance(done[0], StoreError)
        assert "nothing was kept" in str(done[0])
        assert "BUSY_SNAPSHOT" not in str(done[0])
    platform = Shown()
    await Delivery(store, {"slack": platform}, lambda: NOW, Random(1)).once()
    assert len(platform.got) == done.count(None)
    await store.close()


def test_a_torn_log_keeps_every_transaction_before_the_tear_and_half_of_none(tmp_path: Path) -> None:
    assert tear(tmp_path, 120, seed=3) == []


JUMPS = [
    timedelta(hours=1),
    timedelta(hours=-1),
    timedelta(days=1),
    timedelta(days=-1),
    timedelta(days=30),
    timedelta(seconds=-30),
]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_a_clock_that_jumps_brings_nobody_two_tips_a_day_and_costs_none_after_it(
    store: Store, clock: Clock, jump: timedelta
) -> None:
    clock.at = datetime(2026, 3, 2, 6, 55, tzinfo=UTC)
    schedule = Schedule("UTC", frozenset(Weekday), Schedule("UTC").at.replace(hour=7), quiet=None)
    everybody = [Person("t1", f"u{number}") for number in range(20)]
    for person in everybody:
        await store.addresses.keep(person, Address("slack", "t1", person.user), clock())
        await store.schedules.keep(person, schedule, next_due(schedule, clock()), clock())
    platform = Shown()
    tipping = Tipping(store, OneTip(), wording.load(), clock)
    upkeep = Upkeep(store, clock)
    delivery = Delivery(store, {"slack": platform}, clock, Random(1))
    began = clock()
    for hour in range(24 * 3):
        if hour == 30:
            clock.at += jump
            await upkeep.realign(clock())
        elif hour == 33:
            clock.at -= jump
            await upkeep.realign(clock())
        await tipping.step()
        await delivery.once()
        clock.pass_(hours=1)
    by_day: dict[tuple[str, str], int] = {}
    for letter in platform.got:
        key = letter.person.user, f"{letter.due:%F}"
        by_day[key] = by_day.get(key, 0) + 1
    assert max(by_day.values()) == 1
    right = [f"{began + timedelta(days=day):%F}" for day in (0, 1, 2)]
    assert [(person.user, day) for person in everybody for day in right if (person.user, day) not in by_day] == []
