"""kill -9 at random moments of days full of tips and events, and what was lost or shown twice by it: nothing, and seldom."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select, update

from bot.retries import State
from bot.storage import open_store
from bot.storage.database import people
from bot.storage.ledger import entries
from bot.storage.outbox import outbox
from bot.storage.pushes import pushes
from tests.crash.life import AGAIN, BEGIN, KEY, Life, acknowledged, live, prepare

PEOPLE = 80
A_DAY = 50
"""Kills in one day of the story; at its end everything is let settle and is looked at."""
LIVES = (0.06, 0.2, 0.5)
"""Seconds a process may live at most: some are killed while they start, some in the middle of their work."""


@dataclass
class Figures:
    """What a run found."""

    seed: int
    kills: int = 0
    restarts: int = 0
    letters: int = 0
    delivered: int = 0
    extra: int = 0
    most_copies: int = 0
    events: int = 0
    asked_again: int = 0
    dead: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills and {self.restarts} restarts of the server in {self.seconds:.0f} s; {self.letters} letters, {self.delivered} shown, "
            f"{self.extra} copies more, {self.most_copies} copies at most; {self.events} events acknowledged, "
            f"{self.asked_again} of them asked to send again; given up: {dict(self.dead) or 'none'}; wrong: {len(self.wrong)}"
        )


class World:
    """The files of a run, its platform, and the figures so far."""

    def __init__(self, folder: Path, database: str, port: int, seed: int) -> None:
        self.folder = folder
        self.database = database
        self.random = Random(seed)
        self.figures = Figures(seed)
        self.port = port
        self.log = folder / "platform.log"
        self.acks = folder / "acks.log"
        self.troubles = folder / "troubles.log"
        self._seen: set[int] = set()
        self._causes: set[str] = set()

    def life(self, at: datetime, events: int = 8) -> Life:
        """The next life: it hears the last few events again, and then new ones."""
        known = acknowledged(self.acks)
        start = known[-1] + 1 if known else 0
        return Life(
            self.database, self.port, self.acks, at, self.random.randrange(1 << 30),
            range(max(0, start - AGAIN), start + events),
        )  # fmt: skip

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> int:
        """Forks a process that does the work; its number. What it says of trouble goes to a file."""
        child = os.fork()
        if child == 0:
            with self.troubles.open("a") as troubles:
                os.dup2(troubles.fileno(), 2)
                try:
                    asyncio.run(work())
                except BaseException:  # a process of its own: it says what happened and ends
                    traceback.print_exc(file=troubles)
                    troubles.flush()
                    os._exit(1)
                os._exit(0)
        return child

    def kill_after(self, child: int, seconds: float) -> None:
        """Lets a process live so long and kills it."""
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.figures.kills += 1

    def settle(self, day: datetime) -> None:
        """Lets processes live undisturbed until everything of the day is done."""
        for minutes in (40, 45, 50, 60, 75, 100):
            life = self.life(day + timedelta(minutes=minutes), events=0)
            child = self.begin(lambda life=life: live(life, until_quiet=True))  # type: ignore[misc]
            _, code = os.waitpid(child, 0)
            if code:
                self.figures.wrong.append(f"a process ended with {code}: {self.troubles.read_text()[-2000:]}")
                return
            if not asyncio.run(self._waiting()):
                return
        self.figures.wrong.append("something still waits at the end of the day")

    async def _waiting(self) -> int:
        store = await open_store(self.database, (KEY,))
        backlog = await store.outbox.backlog(BEGIN + timedelta(days=10_000))
        await store.close()
        return backlog.waiting + backlog.sending

    def check(self, day: datetime) -> None:
        """Compares what the day should have brought with what the platform shows and the store says."""
        asyncio.run(self._check(day))

    async def _check(self, day: datetime) -> None:
        shown = Counter(line["id"] for line in self._shown())
        store = await open_store(self.database, (KEY,))
        async with store.together() as connection:
            if store.alone:
                sound = (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar()
                self._expect(sound == "ok", f"integrity: {sound}")
            letters = list(await connection.execute(select(outbox).where(outbox.c.at >= day)))
            pushed = list(await connection.execute(select(pushes).where(pushes.c.at >= day)))
            written = Counter(await connection.scalars(select(entries.c.who)))
            everybody = set(await connection.scalars(select(people.c.id)))
            await connection.execute(update(pushes).values(used_at=pushes.c.at))  # or they would be written to less
        await store.close()
        self._tips(day, letters, pushed, everybody, shown)
        # Of all days: an event may have come in on one day, and be acknowledged only when it came again on another.
        self._causes.update(letter.cause for letter in letters)
        self._events(self._causes, written)
        self._count(letters, shown)

    def _tips(
        self, day: datetime, letters: list[Any], pushed: list[Any], everybody: set[int], shown: Counter[str]
    ) -> None:
        tips = {letter.person_id: letter for letter in letters if letter.kind == "tip"}
        decided = Counter(push.person_id for push in pushed)
        for person_id in everybody:
            self._expect(decided[person_id] == 1, f"{day:%F}: {decided[person_id]} decisions for person {person_id}")
        for push in pushed:
            self._expect(push.skipped == "", f"{day:%F}: person {push.person_id} was skipped: {push.skipped}")
            self._expect(push.person_id in tips, f"{day:%F}: a push without a letter, person {push.person_id}")
        self._expect(len(tips) == sum(letter.kind == "tip" for letter in letters), f"{day:%F}: two tips for one person")
        for letter in letters:
            known = letter.state in (State.SENT, State.DEAD)
            self._expect(known, f"{day:%F}: {letter.id} {letter.cause} is {letter.state}")
            lost = letter.state == State.SENT and not shown[letter.id]
            self._expect(not lost, f"{day:%F}: {letter.id} {letter.cause} was lost")

    def _events(self, causes: set[str], written: Counter[str]) -> None:
        for number in set(acknowledged(self.acks)) - self._seen:
            answered, asked = f"answer/{number}" in causes, f"owed/Ev{number}" in causes
            self._expect(answered or asked, f"event {number} was acknowledged and never answered")
            self._expect(not (answered and asked), f"event {number} was answered, and asked for again")
            self._expect(written[f"e{number}"] == int(answered), f"event {number}: {written[f'e{number}']} entries")
            self.figures.asked_again += asked
        self._seen |= set(acknowledged(self.acks))
        self.figures.events = len(self._seen)

    def _count(self, letters: list[Any], shown: Counter[str]) -> None:
        figures = self.figures
        figures.letters += len(letters)
        figures.dead.update(letter.why for letter in letters if letter.state == State.DEAD)
        figures.delivered, figures.extra = len(shown), sum(shown.values()) - len(shown)
        figures.most_copies = max(shown.values(), default=0)
        self._expect(figures.most_copies <= 2, f"{figures.most_copies} copies of one letter")
        on_discord = Counter(line["id"] for line in self._shown() if line["kind"] == "discord")
        self._expect(max(on_discord.values(), default=1) == 1, "two copies on Discord")

    def _shown(self) -> Iterator[dict[str, Any]]:
        if self.log.exists():
            yield from (line for line in map(json.loads, self.log.read_text().splitlines()) if line["shown"])

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.figures.wrong.append(otherwise)


@contextmanager
def small_platform(folder: Path, seed: int) -> Iterator[int]:
    """The platform in a process of its own; its port."""
    command = [sys.executable, "-m", "tests.crash.platform", str(folder / "platform.log"), str(seed)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        yield int(process.stdout.readline())
        process.stdin.close()
        process.wait(10)


def run(folder: Path, kills: int, seed: int) -> Figures:
    """Kills one process on SQLite so many times."""
    began = time.monotonic()
    database = f"sqlite+aiosqlite:///{folder / 'tact.db'}"
    asyncio.run(prepare(database, PEOPLE))
    with small_platform(folder, seed) as port:
        world = World(folder, database, port, seed)
        for day in (BEGIN + timedelta(days=number) for number in range(-(-kills // A_DAY))):
            today = min(A_DAY, kills - world.figures.kills)
            for number in range(today):
                life = world.life(day + timedelta(minutes=8 + 25 * number / today))
                child = world.begin(lambda life=life: live(life))  # type: ignore[misc]
                world.kill_after(child, world.random.uniform(0, world.random.choice(LIVES)))
            world.settle(day)
            world.check(day)
            if world.figures.wrong:
                break
    world.figures.seconds = time.monotonic() - began
    return world.figures
