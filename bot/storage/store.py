"""The store: one part for each thing that is kept, over SQLite or PostgreSQL with the same statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.model import Person
from bot.storage import StoreError, sqlite
from bot.storage.addresses import Addresses
from bot.storage.charters import Charters
from bot.storage.consents import Consents
from bot.storage.database import Database
from bot.storage.dismissals import Dismissals
from bot.storage.erasing import Erasing
from bot.storage.grouping import Groups
from bot.storage.held import held, taken_out
from bot.storage.houses import Houses
from bot.storage.installations import Installations
from bot.storage.languages import Languages
from bot.storage.leases import Leases
from bot.storage.ledger import Ledger
from bot.storage.marks import Marks
from bot.storage.migrate import migrate
from bot.storage.moving import move, try_keys
from bot.storage.mutes import Mutes
from bot.storage.noting import Notes
from bot.storage.outbox import Outbox
from bot.storage.polls import Polls
from bot.storage.purposes import Purposes
from bot.storage.pushes import Pushes
from bot.storage.receipts import Receipts
from bot.storage.remarks import Remarks
from bot.storage.reviews import Reviews
from bot.storage.rotating import reseal
from bot.storage.schedules import Schedules
from bot.storage.sealing import Seals, keep_keys, key_file, keys_beside
from bot.storage.spending import Spending
from bot.storage.standings import Standings
from bot.storage.sweeping import sweep_idle, sweep_old
from bot.storage.ties import Ties
from bot.storage.tombstones import Tombstone, Tombstones, file_beside
from bot.storage.turned_down import TurnedDown
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
        self.languages = Languages(database)
        self.ties = Ties(database)
        self.reviews = Reviews(database)
        self.addresses = Addresses(database, seals)
        self.installations = Installations(database, seals)
        self.receipts = Receipts(database, self.groups, seals)
        self.outbox = Outbox(database, seals)
        self.marks = Marks(database)
        self.schedules = Schedules(database)
        self.pushes = Pushes(database)
        self.dismissals = Dismissals(database)
        self.turned_down = TurnedDown(database)
        self.polls = Polls(database, seals)
        self.standings = Standings(database, self.pushes)
        self.leases = Leases(database, self.groups, seals, self.addresses, self.polls)
        self.consents = Consents(database)
        self.spending = Spending(database)
        self.houses = Houses(database, self.addresses)
        self._tombstones = Tombstones(file_beside(sqlite.file_of(str(database.engine.url))) if lock else None)
        self._erasing = Erasing(database, self.addresses, self._tombstones)
        self._wiped = True

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
        store = cls(Database(engine), lock, Seals(keys or (keys_beside(sqlite.file_of(url)) if lock else ())))
        await store.erase_again()
        return store

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
            keep_keys(self.key_file, *self.keys)

    def together(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One transaction around several verbs: all of it is kept, or nothing."""
        return self._database.writing()

    async def held(self, person: Person, beside: Collection[str] = ()) -> Mapping[str, tuple[str, ...]]:
        """A line for each row that is kept of a person, by table (see `bot.storage.held`)."""
        found = dict(await held(self._database, person, beside))
        cast = await self.polls.votes_of(person)
        return found | ({"votes": tuple(f"poll {poll}: {choice}" for poll, choice in cast)} if cast else {})

    async def taken_out(self, person: Person) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
        """Every row that is kept of a person, by table, with all columns but secrets (see `bot.storage.held`)."""
        found = dict(await taken_out(self._database, self._seals, self.receipts, person))
        cast = tuple({"poll": poll, "choice": choice} for poll, choice in await self.polls.votes_of(person))
        return found | ({"votes": cast} if cast else {})

    async def forget(self, person: Person, at: datetime) -> int:
        """Erases everything kept of a person, to the last byte of the log; the number of rows that went."""
        async with (
            self._database.writing() as connection
        ):  # before all else: a start that ends an erasure finds neither
            votes = await self.polls.withdraw(connection, person)
            await self.receipts.owe_nothing(connection, person)
        gone = votes + await self._erasing.person(person, at)
        await self.wipe()
        return gone

    async def uninstall(self, tenant: str, at: datetime) -> None:
        """Erases a workspace with everybody in it, to the last byte of the log; also what waited to be sent there."""
        await self._erasing.tenant(tenant, at)
        await self.wipe()

    async def leave_house(self, tenant: str, house: str) -> None:
        """Erases what belongs to a server that removed Tact, to the last byte of the log; people's own data stays."""
        await self.houses.erase(tenant, house)
        await self.wipe()

    async def erase_reached_in(self, tenant: str, workspace: str, at: datetime) -> None:
        """Erases whoever was last reached in one workspace of a tenant that has several, to the last byte of the log."""
        await self._erasing.reached_in(tenant, workspace, at)
        await self.wipe()

    async def erase_again(self, *, stones: Sequence[Tombstone] = ()) -> int:
        """Erases again what a restored backup brought back, by the tombstones here and others; how many it were."""
        async with self._database.writing() as connection:
            await self._tombstones.prepare(connection)
            await self._tombstones.set(connection, *stones)
        back = await self._erasing.again()
        await self.wipe()
        return back

    async def wipe(self) -> bool:
        """Takes the bytes of what was erased from SQLite's log; False when that has to be tried again (`wipe_rest`)."""
        self._wiped = not self._lock or await sqlite.truncate_log(self._database.engine)
        return self._wiped

    async def wipe_rest(self) -> bool:
        """Wipes where that could not be done before."""
        return self._wiped or await self.wipe()

    async def sweep(self, now: datetime) -> int:
        """Erases what is older than its retention; the number of rows that went."""
        gone = await self.outbox.sweep(now) + await self.mutes.sweep(now) + await sweep_old(self._database, now)
        async with self._database.writing() as connection:
            gone += await self._tombstones.sweep(connection, now)
        if gone:
            await self.wipe()
        return gone

    async def sweep_idle(self, now: datetime) -> int:
        """Erases people of whom nothing was heard for 13 months; how many. It looks at everybody: once a day is enough."""
        gone = await sweep_idle(self._database, now)
        if gone:
            await self.wipe()
        return gone

    async def try_keys(self) -> None:
        """Opens some of what is sealed; raises StoreError where the keys do not fit."""
        async with self._database.reading() as connection:
            await try_keys(connection, self._seals)

    async def rotate(self) -> int:
        """Seals everything with the first key; how much was sealed with another one."""
        return await reseal(self._database, self._seals)

    async def move_to(self, target: Store, moved: Callable[[str, int, int], None]) -> int:
        """Copies everything into an empty store with the same keys; the number of rows (see `bot.storage.moving`)."""
        async with self._database.reading() as connection:
            stones = await self._tombstones.all(connection)
        rows = await move(self._database, target._database, self._seals, moved)
        await target.erase_again(stones=stones)
        return rows

    async def close(self) -> None:
        """Closes all connections and lets go of the file."""
        await self.groups.flush()
        await self._database.close()
        if self._lock:
            self._lock.release()
