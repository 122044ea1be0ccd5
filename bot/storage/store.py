"""The store: one part for each thing that is kept, over SQLite or PostgreSQL with the same statements."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.model import Person
from bot.storage import StoreError, sqlite
from bot.storage.addresses import Addresses
from bot.storage.consents import Consents
from bot.storage.database import Database, people
from bot.storage.ledger import Ledger
from bot.storage.migrate import migrate
from bot.storage.outbox import Outbox
from bot.storage.purposes import Purposes
from bot.storage.receipts import Receipts
from bot.storage.schema import metadata
from bot.storage.sealing import Seals, key_beside
from bot.storage.spending import Spending
from bot.storage.verdicts import Verdicts


class Store:
    """What Tact keeps of people, each part scoped to a person or a tenant."""

    def __init__(self, database: Database, lock: sqlite.Lock | None, seals: Seals) -> None:
        self._database = database
        self._lock = lock
        self.verdicts = Verdicts(database)
        self.purposes = Purposes(database)
        self.ledger = Ledger(database)
        self.addresses = Addresses(database, seals)
        self.receipts = Receipts(database, seals)
        self.outbox = Outbox(database, seals)
        self.consents = Consents(database)
        self.spending = Spending(database)

    @classmethod
    async def open(cls, url: str, keys: tuple[bytes, ...] = ()) -> Store:
        """Opens and migrates a database; raises StoreError in one clear sentence.

        Without keys SQLite seals with the one in the file beside it, and PostgreSQL refuses what would have to be sealed.
        """
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
        return cls(Database(engine), lock, Seals(keys or ((key_beside(sqlite.file_of(url)),) if lock else ())))

    def together(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction around several verbs: all of it is kept, or nothing."""
        return self._database.writing()

    async def forget(self, person: Person) -> int:
        """Erases everything kept of a person, to the last byte of the log; the number of rows that went."""
        async with self._database.writing() as connection:
            person_id = await self._database.known(connection, person)
            gone = await _rows_of(connection, person_id)
            await connection.execute(delete(people).where(people.c.id == person_id))
        if self._lock:
            await sqlite.truncate_log(self._database.engine)
        return gone

    async def sweep(self, now: datetime) -> int:
        """Erases what is older than its retention; the number of rows that went."""
        gone = 0
        async with self._database.writing() as connection:
            for table in metadata.sorted_tables:
                if table.info["swept"]:
                    old = table.c.at < now - table.info["swept"]
                    gone += (await connection.execute(delete(table).where(old))).rowcount
        return gone

    async def close(self) -> None:
        """Closes all connections and lets go of the file."""
        await self._database.engine.dispose()
        if self._lock:
            self._lock.release()


async def _rows_of(connection: AsyncConnection, person_id: int | None) -> int:
    """How many rows are kept of a person, in every table that names one."""
    if person_id is None:
        return 0
    counts: Sequence[int] = [
        int(await connection.scalar(select(func.count()).where(table.c.person_id == person_id)) or 0)
        for table in metadata.sorted_tables
        if "person_id" in table.c
    ]
    return sum(counts) + 1
