"""From every schema there ever was, with rows in every table, to this version's: nothing is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, LargeBinary, MetaData, create_engine, func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.model import Person
from bot.storage import open_store
from bot.storage.database import user_key
from bot.storage.migrate import config, migrate
from tests.conftest import KEY
from tests.rows import counts, plain
from tests.servers.postgresql import PostgreSQL

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Person("t", "ana")
PEPPER = "00" * 32
REVISIONS = sorted(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())
MADE_ANEW = {"0002": {"outbox"}}
"""Tables whose rows did not survive a change of the schema; nothing wrote letters before 0003."""
OTHERWISE = {
    "key": "t",
    "tenant": "t",
    "pepper": PEPPER,
    "person_id": 1,
    "review_id": 1,
    "verdict_id": 1,
    "poll_id": 1,
    "entries": 1,
    "number": 1,
}


def fill(connection: Connection) -> dict[str, int]:
    """A row in every table there is; how many rows each has."""
    tables = MetaData()
    tables.reflect(connection)
    tables.remove(tables.tables["alembic_version"])
    for table in tables.sorted_tables:
        row: dict[str, Any] = {}
        for column in table.c:
            if column.name == "id" and column.autoincrement and not isinstance(plain(column.type, "x", NOW), str):
                continue
            value = b"x" if isinstance(column.type, LargeBinary) else plain(column.type, f"x{column.name}", NOW)
            row[column.name] = OTHERWISE.get(column.name, value)
        if table.name == "people":
            row["user_key"] = user_key(PEPPER, ANA)
        connection.execute(insert(table).values(**row))
    return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables.sorted_tables}


async def upgraded(url: str, revision: str, before: dict[str, int]) -> None:
    store = await open_store(url, (KEY,))
    after = await counts(store)
    kept = {name: after[name] for name in before}
    assert kept == before | dict.fromkeys(MADE_ANEW.get(revision, ()), 0)
    assert len(await store.verdicts.since(ANA, NOW)) == 1
    assert await store.forget(ANA, NOW) >= 4
    await store.close()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_schema_of_sqlite_is_brought_up_to_date_with_its_rows(tmp_path: Path, revision: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'tact.db'}")
    with engine.begin() as connection:
        migrate(connection, revision)
        before = fill(connection)
    engine.dispose()
    await upgraded(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}", revision, before)


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-2]])
async def test_the_first_and_the_last_schema_of_postgresql_as_well(postgresql: PostgreSQL, revision: str) -> None:
    url = postgresql.database()
    engine = create_async_engine(make_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: migrate(c, revision))
        before = await connection.run_sync(fill)
    await engine.dispose()
    await upgraded(url, revision, before)
