"""Writes that share a commit: each told only when it is kept, none undone by another's failure."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.model import Entry, EntryKind, Person
from bot.storage.grouping import MOST
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Person("t1", "ana")


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def count(store: Store, table: str) -> int:
    async with store.together() as connection:
        return int((await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar() or 0)


async def test_what_is_told_is_kept(database: str, tmp_path: Path) -> None:
    """Seen from outside, at the moment the caller hears of it: what is acknowledged must outlive a crash."""
    from bot.storage import open_store

    store = await open_store(database)

    async def accept(number: int) -> bool:
        await store.receipts.accept("t1", f"Ev{number}", NOW)
        with closing(sqlite3.connect(tmp_path / "tact.db")) as outside:
            sql = "SELECT count(*) FROM receipts WHERE event = ?"
            return outside.execute(sql, (f"Ev{number}",)).fetchone() == (1,)

    assert all(await asyncio.gather(*(accept(number) for number in range(50))))
    await store.close()


async def test_events_that_come_together_share_commits(database: str) -> None:
    from bot.storage import open_store

    store = await open_store(database)
    await store.receipts.accept("t1", "first", NOW)
    commits = 0

    def counted(_: object) -> None:
        nonlocal commits
        commits += 1

    async with store.together() as connection:
        event.listen(connection.sync_engine, "commit", counted)
    done = await asyncio.gather(*(store.receipts.accept("t1", f"Ev{number}", NOW) for number in range(MOST)))
    assert all(done)
    assert commits <= 4
    await store.close()


async def test_the_same_event_many_times_at_once_is_accepted_once(store: Store) -> None:
    done = await asyncio.gather(*(store.receipts.accept("t1", "Ev1", NOW) for _ in range(20)))
    assert done.count(True) == 1
    assert await count(store, "receipts") == 1


async def test_one_that_fails_undoes_no_other(store: Store) -> None:
    async def fail() -> None:
        raise ValueError("mine")

    def write(number: int) -> Callable[[], Awaitable[None]]:
        return lambda: store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW, f"e{number}"))

    own = store.groups
    done = await asyncio.gather(
        own.run(write(1)), own.run(fail), own.run(write(2)), own.run(write(3)), return_exceptions=True
    )
    assert [type(result) for result in done] == [tuple, ValueError, tuple, tuple]
    assert [entry.who for entry in await store.ledger.since(ANA, NOW)] == ["e1", "e2", "e3"]


async def test_inside_a_transaction_it_is_part_of_that_one(store: Store) -> None:
    async def fail_after() -> None:
        async with store.together():
            assert await store.receipts.accept("t1", "Ev1", NOW)
            raise KeyError

    with pytest.raises(KeyError):
        await fail_after()
    assert await count(store, "receipts") == 0


async def test_who_leaves_early_changes_nothing_for_others(store: Store) -> None:
    leaving = asyncio.create_task(store.receipts.accept("t1", "Ev1", NOW))
    staying = asyncio.create_task(store.receipts.accept("t1", "Ev2", NOW))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying
    assert await store.receipts.accept("t1", "Ev3", NOW)


async def test_closing_waits_for_what_is_being_written(database: str) -> None:
    from bot.storage import open_store

    store = await open_store(database)
    writing = asyncio.create_task(store.receipts.accept("t1", "Ev1", NOW))
    await asyncio.sleep(0)
    await store.close()
    assert await writing
