"""The store: one part for each thing that is kept, over SQLite or PostgreSQL with the same statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.model import Person
from bot.storage import StoreError, sqlite
from bot.storage.addresses import Addresses
from bot.storage.charters import Charters
from bot.storage.database import Database, people, tenants
from bot.storage.grouping import Groups
from bot.storage.held import held
from bot.storage.installations import Installations
from bot.storage.leases import Leases
from bot.storage.ledger import Ledger
from bot.storage.marks import Marks
from bot.storage.migrate import migrate
from bot.storage.moving import move
from bot.storage.mutes import Mutes
from bot.storage.noting import Notes
from bot.storage.outbox import Outbox
from bot.storage.purposes import Purposes
from bot.storage.pushes import Pushes
from bot.storage.receipts import Receipts
from bot.storage.remarks import Remarks
from bot.storage.reviews import Reviews
from bot.storage.schedules import Schedules
from bot.storage.schema import metadata
from bot.storage.sealing import Seals, keep_key, key_beside, key_file
from bot.storage.ties import Ties
from bot.storage.verdicts import Verdicts


class Store:
    """What Tact keeps of people, each part scoped to a person or a tenant."""

    def __init__(self, database: Database, lock: sqlite.Lock | None, seals: Seals) -> None:
        self._database = database
        self._lock = lock
        self._seals = seals
        self.groups = Groups(database)
        self.verdicts = Verdicts(database, self.groups)
        self.purposes = Purposes(database)
        self.ledger = Ledger(database)
        self.notes = Notes(database)
        self.charters = Charters(database)
        self.mutes = Mutes(database)
        self.remarks = Remarks(database, self.groups)
        self.ties = Ties(database)
        self.reviews = Reviews(database)
        self.addresses = Addresses(database, seals)
        self.installations = Installations(database, seals)
        self.receipts = Receipts(database, self.groups, seals)
        self.outbox = Outbox(database, seals)
        self.marks = Marks(database)
        self.schedules = Schedules(database)
        self.pushes = Pushes(database)
        self.leases = Leases(database, self.groups, seals, self.addresses)

    @classmethod
    async def open(cls, url: str, keys: tuple[bytes, ...] = ()) -> Store:
        """Opens and migrates a database; raises StoreError in one clear sentence.

        Without keys SQLite seals with the one in the file beside it, and PostgreSQL refuses what would have to be sealed.
        """
        lock = sqlite.claim(url) if url.startswith("sqlite") else None
        # no value ever stands in an error; a server may have been restarted since a connection was last used
        engine = create_async_engine(
            url, hide_parameters=True, pool_pre_ping=lock is None, connect_args=sqlite.CONNECT if lock else {}
        )
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

    @property
    def alone(self) -> bool:
        """Whether no other process can use this database meanwhile."""
        return self._lock is not None

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that seal what is sealed here."""
        return self._seals.keys

    @property
    def key_file(self) -> Path | None:
        """The file beside the database that holds its key; None on PostgreSQL, whose keys are in the settings."""
        return key_file(sqlite.file_of(str(self._database.engine.url))).absolute() if self._lock else None

    def keep_key(self) -> None:
        """Writes the key into the file beside the database, where one belongs and none is yet."""
        if self.key_file and not self.key_file.exists() and self.keys:
            keep_key(self.key_file, self.keys[0])

    def together(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction around several verbs: all of it is kept, or nothing."""
        return self._database.writing()

    async def held(self, person: Person, beside: Collection[str] = ()) -> Mapping[str, tuple[str, ...]]:
        """A line for each row that is kept of a person, by table (see `bot.storage.held`)."""
        return await held(self._database, person, beside)

    async def forget(self, person: Person) -> int:
        """Erases everything kept of a person, to the last byte of the log; the number of rows that went."""
        async with self._database.writing() as connection:
            person_id = await self._database.known(connection, person)
            gone = await _rows_of(connection, person_id)
            await self.charters.disown(connection, person)
            await connection.execute(delete(people).where(people.c.id == person_id))
        self._database.doubt()
        if self._lock:
            await sqlite.truncate_log(self._database.engine)
        return gone

    async def uninstall(self, tenant: str) -> None:
        """Erases a workspace with everybody in it, to the last byte of the log; also what waited to be sent there."""
        async with self._database.writing() as connection:
            await connection.execute(delete(tenants).where(tenants.c.key == tenant))
        self._database.doubt()
        if self._lock:
            await sqlite.truncate_log(self._database.engine)

    async def sweep(self, now: datetime) -> int:
        """Erases what is older than its retention; the number of rows that went."""
        async with self._database.writing() as connection:
            gone = await self.outbox.sweep(now)
            for table in metadata.sorted_tables:
                if table.info["swept"]:
                    old = table.c.at < now - table.info["swept"]
                    gone += (await connection.execute(delete(table).where(old))).rowcount
        return gone

    async def move_to(self, target: Store, moved: Callable[[str, int, int], None]) -> int:
        """Copies everything into an empty store with the same keys; the number of rows (see `bot.storage.moving`)."""
        return await move(self._database, target._database, self._seals, moved)

    async def close(self) -> None:
        """Closes all connections and lets go of the file."""
        await self.groups.flush()
        await self._database.close()
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
