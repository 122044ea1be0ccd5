"""Logs as a power cut leaves them: cut at any half kilobyte, or with a bit flipped. No transaction before the tear is missing."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.letters import LetterKind
from bot.model import Entry, EntryKind, Person, Reply
from bot.storage import open_store
from tests.crash.life import KEY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Person("t1", "ana")
TRANSACTIONS = 40


def torn_images(folder: Path, transactions: int) -> list[int]:
    """Fills a folder with a database and its log as a power cut would leave them; the log's length after each commit."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        asyncio.run(_write_and_die(folder, transactions, write))
    os.close(write)
    with os.fdopen(read) as pipe:
        sizes = [int(line) for line in pipe.read().split()]
    os.waitpid(child, 0)
    return sizes


async def _write_and_die(folder: Path, transactions: int, write: int) -> None:
    store = await open_store(f"sqlite+aiosqlite:///{folder / 'tact.db'}", (KEY,))
    for event in range(transactions):
        async with store.together():
            await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW, f"e{event}"))
            await store.outbox.put(ANA, LetterKind.ANSWER, Reply("Hi"), NOW, cause=f"answer/{event}", at=NOW)
            await store.receipts.accept("t1", f"Ev{event}", NOW)
        os.write(write, f"{(folder / 'tact.db-wal').stat().st_size}\n".encode())
    os._exit(0)


def torn(folder: Path, target: Path, cut: int, flip: int | None) -> tuple[str, list[int]]:
    """Opens a copy whose log is cut at a byte, or has a bit flipped; its integrity, and how many of each thing it holds."""
    log = bytearray((folder / "tact.db-wal").read_bytes()[:cut])
    if flip is not None:
        log[flip] ^= 1
    target.write_bytes((folder / "tact.db").read_bytes())
    target.with_name(target.name + "-wal").write_bytes(log)
    target.with_name(target.name + "-shm").unlink(missing_ok=True)
    with closing(sqlite3.connect(target)) as database:
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        counts = [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] if table in tables else 0
            for table in ("entries", "outbox", "receipts")
        ]
    return sound, counts


def tear(folder: Path, images: int, seed: int) -> list[str]:
    """Tears a log in so many ways; what was wrong with any of them."""
    sizes = torn_images(folder, TRANSACTIONS)
    assert len(sizes) == TRANSACTIONS
    random, wrong = Random(seed), []
    for image in range(images):
        cut = random.randrange(0, sizes[-1] // 512 + 1) * 512 if image % 2 else sizes[-1]
        flip = None if image % 2 else random.randrange(sizes[-1])
        sound, counts = torn(folder, folder / "torn.db", cut, flip)
        safe = sum(size <= min(cut, flip if flip is not None else cut) for size in sizes)
        if sound != "ok" or len(set(counts)) != 1 or counts[0] < safe:
            wrong.append(f"seed {seed}, image {image}: {sound}, {counts}, at least {safe} were committed before")
    return wrong
