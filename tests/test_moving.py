"""Moving to another database: all of it or nothing, and the first is left as it was."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters import moving
from bot.letters import Address, LetterKind
from bot.model import Entry, EntryKind, Person, Purpose, Reply
from bot.schedule import Schedule
from bot.storage import StoreError, open_store
from bot.storage.pushes import Pushed
from bot.storage.schema import metadata
from bot.storage.store import Store
from tests.conftest import KEY
from tests.servers.postgresql import PostgreSQL

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
PEOPLE = [Person("t1", f"p{number}") for number in range(1_500)]
ANA = PEOPLE[7]
HOME = Address("slack", "t1", "ana", "D1")


async def fill(store: Store) -> None:
    async with store.together():
        for person in PEOPLE:
            await store.purposes.state(person, None, (Purpose.BRAND,), NOW)
    await store.addresses.keep(ANA, HOME, NOW)
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW, "M"))
    await store.receipts.accept("t1", "Ev1", NOW, HOME)
    await store.outbox.put(ANA, LetterKind.TIP, Reply("Hi"), NOW, cause="a", at=NOW)
    await store.schedules.keep(ANA, Schedule("Europe/Berlin"), NOW, NOW)
    await store.pushes.record(ANA, Pushed("tip", "say-thanks", NOW))


async def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    async with store.together() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


async def no_rows(store: Store) -> bool:
    return not any((await everything(store)).values())


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgresql: PostgreSQL) -> tuple[str, str]:
    """The URLs of a database that is full and of an empty one, as an operator types them."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    source = f"sqlite:///{tmp_path / 'old.db'}"
    return source, postgresql.database().replace("+asyncpg", "")


def driven(url: str) -> str:
    return url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")


def test_everything_moves_from_sqlite_to_postgresql_and_back_with_its_key(
    settings: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = settings

    async def look(url: str, *keys: bytes, first: bool = False) -> dict[str, list[tuple[object, ...]]]:
        store = await open_store(driven(url), keys)
        if first:
            await fill(store)
        found = await everything(store)
        await store.close()
        return found

    before = asyncio.run(look(source, first=True))
    out = io.StringIO()
    assert moving.migrate(source, target, out) == 0
    assert "people: 1000 of 1500" in out.getvalue()
    key_file = tmp_path / "old.db.key"
    assert f"TACT_KEY_FILE={key_file}" in out.getvalue()
    monkeypatch.setenv("TACT_KEY_FILE", str(key_file))
    key = moving.from_environment().keys[0]

    async def carry_on() -> None:
        store = await open_store(driven(target), (key,))
        assert await everything(store) == before
        assert await store.addresses.of(ANA) == HOME
        (letter,) = await store.leases.claim(NOW, 1, "slack")
        assert letter.reply == Reply("Hi")
        await store.leases.release([letter], NOW)
        await store.ledger.record(Person("t1", "new"), Entry(EntryKind.GAVE, "help", NOW))
        await store.close()

    asyncio.run(carry_on())
    monkeypatch.delenv("TACT_KEY_FILE")
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert moving.migrate(source, back, io.StringIO()) == 0
    assert asyncio.run(look(back)) == before
    assert (tmp_path / "back.db.key").read_text() == key_file.read_text()


async def test_a_target_that_is_not_empty_is_refused_and_left_alone(store: Store, postgresql: PostgreSQL) -> None:
    await fill(store)
    target = await open_store(postgresql.database(), (KEY,))
    await target.ledger.record(Person("t9", "x"), Entry(EntryKind.GAVE, "help", NOW))
    before = await everything(target)
    with pytest.raises(StoreError, match="already holds something"):
        await store.move_to(target, lambda *_: None)
    assert await everything(target) == before
    await target.close()


async def test_an_aborted_move_leaves_the_target_empty_and_the_source_whole(
    store: Store, postgresql: PostgreSQL
) -> None:
    await fill(store)
    before = await everything(store)
    target = await open_store(postgresql.database(), (KEY,))

    def abort(table: str, done: int, _whole: int) -> None:
        if (table, done) == ("purposes", 1000):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await store.move_to(target, abort)
    assert await no_rows(target)
    assert await everything(store) == before
    await target.close()


async def test_a_key_that_does_not_fit_is_found_before_anything_is_moved(
    database: str, store: Store, postgresql: PostgreSQL
) -> None:
    await fill(store)
    await store.close()
    other = await open_store(database, (KEY,))
    target = await open_store(postgresql.database(), (KEY,))
    with pytest.raises(StoreError, match="another key"):
        await other.move_to(target, lambda *_: None)
    assert await no_rows(target)
    await other.close()
    await target.close()


def test_one_name_alone_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert moving.migrate("sqlite:///x.db", None, io.StringIO()) == 78
    assert "--from and --to" in capsys.readouterr().err


def test_without_names_the_database_is_brought_up_to_date(tmp_path: Path) -> None:
    out = io.StringIO()
    assert moving.migrate(None, None, out) == 0
    assert "this version's schema" in out.getvalue()


OPENING = """
import asyncio, sys
from bot.storage import open_store
import bot.storage.store
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(asyncio.wait_for(open_store(sys.argv[1], (bytes(32),)), 60))
"""


def test_processes_that_start_together_migrate_one_after_the_other(postgresql: PostgreSQL) -> None:
    said = [sys.executable, "-c", OPENING, postgresql.database()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(said, cwd=ROOT, **pipes) for _ in range(3)]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("now\n")
        one.stdin.flush()
    ended = [(one.communicate(timeout=90)[1], one.returncode) for one in started]
    assert ended == [("", 0)] * 3
