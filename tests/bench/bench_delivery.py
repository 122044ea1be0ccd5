"""Tips due in one minute: claimed, rendered and queued, beside the bare SQL of it; and claiming among many schedules.

    python tests/bench/bench_delivery.py --people 100000 [--processes 1 2 4] [--schedules 10000 10000000]

Prints seconds, people a second, and the ratio to bare SQL in the same run. Nothing is asserted: the figures are for reading.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, insert, select, text, update

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot import tips, wording
from bot.letters import Address
from bot.library import Library
from bot.storage import open_store
from bot.storage.addresses import addresses
from bot.storage.database import people, tenants
from bot.storage.outbox import outbox
from bot.storage.pushes import pushes
from bot.storage.schedules import schedules
from bot.storage.store import Store
from bot.storage.verdicts import verdicts
from bot.tipping import BATCH, Tipping
from tests.servers.postgresql import PostgreSQL

KEY = bytes(range(32))
DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Nine o'clock in Berlin, on a Monday."""
NOW = DUE + timedelta(seconds=30)
FILLED = 10_000


async def fill(store: Store, number: int) -> None:
    """So many people whose tip is due, each with an address, two earlier pushes and three verdicts."""
    tenant_rows = [{"key": f"t{n}", "pepper": "00", "created_at": NOW} for n in range(10)]
    async with store.together() as connection:
        await connection.execute(insert(tenants), tenant_rows)
    for start in range(1, number + 1, FILLED):
        ids = range(start, min(start + FILLED, number + 1))
        async with store.together() as connection:
            await connection.execute(insert(people), [_person(i) for i in ids])
            await connection.execute(insert(addresses), [_address(store, i) for i in ids])
            await connection.execute(insert(schedules), [_schedule(i) for i in ids])
            await connection.execute(insert(pushes), [_push(i, days) for i in ids for days in (3, 4)])
            await connection.execute(insert(verdicts), [_verdict(i, days) for i in ids for days in (1, 2, 9)])


def _person(number: int) -> dict[str, Any]:
    return {"id": number, "tenant": f"t{number % 10}", "user_key": f"{number:064x}", "created_at": NOW}


def _address(store: Store, number: int) -> dict[str, Any]:
    address = Address("slack", f"T{number % 10}", f"U{number:010d}", f"D{number:010d}")
    sealed = store.addresses.sealed(f"t{number % 10}", address)
    return {"person_id": number, "platform": "slack", "sealed": sealed, "at": NOW, "failures": 0}


def _schedule(number: int) -> dict[str, Any]:
    return {
        "person_id": number, "zone": "Europe/Berlin", "days": "01234", "local_time": "09:00", "quiet": "20:00-08:00",
        "paused_until": None, "next_due": DUE, "is_channel": False, "opted_in_at": NOW,
    }  # fmt: skip


def _push(number: int, days: int) -> dict[str, Any]:
    at = DUE - timedelta(days=days)
    return {
        "person_id": number, "kind": "tip", "topic": f"old-{days}", "at": at, "skipped": "", "used_at": at, "how": "done"
    }  # fmt: skip


def _verdict(number: int, days: int) -> dict[str, Any]:
    return {
        "person_id": number, "at": DUE - timedelta(days=days), "network": "linkedin", "delivery": "dm", "relation": "stranger",
        "fit": "adjust", "reasons": "too_soon,impersonal", "rules": "x", "confidence": 0.9, "judge_version": "v",
    }  # fmt: skip


async def write_tips(url: str) -> int:
    """What one process does: batch after batch, until nobody is due."""
    store = await open_store(url, (KEY,))
    words = wording.load()
    tipping = Tipping(store, Library(tips.load, words), words, lambda: NOW)
    done = 0
    while written := await tipping.step():
        done += written
    await store.close()
    return done


async def bare(store: Store, number: int) -> float:
    """Seconds for the same rows claimed, written and moved on by plain statements, in the same batches."""
    began = time.perf_counter()
    blob = os.urandom(600)
    for start in range(0, number, BATCH):
        async with store.together() as connection:
            due = select(schedules.c.person_id).where(schedules.c.next_due <= NOW).order_by(schedules.c.next_due)
            ids = list(await connection.scalars(due.limit(BATCH).with_for_update(skip_locked=True)))
            rows = [
                {
                    "id": f"{start:012x}{i:012x}", "tenant": "t0", "person_id": i, "kind": "tip", "cause": "bare", "sealed": blob,
                    "platform": None, "answer_to": None, "due": NOW, "good_until": NOW, "state": "waiting", "ready": NOW,
                    "attempts": 0, "unknowns": 0, "why": "", "at": NOW,
                }
                for i in ids
            ]  # fmt: skip
            await connection.execute(insert(outbox), rows)
            await connection.execute(insert(pushes), [_push(i, 0) for i in ids])
            await connection.execute(
                update(schedules).where(schedules.c.person_id.in_(ids)).values(next_due=DUE + timedelta(days=1))
            )
    return time.perf_counter() - began


async def reset(store: Store) -> None:
    """Everybody is due again, and nothing was written."""
    async with store.together() as connection:
        await connection.execute(outbox.delete())
        await connection.execute(pushes.delete().where(pushes.c.at >= DUE))
        await connection.execute(update(schedules).values(next_due=DUE))
    if not store.alone:
        async with store.together() as connection:
            await connection.execute(text("ANALYZE"))


async def prepared(url: str, number: int) -> float:
    """Fills a database, and the seconds that bare SQL takes there."""
    store = await open_store(url, (KEY,))
    await fill(store, number)
    await reset(store)
    seconds = await bare(store, number)
    await reset(store)
    await store.close()
    return seconds


async def again(url: str) -> None:
    store = await open_store(url, (KEY,))
    await reset(store)
    await store.close()


async def queued(url: str) -> int:
    store = await open_store(url, (KEY,))
    async with store.together() as connection:
        found = await connection.scalar(select(func.count()).select_from(outbox))
    await store.close()
    return int(found or 0)


def in_process(url: str) -> None:
    asyncio.run(write_tips(url))


def measure_tips(name: str, url: str, number: int, processes: Sequence[int]) -> None:
    """Prints how long so many processes take for everybody's tip."""
    plain = asyncio.run(prepared(url, number))
    print(f"{name}: bare SQL {plain:.1f} s ({number / plain:,.0f} a second)", flush=True)
    for several in processes:
        began = time.perf_counter()
        working = [multiprocessing.Process(target=in_process, args=(url,)) for _ in range(several)]
        for process in working:
            process.start()
        for process in working:
            process.join()
        took = time.perf_counter() - began
        assert asyncio.run(queued(url)) == number
        print(
            f"{name}, {several} process(es): {number:,} tips in {took:.1f} s ({number / took:,.0f} a second), "
            f"{took / plain:.2f} x bare SQL",
            flush=True,
        )
        asyncio.run(again(url))


SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT {columns} FROM n",
    "postgresql": "SELECT {columns} FROM generate_series({first}, {last}) AS n(i)",
}
KEYS = {"sqlite": "printf('%064d', i)", "postgresql": "lpad(i::text, 64, '0')"}
LATER = {"sqlite": "'2026-03-03 08:00:00.000000'", "postgresql": "timestamptz '2026-03-03 08:00:00+00'"}
ROUNDS = 15


async def grow(store: Store, first: int, last: int) -> None:
    """Adds people whose tip is due tomorrow, made by the database itself."""
    async with store.together() as connection:
        kind = connection.dialect.name
        if kind == "postgresql":  # rows that fit together by the way they are made need no check one by one
            await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        wide = {
            "people (id, tenant, user_key, created_at)": f"i, 't0', {KEYS[kind]}, {LATER[kind]}",
            "schedules (person_id, zone, days, local_time, quiet, next_due, is_channel)": (
                f"i, 'Europe/Berlin', '01234', '09:00', '20:00-08:00', {LATER[kind]}, {'0' if kind == 'sqlite' else 'false'}"
            ),
        }
        for into, columns in wide.items():
            series = SERIES[kind].format(first=first, last=last, columns=columns)
            await connection.exec_driver_sql(f"INSERT INTO {into} {series}")


async def claims(name: str, url: str, sizes: Sequence[int]) -> None:
    """Prints how long claiming a batch takes among ever more schedules; flat is what is wanted."""
    store = await open_store(url, (KEY,))
    async with store.together() as connection:
        await connection.execute(insert(tenants), {"key": "t0", "pepper": "00", "created_at": NOW})
    kept, least = 0, 0.0
    for size in sizes:
        began = time.perf_counter()
        for first in range(kept + 1, size + 1, 1_000_000):
            await grow(store, first, min(first + 999_999, size))
        kept = size
        async with store.together() as connection:
            await connection.exec_driver_sql("ANALYZE")
        filled, took = time.perf_counter() - began, []
        for number in range(ROUNDS):
            async with store.together() as connection:
                some = select(schedules.c.person_id).order_by(schedules.c.person_id).offset(number * BATCH).limit(BATCH)
                await connection.execute(update(schedules).where(schedules.c.person_id.in_(some)).values(next_due=DUE))
            began = time.perf_counter()
            async with store.together():
                due = await store.schedules.claim_due(NOW, BATCH)
                await store.schedules.advance([(one.person_id, DUE + timedelta(days=1)) for one in due])
            took.append(time.perf_counter() - began)
            assert len(due) == BATCH
        middle = sorted(took)[ROUNDS // 2]
        least = least or middle
        print(
            f"{name}: {size:>10,} schedules (filled in {filled:.0f} s), {BATCH} claimed and moved on in "
            f"{middle * 1000:.1f} ms, {middle / least:.2f} x the time among {sizes[0]:,}",
            flush=True,
        )
    await store.close()


@contextmanager
def postgresql():  # type: ignore[no-untyped-def]
    with TemporaryDirectory(prefix="tact-bench-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(Path(folder))
        try:
            yield server
        finally:
            server.stop()


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--schedules", type=int, nargs="*", default=[])
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    if options.engine != "postgresql":
        with TemporaryDirectory(prefix="tact-bench-") as folder:
            if options.people:
                measure_tips("SQLite", f"sqlite+aiosqlite:///{folder}/tact.db", options.people, [1])
            if options.schedules:
                asyncio.run(claims("SQLite", f"sqlite+aiosqlite:///{folder}/many.db", options.schedules))
    if options.engine != "sqlite":
        with postgresql() as server:
            if options.people:
                measure_tips("PostgreSQL", server.database(), options.people, options.processes)
            if options.schedules:
                asyncio.run(claims("PostgreSQL", server.database(), options.schedules))


if __name__ == "__main__":
    main()
