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
from functools import cache
from typing import Any

from sqlalchemy import Integer, String, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.model import Person
from bot.storage import StoreError
from bot.storage.schema import Moment, column, key_of_person, number, of_tenant, table

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
    key_of_person("user_key", "until erased, or 13 months after the last sign of them", unique=True),
    column("created_at", Moment, tag="neutral", kept="until erased"),
    column("entries", Integer, tag="neutral", kept="until erased", default=0),
)

MOST_KNOWN = 20_000
BETWEEN = "between transactions"
"""How the kept reader reads: each statement sees what is committed by then, and holds nothing up afterwards."""
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Known:
    """Peppers and numbers that were looked up, where this process alone has the database; with room for none it knows nothing."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._numbers: dict[Person, int] = {}
        self._peppers: dict[str, str] = {}

    def number(self, person: Person) -> int | None:
        """The number of a person's row."""
        return self._numbers.get(person)

    def pepper(self, tenant: str) -> str | None:
        """A tenant's secret."""
        return self._peppers.get(tenant)

    def keep(self, person: Person, number: int) -> int:
        """Remembers a number; everything is forgotten at once when there are too many."""
        if self._most:
            if len(self._numbers) >= self._most:
                self._numbers.clear()
            self._numbers[person] = number
        return number

    def keep_pepper(self, tenant: str, pepper: str) -> str:
        """Remembers a secret."""
        if self._most:
            if len(self._peppers) >= self._most:
                self._peppers.clear()
            self._peppers[tenant] = pepper
        return pepper

    def clear(self) -> None:
        """Remembers nothing any more."""
        self._numbers.clear()
        self._peppers.clear()


class Database:
    """Connections to one database. Only user keys (a keyed hash) stand in it, never platform ids."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._open: ContextVar[AsyncConnection | None] = ContextVar("open transaction", default=None)
        # SQLite has one writer at a time: waiting in line is fair and quick, asking again and again is neither
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )
        self._alone = engine.dialect.name == "sqlite"
        self._known = Known(MOST_KNOWN if self._alone else 0)
        self._reader: AsyncConnection | None = None
        self._reader_taken = False

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
                except BaseException:
                    self.doubt()  # a row that was seen in it may never have been
                    raise
                finally:
                    self._open.reset(mark)

    def doubt(self) -> None:
        """Looks peppers and numbers up again: rows went, or were never committed."""
        self._known.clear()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that reads, and holds no lock while it does."""
        outer = self._open.get()
        if outer is not None:
            yield outer
            return
        with _clearly("nothing was changed"):
            if self._alone and not self._reader_taken:
                async with self._kept_reader() as connection:
                    yield connection
            else:
                async with self._connected() as connection:
                    yield await connection.execution_options(reading=True)

    @asynccontextmanager
    async def _kept_reader(self) -> AsyncIterator[AsyncConnection]:
        """One connection that is kept for reading, outside any transaction: taking one from the pool costs more than a look-up."""
        self._reader_taken = True
        try:
            if self._reader is None:
                connection = await self.engine.connect()
                self._reader = await connection.execution_options(reading=BETWEEN)
            yield self._reader
        except BaseException:
            await self._drop_reader()
            raise
        finally:
            self._reader_taken = False

    async def _drop_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await asyncio.shield(reader.close())

    async def close(self) -> None:
        """Closes all connections."""
        await self._drop_reader()
        await self.engine.dispose()

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
        if known := self._known.number(person):
            return known
        key = await self.user_key(connection, person)
        found = await connection.scalar(select(people.c.id).where(people.c.user_key == key)) if key else None
        return None if found is None else self._known.keep(person, int(found))

    async def user_key(self, connection: AsyncConnection, person: Person) -> str | None:
        """The keyed hash a person is known by; None while nothing is kept of their tenant."""
        pepper = self._known.pepper(person.tenant)
        if pepper is None:
            pepper = await connection.scalar(select(tenants.c.pepper).where(tenants.c.key == person.tenant))
        return user_key(pepper, person) if pepper else None

    async def number(self, connection: AsyncConnection, person: Person, at: datetime) -> int:
        """The number of a person's row, made when first needed; safe when two do so at once."""
        if known := self._known.number(person):
            return known
        pepper = await self.pepper(connection, person.tenant, at)
        key = user_key(pepper, person)
        mine = select(people.c.id).where(people.c.user_key == key)
        found = await connection.scalar(mine)
        if found is None:
            await insert_new(connection, people, tenant=person.tenant, user_key=key, created_at=at)
            found = await connection.scalar(mine)
        return self._known.keep(person, int(found))  # type: ignore[arg-type]  # it was just inserted, by us or by another process

    async def pepper(self, connection: AsyncConnection, tenant: str, at: datetime) -> str:
        """The secret that keys a tenant's hashes, made when first needed."""
        if known := self._known.pepper(tenant):
            return known
        kept = select(tenants.c.pepper).where(tenants.c.key == tenant)
        found = await connection.scalar(kept)
        if found is None:
            await insert_new(connection, tenants, key=tenant, pepper=secrets.token_hex(32), created_at=at)
            found = await connection.scalar(kept)
        return self._known.keep_pepper(tenant, str(found))

    async def add(self, into: Table, person: Person, at: datetime, /, **values: Any) -> None:
        """Writes a row of a person."""
        async with self.writing() as connection:
            person_id = await self.number(connection, person, at)
            await connection.execute(_insert(into), {"person_id": person_id, **values})

    async def of(self, kept: Table, person: Person) -> list[Any]:
        """A person's rows."""
        async with self.reading() as connection:
            whose = {"person": await self.known(connection, person)}
            return list(await connection.execute(_of_person(kept), whose))

    async def since(self, kept: Table, person: Person, since: datetime) -> list[Any]:
        """A person's rows since a time, oldest first."""
        async with self.reading() as connection:
            mine = (kept.c.person_id == await self.known(connection, person)) & (kept.c.at >= since)
            return list(await connection.execute(select(kept).where(mine).order_by(kept.c.at, kept.c.id)))


async def insert_new(connection: AsyncConnection, into: Table, **values: Any) -> bool:
    """Inserts a row unless one with its key is there already; whether it did."""
    done = await connection.execute(_unless_there(connection.dialect.name, into), values)
    return bool(done.rowcount)


@cache
def _insert(into: Table) -> Any:
    return insert(into)


@cache
def _of_person(kept: Table) -> Any:
    return select(kept).where(kept.c.person_id == bindparam("person"))


@cache
def _unless_there(dialect: str, into: Table) -> Any:
    """The statement, made once: building one costs more than running it."""
    return _INSERT[dialect](into).on_conflict_do_nothing()


async def put(connection: AsyncConnection, into: Table, **values: Any) -> None:
    """Writes a row in place of the one with its key; safe when two do so at once."""
    keys = [column.name for column in into.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    new = _INSERT[connection.dialect.name](into).values(**values)
    await connection.execute(new.on_conflict_do_update(index_elements=keys, set_=rest))


async def insert_all_new(connection: AsyncConnection, into: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, without those whose key is there already."""
    if rows:
        await connection.execute(_unless_there(connection.dialect.name, into), rows)


@contextmanager
def _clearly(kept: str) -> Iterator[None]:
    """Says an error of the database in one sentence, with what was kept."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"The database refused it ({error.orig}); {kept}. `tact doctor` says more.") from error


def user_key(pepper: str, person: Person) -> str:
    """HMAC-SHA-256 of tenant and user under the tenant's pepper (data model of design §5)."""
    return hmac.new(
        bytes.fromhex(pepper), f"{person.tenant}\0{person.user}".encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def keyed(pepper: str, tenant: str, text: str) -> str:
    """A tenant's keyed hash of a platform's id: it tells twice the same, and not which one it was."""
    return hmac.new(
        bytes.fromhex(pepper), f"{tenant}\0\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()
