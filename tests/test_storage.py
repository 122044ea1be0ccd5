"""The database file: what it holds, what it refuses, and that nothing is overwritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from bot.letters import Address, LetterKind
from bot.model import Case, Entry, EntryKind, Fit, Person, Reason, Reply, Verdict
from bot.schedule import Schedule
from bot.storage import StoreError, open_store
from bot.storage.migrate import migrate
from bot.storage.pushes import Pushed
from bot.storage.schema import metadata
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ANA = Person("console", "ana-platform-id")


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def test_every_column_says_how_private_it_is_and_how_long_it_stays() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            assert column.info.get("tag") in {"personal", "secret", "neutral"}, f"{table.name}.{column.name}"
            assert column.info.get("kept"), f"{table.name}.{column.name}"


async def test_migrations_make_the_schema_that_the_code_uses(tmp_path: Path) -> None:
    await (await open_store(url(tmp_path / "t.db"))).close()
    engine = create_engine(f"sqlite:///{tmp_path / 't.db'}")
    seen = inspect(engine)
    for table in metadata.tables.values():
        made = {c["name"]: (str(c["type"]), c["nullable"]) for c in seen.get_columns(table.name)}
        assert made == {c.name: (str(c.type), c.nullable) for c in table.columns}, table.name
        assert {i["name"] for i in seen.get_indexes(table.name)} == {i.name for i in table.indexes}
    engine.dispose()


async def test_neither_a_text_nor_a_platform_id_reaches_the_disk(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path / "t.db"))
    verdict = Verdict(Fit.FITS, (Reason.NONE,), (), 0.8, ())
    await store.verdicts.record(ANA, Case("CANARY draft", history="CANARY", charter="CANARY"), verdict, NOW)
    await store.close()
    for file in tmp_path.iterdir():
        assert b"CANARY" not in file.read_bytes()
        assert b"ana-platform-id" not in file.read_bytes()


async def test_forgetting_leaves_no_bytes_in_file_or_log(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path / "t.db"))
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW, "ZQXJNICK"))
    await store.forget(ANA, NOW)
    for file in tmp_path.iterdir():
        assert b"ZQXJNICK" not in file.read_bytes(), file
    await store.close()


async def test_a_second_process_is_refused_and_told_why(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path / "t.db"))
    with pytest.raises(StoreError, match="Another Tact is using"):
        await open_store(url(tmp_path / "t.db"))
    await store.close()
    await (await open_store(url(tmp_path / "t.db"))).close()


async def test_a_file_that_is_no_database_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ana,", encoding="utf-8")
    with pytest.raises(StoreError, match="is not a Tact database"):
        await open_store(url(path))
    assert path.read_text(encoding="utf-8") == "Dear Ana,"


async def test_another_programs_database_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a Tact database"):
        await open_store(url(path))
    assert path.read_bytes() == before


async def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    await (await open_store(url(tmp_path / "t.db"))).close()
    with closing(sqlite3.connect(tmp_path / "t.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with pytest.raises(StoreError, match="newer Tact"):
        await open_store(url(tmp_path / "t.db"))


async def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        await open_store(url(tmp_path / "file" / "t.db"))


async def test_a_broken_database_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    with pytest.raises(StoreError, match="is not a Tact database"):
        await open_store(url(path))


async def test_a_ledger_of_an_older_schema_keeps_its_entries_with_numbers_and_outcomes(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "t.db")) as connection:
        engine = create_engine(f"sqlite:///{tmp_path / 't.db'}")
        with engine.begin() as begun:
            migrate(begun, "0003")
        engine.dispose()
        connection.executescript(
            """
            INSERT INTO tenants VALUES ('t', '00', '2026-01-01');
            INSERT INTO people VALUES (1, 't', 'a', '2026-01-01'), (2, 't', 'b', '2026-01-01');
            INSERT INTO entries (person_id, kind, what, who, at) VALUES
                (1, 'asked', 'help', 'M', '2026-03-01 00:00:00.000000'), (2, 'gave', 'help', '', '2026-03-01 00:00:00.000000'),
                (1, 'gave', 'thanks', 'M', '2026-03-02 00:00:00.000000');
            """
        )
        await (await open_store(url(tmp_path / "t.db"))).close()
        rows = connection.execute(
            "SELECT person_id, number, outcome FROM entries ORDER BY person_id, number"
        ).fetchall()
        assert rows == [(1, 1, "open"), (1, 2, ""), (2, 1, "")]
        assert connection.execute("SELECT id, entries FROM people").fetchall() == [(1, 2), (2, 1)]


async def test_sqlite_syncs_every_commit_waits_for_locks_and_overwrites_what_is_erased(store: Store) -> None:
    async with store.together() as connection:
        set_to = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert set_to == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000
    }  # fmt: skip


async def test_what_is_held_of_a_person_names_every_personal_column_and_only_theirs(store: Store) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    other = Person("t1", "other")
    for person in (ANA, other):
        await store.addresses.keep(person, Address("slack", "t1", person.user), at)
        await store.schedules.keep(person, Schedule("Europe/Berlin"), at, at)
        await store.pushes.record(person, Pushed("tip", "say-thanks", at))
        await store.outbox.put(person, LetterKind.TIP, Reply("CANARY"), at, cause="a", at=at)
    held = await store.held(ANA)
    assert set(held) == {"addresses", "schedules", "pushes", "outbox"}
    for table, lines in held.items():
        assert len(lines) == 1
        for column in metadata.tables[table].c:
            personal = column.info["tag"] == "personal" and column.name != "person_id"
            assert not personal or f"{column.name} " in lines[0], f"{table}.{column.name}"
    assert "zone Europe/Berlin" in held["schedules"][0]
    assert "CANARY" not in str(held)
    assert set(await store.held(ANA, beside=("outbox", "pushes"))) == {"addresses", "schedules"}
    assert await store.held(Person("t2", "ana")) == {}
