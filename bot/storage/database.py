"""The database behind every part of the store: connections, transactions, and whose row is whose."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.model import Person
from bot.storage import StoreError
from bot.storage.schema import Moment, column, number, of_tenant, table

tenants = table(
    "tenants",
    column("key", String(120), primary_key=True, tag="neutral", kept="until uninstalled"),
    column("pepper", String(64), tag="secret", kept="until uninstalled"),
    column("created_at", Moment, tag="neutral", kept="until uninstalled"),
)

people = table(
    "people",
    number("until erased"),
    of_tenant("until erased"),
    column("user_key", String(64), unique=True, tag="personal", kept="until erased"),
    column("created_at", Moment, tag="neutral", kept="until erased"),
)

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Database:
    """Connections to one database. Only user keys (a keyed hash) stand in it, never platform ids."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._open: ContextVar[AsyncConnection | None] = ContextVar("open transaction", default=None)
        # SQLite has one writer at a time: waiting in line is fair and quick, asking again and again is neither
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    def is_open(self) -> bool:
        """Whether this task is inside a transaction."""
        return self._open.get() is not None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction; inside another one of the same task it is part of that one."""
        outer = self._open.get()
        if outer is not None:
            yield outer
            return
        with _clearly("nothing was kept"):
            async with self._turn, self._connected() as connection, connection.begin():
                mark = self._open.set(connection)
                try:
                    yield connection
                finally:
                    self._open.reset(mark)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that reads, and holds no lock while it does."""
        outer = self._open.get()
        if outer is not None:
            yield outer
            return
        with _clearly("nothing was changed"):
            async with self._connected() as connection:
                yield await connection.execution_options(reading=True)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        """A connection; drivers have errors of all kinds for a server that is away."""
        try:
            connection = await self.engine.connect()
        except Exception as error:
            raise StoreError(f"The database is away ({error}); nothing was changed. Try again in a minute.") from error
        try:
            yield connection
        finally:
            await asyncio.shield(connection.close())  # also where the task is cancelled: it goes back to the pool

    async def known(self, connection: AsyncConnection, person: Person) -> int | None:
        """The number of a person's row; None when nothing is kept of them."""
        pepper = await connection.scalar(select(tenants.c.pepper).where(tenants.c.key == person.tenant))
        if pepper is None:
            return None
        found = await connection.scalar(select(people.c.id).where(people.c.user_key == _user_key(pepper, person)))
        return None if found is None else int(found)

    async def number(self, connection: AsyncConnection, person: Person, at: datetime) -> int:
        """The number of a person's row, made when first needed; safe when two do so at once."""
        pepper = await self.pepper(connection, person.tenant, at)
        key = _user_key(pepper, person)
        mine = select(people.c.id).where(people.c.user_key == key)
        found = await connection.scalar(mine)
        if found is None:
            await insert_new(connection, people, tenant=person.tenant, user_key=key, created_at=at)
            found = await connection.scalar(mine)
        return int(found)  # type: ignore[arg-type]  # it was just inserted, by us or by another process

    async def pepper(self, connection: AsyncConnection, tenant: str, at: datetime) -> str:
        """The secret that keys a tenant's hashes, made when first needed."""
        kept = select(tenants.c.pepper).where(tenants.c.key == tenant)
        found = await connection.scalar(kept)
        if found is None:
            await insert_new(connection, tenants, key=tenant, pepper=secrets.token_hex(32), created_at=at)
            found = await connection.scalar(kept)
        return str(found)

    async def add(self, into: Table, person: Person, at: datetime, /, **values: Any) -> None:
        """Writes a row of a person."""
        async with self.writing() as connection:
            person_id = await self.number(connection, person, at)
            await connection.execute(insert(into).values(person_id=person_id, **values))

    async def since(self, kept: Table, person: Person, since: datetime) -> list[Any]:
        """A person's rows since a time, oldest first."""
        async with self.reading() as connection:
            mine = (kept.c.person_id == await self.known(connection, person)) & (kept.c.at >= since)
            return list(await connection.execute(select(kept).where(mine).order_by(kept.c.at, kept.c.id)))


async def insert_new(connection: AsyncConnection, into: Table, **values: Any) -> bool:
    """Inserts a row unless one with its key is there already; whether it did."""
    done = await connection.execute(_INSERT[connection.dialect.name](into).values(**values).on_conflict_do_nothing())
    return bool(done.rowcount)


async def put(connection: AsyncConnection, into: Table, **values: Any) -> None:
    """Writes a row in place of the one with its key; safe when two do so at once."""
    keys = [column.name for column in into.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    new = _INSERT[connection.dialect.name](into).values(**values)
    await connection.execute(new.on_conflict_do_update(index_elements=keys, set_=rest))


async def insert_all_new(connection: AsyncConnection, into: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, without those whose key is there already."""
    if rows:
        await connection.execute(_INSERT[connection.dialect.name](into).on_conflict_do_nothing(), rows)


@contextmanager
def _clearly(kept: str) -> Iterator[None]:
    """Says an error of the database in one sentence, with what was kept."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"The database refused it ({error.orig}); {kept}. `tact doctor` says more.") from error


def _user_key(pepper: str, person: Person) -> str:
    """HMAC-SHA-256 of tenant and user under the tenant's pepper (data model of design §5)."""
    return hmac.new(bytes.fromhex(pepper), f"{person.tenant}\0{person.user}".encode(), hashlib.sha256).hexdigest()
