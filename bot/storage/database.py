"""The store on SQLAlchemy Core, the same statements for SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.model import Case, Entry, EntryKind, Network, Person, Purpose, Verdict
from bot.storage import Judged, Store, StoreError, sqlite
from bot.storage.migrate import migrate
from bot.storage.schema import ENTRIES_KEPT, VERDICTS_KEPT, entries, people, purposes, tenants, verdicts


class DatabaseStore:
    """A store on one database. Only user keys (a keyed hash) stand in it, never platform ids."""

    def __init__(self, engine: AsyncEngine, lock: sqlite.Lock | None) -> None:
        self._engine = engine
        self._lock = lock

    @classmethod
    async def open(cls, url: str) -> Store:
        """Opens and migrates a database; raises StoreError."""
        lock = sqlite.claim(url) if url.startswith("sqlite") else None
        engine = create_async_engine(url, hide_parameters=True)  # no value ever stands in an error
        if lock:
            sqlite.prepare(engine.sync_engine)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(migrate)
        except (DBAPIError, OSError, StoreError) as error:
            await engine.dispose()
            if lock:
                lock.release()
            if isinstance(error, StoreError):
                raise
            cause = getattr(error, "orig", None) or error
            raise StoreError(
                f"The database could not be opened ({cause}). Nothing was changed; check TACT_DATABASE_URL and try again."
            ) from error
        return cls(engine, lock)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with _clearly("nothing was kept"):
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        with _clearly("nothing was changed"):
            async with self._engine.connect() as connection:
                yield connection

    async def sweep(self, now: datetime) -> int:
        """Erases what is older than its retention; the number of rows that went."""
        gone = 0
        async with self._writing() as connection:
            for table, kept in ((verdicts, VERDICTS_KEPT), (entries, ENTRIES_KEPT)):
                gone += (await connection.execute(delete(table).where(table.c.at < now - kept))).rowcount
        return gone

    async def close(self) -> None:
        """Closes all connections and lets go of the file."""
        await self._engine.dispose()
        if self._lock:
            self._lock.release()

    async def record_verdict(self, person: Person, case: Case, verdict: Verdict, at: datetime) -> None:
        """Keeps codes of a verdict, never its text."""
        async with self._writing() as connection:
            await connection.execute(
                insert(verdicts).values(
                    person_id=await self._id(connection, person, at),
                    at=at,
                    network=case.network or "",
                    delivery=case.delivery or "",
                    relation=case.relation or "",
                    fit=verdict.code,
                    reasons=",".join(verdict.reasons),
                    rules=",".join(finding.rule for finding in verdict.findings)[:400],
                    confidence=verdict.confidence,
                    judge_version=verdict.version,
                )
            )

    async def verdicts_of(self, person: Person, since: datetime) -> tuple[Judged, ...]:
        """The person's verdicts since a time, oldest first."""
        rows = await self._rows(person, verdicts, since)
        return tuple(
            Judged(_utc(r.at), r.network, r.delivery, r.relation, r.fit, tuple(r.reasons.split(",")), r.judge_version)
            for r in rows
        )

    async def state_purposes(
        self, person: Person, network: Network | None, purposes_: tuple[Purpose, ...], at: datetime
    ) -> None:
        """Replaces the purposes for one network or overall."""
        async with self._writing() as connection:
            person_id = await self._id(connection, person, at)
            here = (purposes.c.person_id == person_id) & (purposes.c.network == (network or ""))
            await connection.execute(delete(purposes).where(here))
            for place, purpose in enumerate(purposes_):
                await connection.execute(
                    insert(purposes).values(
                        person_id=person_id, network=network or "", purpose=purpose, place=place, stated_at=at
                    )
                )

    async def purposes_of(self, person: Person) -> Mapping[Network | None, tuple[Purpose, ...]]:
        """The stated purposes by network; None is overall."""
        async with self._reading() as connection:
            rows = await connection.execute(
                select(purposes.c.network, purposes.c.purpose)
                .where(
                    purposes.c.person_id
                    == select(people.c.id).where(self._is(await self._key(connection, person))).scalar_subquery()
                )
                .order_by(purposes.c.place)
            )
            stated: dict[Network | None, tuple[Purpose, ...]] = {}
            for row in rows:
                network = Network(row.network) if row.network else None
                stated[network] = (*stated.get(network, ()), Purpose(row.purpose))
            return stated

    async def record_entry(self, person: Person, entry: Entry) -> None:
        """Writes a give or an ask."""
        async with self._writing() as connection:
            person_id = await self._id(connection, person, entry.at)
            await connection.execute(
                insert(entries).values(
                    person_id=person_id, kind=entry.kind, what=entry.what, who=entry.who, at=entry.at
                )
            )

    async def entries_of(self, person: Person, since: datetime) -> tuple[Entry, ...]:
        """The person's gives and asks since a time, oldest first."""
        rows = await self._rows(person, entries, since)
        return tuple(Entry(EntryKind(r.kind), r.what, _utc(r.at), r.who) for r in rows)

    async def forget(self, person: Person) -> int:
        """Erases everything kept of a person; the number of rows that went."""
        gone = 0
        async with self._writing() as connection:
            person_id = await connection.scalar(
                select(people.c.id).where(self._is(await self._key(connection, person)))
            )
            for table in (verdicts, purposes, entries):
                gone += (await connection.execute(delete(table).where(table.c.person_id == person_id))).rowcount
            gone += (await connection.execute(delete(people).where(people.c.id == person_id))).rowcount
        if self._lock:
            await sqlite.truncate_log(self._engine)
        return gone

    async def _rows(self, person: Person, table: Any, since: datetime) -> list[Row[Any]]:
        async with self._reading() as connection:
            key = await self._key(connection, person)
            rows = await connection.execute(
                select(table)
                .join(people, people.c.id == table.c.person_id)
                .where(self._is(key), table.c.at >= since)
                .order_by(table.c.at, table.c.id)
            )
            return list(rows)

    @staticmethod
    def _is(key: str) -> Any:
        return people.c.user_key == key

    async def _key(self, connection: AsyncConnection, person: Person) -> str:
        """The user key; empty for a tenant that was never seen."""
        pepper = await connection.scalar(select(tenants.c.pepper).where(tenants.c.key == person.tenant))
        return _user_key(pepper, person) if pepper else ""

    async def _id(self, connection: AsyncConnection, person: Person, at: datetime) -> int:
        """The person's row, made when first needed; safe when two do so at once."""
        pepper = await connection.scalar(select(tenants.c.pepper).where(tenants.c.key == person.tenant))
        if pepper is None:
            pepper = secrets.token_hex(32)
            await connection.execute(insert(tenants).values(key=person.tenant, pepper=pepper, created_at=at))
        key = _user_key(pepper, person)
        known = await connection.scalar(select(people.c.id).where(self._is(key)))
        if known is not None:
            return int(known)
        try:
            async with connection.begin_nested():
                made = await connection.execute(
                    insert(people).values(tenant=person.tenant, user_key=key, created_at=at).returning(people.c.id)
                )
                return int(made.scalar_one())
        except IntegrityError:  # another process was faster
            return int((await connection.execute(select(people.c.id).where(self._is(key)))).scalar_one())


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


def _utc(at: datetime) -> datetime:
    """SQLite keeps no zone; what it holds is UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
