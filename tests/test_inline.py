"""SQLite on the loop: what may wait leaves it, what was remembered is never believed after it went."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import Entry, EntryKind, Person
from bot.storage.inline import is_quick
from bot.storage.store import Store

ANA = Person("t1", "ana")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GAVE = Entry(EntryKind.GAVE, "help", NOW)


def test_only_what_cannot_wait_runs_on_the_loop() -> None:
    quick = ("SELECT 1", "INSERT INTO x VALUES (1)", "BEGIN")
    others = (
        "BEGIN IMMEDIATE",
        "UPDATE x SET a = 1",
        "DELETE FROM x",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "CREATE TABLE x",
    )
    assert [is_quick(statement) for statement in (*quick, *others)] == [True] * 3 + [False] * 5


async def test_a_lock_held_elsewhere_holds_up_the_writer_and_not_the_loop(store: Store, tmp_path: Path) -> None:
    await store.ledger.record(ANA, GAVE)
    with closing(sqlite3.connect(tmp_path / "tact.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.ensure_future(store.ledger.record(ANA, GAVE))
        for _ in range(20):
            await asyncio.sleep(0.01)
            assert len(await store.ledger.since(ANA, NOW)) == 1
        assert not writing.done()
        other.execute("ROLLBACK")
    await writing
    assert len(await store.ledger.since(ANA, NOW)) == 2


async def test_a_person_whose_row_was_rolled_back_is_not_believed_in(store: Store) -> None:
    async def fail() -> None:
        async with store.together():
            await store.ledger.record(ANA, GAVE)
            assert len(await store.ledger.since(ANA, NOW)) == 1
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert len(await store.ledger.since(ANA, NOW)) == 0
    await store.ledger.record(ANA, GAVE)
    assert len(await store.ledger.since(ANA, NOW)) == 1


@pytest.mark.parametrize("gone", ["forgotten", "uninstalled"])
async def test_who_went_comes_back_as_somebody_new(store: Store, gone: str) -> None:
    await store.ledger.record(ANA, GAVE)
    assert len(await store.ledger.since(ANA, NOW)) == 1
    await (store.forget(ANA, NOW) if gone == "forgotten" else store.uninstall("t1", NOW))
    assert len(await store.ledger.since(ANA, NOW)) == 0
    await store.ledger.record(ANA, GAVE)
    assert await store.receipts.accept("t1", "Ev1", NOW)
    assert len(await store.ledger.since(ANA, NOW)) == 1


async def test_a_write_that_is_cancelled_leaves_the_store_usable(store: Store) -> None:
    for _ in range(5):
        writing = asyncio.ensure_future(store.ledger.record(ANA, GAVE))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    before = len(await store.ledger.since(ANA, NOW))
    await store.ledger.record(ANA, GAVE)
    assert len(await store.ledger.since(ANA, NOW)) == before + 1
