"""Letters being sent: claimed with a lease, counted before they are sent, and settled after. Any number of workers may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply
from bot.retries import UNKNOWNS, UNREACHABLE, Fate, State
from bot.storage import StoreError
from bot.storage.addresses import Addresses, addresses
from bot.storage.database import Database
from bot.storage.grouping import Groups
from bot.storage.outbox import body_of, goal_of, outbox
from bot.storage.polls import Polls
from bot.storage.pushes import pushes
from bot.storage.sealing import Seals

LEASE = timedelta(seconds=60)
"""How long a worker may hold a letter: three times as long as it tries to send one."""
_UNSETTLED = (State.WAITING, State.SENDING)


class Leases:
    """Who is sending which letter."""

    def __init__(self, database: Database, groups: Groups, seals: Seals, where: Addresses, polls: Polls) -> None:
        self._database = database
        self._groups = groups
        self._seals = seals
        self._addresses = where
        self._polls = polls

    async def claim(
        self, now: datetime, limit: int, platform: str, held: Collection[str] = (), lease: timedelta = LEASE
    ) -> tuple[Letter, ...]:
        """Due letters of a platform, oldest first, one a person at most and none of the tenants held back.

        The attempt is counted and committed by the time this returns, so send what it gives and settle it.
        """
        mine = outbox.c.tenant.not_in(held) if held else None
        return await self._claim(State.WAITING, now, limit, platform, lease, mine)

    async def crashed(self, now: datetime) -> int:
        """How many letters are left whose worker vanished while sending them."""
        async with self._database.reading() as connection:
            ended = (outbox.c.state == State.SENDING) & (outbox.c.ready <= now)
            return int(await connection.scalar(select(func.count()).where(ended)) or 0)

    async def claim_crashed(self, now: datetime, platform: str, lease: timedelta = LEASE) -> Letter | None:
        """The oldest letter whose worker vanished while sending it, to be sent with nothing beside it; None when none is.

        That attempt counts as unknown. At the second the letter is given up: it may be what brings workers down.
        """
        async with self._database.writing() as connection:
            lost = and_(outbox.c.state == State.SENDING, outbox.c.ready <= now, outbox.c.unknowns + 1 >= UNKNOWNS)
            given_up = {"state": State.DEAD, "ready": now, "why": "unknown", "unknowns": outbox.c.unknowns + 1}
            await connection.execute(update(outbox).where(lost).values(**given_up))
            found = await self._claim(State.SENDING, now, 1, platform, lease)
        return found[0] if found else None

    async def settle(self, letter: Letter, report: Report, after: Fate) -> None:
        """Writes down what became of an attempt; ignored when another worker has the letter by now, unless it was shown."""
        await self._groups.run(lambda: self._settle(letter, report, after))

    async def release(self, letters: Sequence[Letter], now: datetime) -> None:
        """Gives letters back that were claimed and not tried."""
        async with self._database.writing() as connection:
            for letter in letters:
                back = {"state": State.WAITING, "ready": now, "attempts": outbox.c.attempts - 1}
                await connection.execute(update(outbox).where(_held(letter)).values(**back))

    async def abandon(self, now: datetime) -> None:
        """Ends every lease: for a store that one process has to itself, when it starts."""
        async with self._database.writing() as connection:
            await connection.execute(update(outbox).where(outbox.c.state == State.SENDING).values(ready=now))

    async def postpone(self, tenant: str, until: datetime, why: str) -> None:
        """Makes all letters of a tenant wait, where none can be delivered."""
        async with self._database.writing() as connection:
            sooner = (outbox.c.tenant == tenant) & (outbox.c.state == State.WAITING) & (outbox.c.ready < until)
            await connection.execute(update(outbox).where(sooner).values(ready=until, why=why[:60]))

    async def resume(self, tenant: str, now: datetime) -> None:
        """Lets the letters of a tenant be tried at once, after its token was mended."""
        await self._hasten((outbox.c.tenant == tenant) & (outbox.c.due <= now), now)

    async def realign(self, now: datetime, longest: timedelta) -> None:
        """Brings back what a clock that ran ahead put off for longer than any wait is."""
        await self._hasten((outbox.c.attempts > 0) & (outbox.c.ready > now + longest), now)

    async def _hasten(self, which: ColumnElement[bool], now: datetime) -> None:
        async with self._database.writing() as connection:
            late = (outbox.c.state == State.WAITING) & which
            await connection.execute(update(outbox).where(late).values(ready=now))

    async def _claim(
        self,
        state: State,
        now: datetime,
        limit: int,
        platform: str,
        lease: timedelta,
        mine: ColumnElement[bool] | None = None,
    ) -> tuple[Letter, ...]:
        async with self._database.writing() as connection:
            free = _due(state, now, platform, mine).limit(limit).with_for_update(skip_locked=True, of=outbox)
            crashed = int(state is State.SENDING)
            claimed = await connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(free))
                .values(
                    state=State.SENDING,
                    ready=now + lease,
                    attempts=outbox.c.attempts + 1,
                    unknowns=outbox.c.unknowns + crashed,
                )
                .returning(outbox)
            )
            rows = sorted(claimed, key=lambda r: (r.due, r.id))
            await self._give_up(connection, [r.id for r in rows if r.good_until < now], now, "too_late")
            return await self._letters(connection, [r for r in rows if r.good_until >= now], now)

    async def _letters(self, connection: AsyncConnection, rows: Sequence[Any], now: datetime) -> tuple[Letter, ...]:
        """The letters of claimed rows; what cannot be read (its key is lost, or an old version wrote it) is given up."""
        whose = addresses.c.person_id.in_([r.person_id for r in rows if not r.answer_to])
        kept = await connection.execute(select(addresses.c.person_id, addresses.c.sealed).where(whose))
        sealed = {row.person_id: row.sealed for row in kept}
        letters, unreadable = [], []
        for row in rows:
            try:
                letters.append(self._letter(row, sealed.get(row.person_id)))
            except (StoreError, msgspec.MsgspecError):
                unreadable.append(row.id)
        await self._give_up(connection, unreadable, now, "unreadable")
        return tuple(letters)

    async def _give_up(self, connection: AsyncConnection, ids: Sequence[str], now: datetime, why: str) -> None:
        if ids:
            known = func.coalesce(func.nullif(outbox.c.why, ""), why)
            dead = update(outbox).where(outbox.c.id.in_(ids)).values(state=State.DEAD, ready=now, why=known)
            await connection.execute(dead)

    def _letter(self, row: Any, address: bytes | None) -> Letter:
        own = self._seals.open(row.answer_to, goal_of(row.tenant)) if row.answer_to else None
        to = msgspec.json.decode(own, type=Address) if own else self._addresses.opened(row.tenant, address or b"")
        reply = msgspec.json.decode(self._seals.open(row.sealed, body_of(row.tenant)), type=Reply)
        person = Person(row.tenant, to.user)
        return Letter(row.id, LetterKind(row.kind), person, to, reply, row.due, row.attempts, row.unknowns, row.trace)

    async def _settle(self, letter: Letter, report: Report, after: Fate) -> None:
        async with self._database.writing() as connection:
            shown = after.state is State.SENT
            which = outbox.c.id == letter.id if shown else _held(letter)
            values: dict[str, Any] = {"state": after.state, "ready": after.ready, "why": after.why}
            if shown:
                values |= {"sealed": None, "answer_to": None}
            if after.unknown:
                values |= {"unknowns": outbox.c.unknowns + 1}
            row = await connection.execute(
                update(outbox)
                .where(which, outbox.c.state.in_(_UNSETTLED))
                .values(**values)
                .returning(outbox.c.person_id, outbox.c.cause)
            )
            person_id, cause = row.one_or_none() or (None, "")
            if person_id is None:  # erased, withdrawn, or another worker's by now
                return
            if shown and letter.kind is LetterKind.POLL:
                await self._polls.shown(connection, letter, cause, report.message)
            elif shown:
                moved = replace(letter.address, channel=report.channel) if report.channel else None
                await self._addresses.reached(connection, person_id, letter.person.tenant, moved)
                if letter.attempt > 1:
                    await self._mark(connection, person_id, letter, "")
            elif report.outcome is Outcome.UNREACHABLE:
                await self._addresses.failed(connection, person_id)
                await self._mark(connection, person_id, letter, UNREACHABLE)

    @staticmethod
    async def _mark(connection: AsyncConnection, person_id: int, letter: Letter, skipped: str) -> None:
        """What nobody could see takes no attention and is not ignored."""
        pushed = (pushes.c.person_id == person_id) & (pushes.c.at == letter.due) & (pushes.c.kind == letter.kind)
        await connection.execute(update(pushes).where(pushed).values(skipped=skipped))


def _due(state: State, now: datetime, platform: str, mine: ColumnElement[bool] | None) -> Any:
    """Ids of letters in a state that may be tried, without those behind an older one of the same person."""
    older = outbox.alias("older")
    before = or_(older.c.due < outbox.c.due, and_(older.c.due == outbox.c.due, older.c.id < outbox.c.id))
    behind = exists().where(older.c.person_id == outbox.c.person_id, older.c.state.in_(_UNSETTLED), before)
    goal = func.coalesce(outbox.c.platform, addresses.c.platform)
    found = (
        select(outbox.c.id)
        .outerjoin(addresses, addresses.c.person_id == outbox.c.person_id)
        .where(outbox.c.state == state, outbox.c.ready <= now, goal == platform, ~behind)
        .order_by(outbox.c.ready)
    )
    return found if mine is None else found.where(mine)


def _held(letter: Letter) -> ColumnElement[bool]:
    """That the letter is still in the attempt it was claimed for."""
    return and_(outbox.c.id == letter.id, outbox.c.state == State.SENDING, outbox.c.attempts == letter.attempt)
