"""How fast coached channels are recorded, and that a balance costs the same however large the ledger is.

    python tests/bench/bench_ledger.py [MOST]

MOST is the power of ten of the largest ledger (default 6; 7 takes some gigabytes and a quarter of an hour). Prints figures and
ratios of one run; asserts nothing.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import insert, text

from bot import reading
from bot.coach import Coach
from bot.judging import build_judging
from bot.model import Entry, EntryKind, Person, Room
from bot.storage import open_store
from bot.storage.database import people, user_key
from bot.storage.store import Store
from tests.servers.postgresql import PostgreSQL

KEY = bytes(32)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MESSAGES = 3_000
PEOPLE = 200
AT_ONCE = 100
LOOKS = 300
EACH, CHUNK, FIRST = 100, 100_000, 100_000
TALK = (
    "Could anyone help me get the pump script {} to run? It stops with a KeyError.",
    "Thank you so much for the review of page {}, it fixed everything!",
    "Here is a guide that helped me with valve {}: https://pumps.example/guide",
    "Lunch at one?",
    "I'm in room {} today.",
    "The release went out at {} o'clock.",
    "Has the train been late for you too?",
    "lol yes, number {}",
    "Deploy {} is green.",
    "See you tomorrow!",
)
"""Three of ten give or ask for something, which is more than in most channels."""


def messages() -> list[tuple[Person, str, str]]:
    """Who writes what, with the id of the event."""
    return [(Person("slack:T1", f"u{n % PEOPLE}"), TALK[n % len(TALK)].format(n), f"e{n}") for n in range(MESSAGES)]


async def at_once(jobs: list[Callable[[], object]]) -> float:
    """Jobs a second, so many at a time."""
    waiting = iter(jobs)

    async def work() -> None:
        for job in waiting:
            await job()  # type: ignore[misc]

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return len(jobs) / (time.perf_counter() - start)


async def recording(url: str) -> None:
    """Messages a second end to end, beside reading alone and beside the bare verb for every message."""
    store = await open_store(url, keys=(KEY,))
    coach = Coach(build_judging(), store, lambda: NOW)
    room = Room("C1")
    await coach.seen(Person("slack:T1", "warm"), TALK[0], room, "warm")
    talk = messages()
    start = time.perf_counter()
    for _, said, _ in talk:
        reading.read(said)
    read_only = len(talk) / (time.perf_counter() - start)
    rate = await at_once([lambda m=m: coach.seen(m[0], m[1], room, m[2]) for m in talk])
    again = await at_once([lambda m=m: coach.seen(m[0], m[1], room, m[2]) for m in talk])
    entry = Entry(EntryKind.GAVE, "help", NOW)
    bare = await at_once([lambda m=m: store.notes.note(m[0], (entry,), f"bare/{m[2]}") for m in talk])
    print(
        f"  seen, read and recorded     {rate:8.0f} messages/s   {rate / read_only:5.2f} of reading alone ({read_only:.0f}/s)"
    )
    print(f"  the same events once more   {again:8.0f} messages/s")
    print(f"  the verb alone, each kept   {bare:8.0f} entries/s")
    await store.close()


async def balances(urls: list[str]) -> None:
    """Microseconds a balance takes in ledgers of 10^4 rows and more, beside the smallest; looked at in turns."""
    stores = [await open_store(url, keys=(KEY,)) for url in urls]
    for power, store in enumerate(stores, 4):
        await grow(store, 10**power)
    spent: list[list[float]] = [[] for _ in stores]
    chance = Random(7)
    for _ in range(LOOKS):
        for power, store in enumerate(stores, 4):
            person = member(chance.randrange(10**power // EACH))
            start = time.perf_counter()
            found = await store.ledger.balance(person, NOW)
            spent[power - 4].append(time.perf_counter() - start)
            assert found.gave + found.asked == 15, found
    first = statistics.median(spent[0])
    for power, times in enumerate(spent, 4):
        median = statistics.median(times)
        print(f"  balance, 10^{power} rows         {median * 1e6:8.0f} µs           {median / first:5.2f} x 10^4")
    for store in stores:
        await store.close()


async def grow(store: Store, target: int) -> None:
    """Fills a ledger, a hundred entries a person over 200 days; by bare SQL, for the verbs would take hours."""
    async with store.together() as connection:
        pepper = await store._database.pepper(connection, "slack:T1", NOW)
    engine = store._database.engine
    for begin in range(0, target, CHUNK):
        numbers = range(begin // EACH, min(target, begin + CHUNK) // EACH)
        async with engine.begin() as connection:
            new = [
                {"id": FIRST + n, "tenant": "slack:T1", "user_key": user_key(pepper, member(n)), "created_at": NOW}
                for n in numbers
            ]
            await connection.execute(insert(people), new)
            at = NOW.isoformat(sep=" ")[:19]
            await connection.execute(text(_FILL[engine.dialect.name]), {"a": numbers.start, "b": numbers.stop, "n": at})
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))


def member(number: int) -> Person:
    """Somebody with a hundred entries."""
    return Person("slack:T1", f"member{number}")


_COLUMNS = "INSERT INTO entries (person_id, kind, what, who, at, number, outcome)"
_FILL = {
    "sqlite": f"""{_COLUMNS}
        WITH RECURSIVE p(n) AS (SELECT :a UNION ALL SELECT n + 1 FROM p WHERE n + 1 < :b),
                       e(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM e WHERE k < 100)
        SELECT 100000 + n, CASE k % 3 WHEN 0 THEN 'asked' ELSE 'gave' END, 'help', 'M',
               datetime(:n, '-' || (k * 2) || ' days') || '.000000', k, CASE k % 3 WHEN 0 THEN 'open' ELSE '' END
        FROM p, e""",
    "postgresql": f"""{_COLUMNS}
        SELECT 100000 + n, CASE k % 3 WHEN 0 THEN 'asked' ELSE 'gave' END, 'help', 'M',
               CAST(CAST(:n AS text) AS timestamp) AT TIME ZONE 'UTC' - make_interval(days => k * 2), k,
               CASE k % 3 WHEN 0 THEN 'open' ELSE '' END
        FROM generate_series(CAST(:a AS int), CAST(:b AS int) - 1) AS n, generate_series(1, 100) AS k""",
}


async def everything(most: int) -> None:
    """All of it on one engine after the other."""
    with tempfile.TemporaryDirectory() as folder:
        postgresql = PostgreSQL(Path(folder))
        try:
            for name, url in (
                ("SQLite", lambda n: f"sqlite+aiosqlite:///{folder}/{n}.db"),
                ("PostgreSQL", lambda _: postgresql.database()),
            ):
                print(name)
                await recording(url("recording"))
                await balances([url(f"balance{power}") for power in range(4, most + 1)])
        finally:
            postgresql.stop()


if __name__ == "__main__":
    asyncio.run(everything(int(sys.argv[1]) if len(sys.argv) > 1 else 6))
