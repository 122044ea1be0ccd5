"""Several processes on one PostgreSQL, killed at random, while the server itself is ended and started again."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tests.crash.kills import Figures, World, small_platform
from tests.crash.life import BEGIN, live, prepare
from tests.servers.postgresql import PostgreSQL

PEOPLE = 200
A_DAY = 60
"""Kills in one day of the story."""
PHASES = 3
"""Parts of a day with two minutes between them, so that leases end while others still work."""
DUE = timedelta(minutes=27)
"""From the beginning of a day until every tip of it is due."""
LIVES = (0.02, 0.25)
"""Seconds between two kills."""


class Workers:
    """Processes that are replaced when they end."""

    def __init__(self, world: World, number: int) -> None:
        self._world = world
        self._began = time.monotonic()
        self._at = BEGIN
        self._children: list[int] = [0] * number

    def begin(self, at: datetime) -> None:
        """Starts all of them at a time that is the same for each."""
        self._at, self._began = at, time.monotonic()
        self._children = [self._new() for _ in self._children]

    def replace(self) -> None:
        """Kills one of them and starts another."""
        place = self._world.random.randrange(len(self._children))
        self._kill(self._children[place])
        self._children[place] = self._new()

    def end(self) -> None:
        """Kills all of them."""
        for child in self._children:
            self._kill(child)

    def _new(self) -> int:
        life = self._world.life(self._at + timedelta(seconds=time.monotonic() - self._began))
        return self._world.begin(lambda: live(life))

    def _kill(self, child: int) -> None:
        ended, _ = os.waitpid(child, os.WNOHANG)
        if not ended:  # it may have ended by itself, where the server was away when it started
            self._world.kill_after(child, 0)


def run(folder: Path, kills: int, restarts: int, workers: int, seed: int) -> Figures:
    """Kills so many processes, and ends the server so many times between."""
    began = time.monotonic()
    server = PostgreSQL(folder)
    try:
        database = server.database()
        asyncio.run(prepare(database, PEOPLE))
        with small_platform(folder, seed) as port:
            world = World(folder, database, port, seed)
            days = -(-kills // A_DAY)
            crash_at = {world.random.randrange(kills) for _ in range(restarts)}
            while len(crash_at) < restarts:
                crash_at.add(world.random.randrange(kills))
            for number in range(days):
                _day(
                    world,
                    server,
                    BEGIN + timedelta(days=number),
                    workers,
                    sorted(crash_at),
                    min(A_DAY, kills - number * A_DAY),
                )
                if world.figures.wrong:
                    break
        world.figures.seconds = time.monotonic() - began
        return world.figures
    finally:
        server.stop()


def _day(world: World, server: PostgreSQL, day: datetime, workers: int, crash_at: Sequence[int], kills: int) -> None:
    pool = Workers(world, workers)
    for phase in range(PHASES):
        pool.begin(day + DUE + timedelta(minutes=2 * phase))
        for _ in range(kills // PHASES):
            time.sleep(world.random.uniform(*LIVES))
            before = world.figures.kills
            pool.replace()
            if any(before <= crash < world.figures.kills for crash in crash_at):
                server.crash()
                server.start()
                world.figures.restarts += 1
        pool.end()
    world.settle(day)
    world.check(day)
