"""Notes of what was seen in channels, written by the batch: a busy community costs few statements and few commits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ledger import Outcome
from bot.model import Entry, EntryKind, Person
from bot.storage.database import Database, insert_all_new, keyed, people, tenants, user_key
from bot.storage.ledger import entries
from bot.storage.mutes import opt_outs

MOST = 500
"""Notes in one batch at most, so that none waits long for its commit."""


@dataclass(slots=True)
class _Note:
    person: Person
    written: tuple[Entry, ...]
    event: str
    done: asyncio.Future[tuple[Entry, ...]] | None = None


@dataclass(slots=True)
class _Member:
    """A person's row, and how many entries it had and has."""

    id: int
    entries: int
    kept: list[dict[str, Any]] = field(default_factory=list)


class Notes:
    """Writes down what was seen: once per event, and nothing of people who do not want to be listened to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Note] = []
        self._writer: asyncio.Task[None] | None = None

    async def note(self, person: Person, written: Sequence[Entry], event: str) -> tuple[Entry, ...]:
        """What was written of an event and was not before, numbered, once it is committed."""
        note = _Note(person, tuple(written), event)
        if self._database.is_open():
            return (await self._write([note]))[0]
        note.done = asyncio.get_running_loop().create_future()
        self._waiting.append(note)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write_all(), context=Context())
        return await note.done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                _tell(batch, await self._write(batch))
            except Exception:  # one of them failed and all were rolled back: each by itself then
                for note in batch:
                    await self._alone(note)

    async def _alone(self, note: _Note) -> None:
        try:
            _tell([note], await self._write([note]))
        except Exception as error:  # the caller's to handle
            if note.done and not note.done.done():
                note.done.set_exception(error)

    async def _write(self, batch: Sequence[_Note]) -> list[tuple[Entry, ...]]:
        """One transaction: who they are, who opted out, what is known already; then all rows at once."""
        async with self._database.writing() as connection:
            peppers = await self._peppers(connection, batch)
            keys = [user_key(peppers[note.person.tenant], note.person) for note in batch]
            wishes = select(opt_outs.c.user_key, opt_outs.c.until).where(opt_outs.c.user_key.in_(keys))
            out = {row.user_key: row.until for row in await connection.execute(wishes)}
            heard = [
                (note, key)
                for note, key in zip(batch, keys, strict=True)
                if key not in out or not (out[key] is None or out[key] > _at(note))
            ]
            members = await _members(connection, heard) if heard else {}
            events = [keyed(peppers[note.person.tenant], note.person.tenant, note.event) for note, _ in heard]
            known = await _known(connection, members, events)
            kept = {
                id(note): _numbered(note, event, members[key], known)
                for (note, key), event in zip(heard, events, strict=True)
            }
            await _insert(connection, members)
            return [kept.get(id(note), ()) for note in batch]

    async def _peppers(self, connection: AsyncConnection, batch: Sequence[_Note]) -> dict[str, str]:
        wanted = {note.person.tenant: max(entry.at for entry in note.written) for note in batch}
        kept = select(tenants.c.key, tenants.c.pepper).where(tenants.c.key.in_(wanted))
        found: dict[str, str] = {row.key: row.pepper for row in await connection.execute(kept)}
        for tenant in sorted(wanted.keys() - found.keys()):
            found[tenant] = await self._database.pepper(connection, tenant, wanted[tenant])
        return found


async def _members(connection: AsyncConnection, heard: Sequence[tuple[_Note, str]]) -> dict[str, _Member]:
    """Everybody's row by their key, made where it was missing, and held until the transaction ends."""
    keys = {key: note for note, key in heard}
    mine = select(people.c.user_key, people.c.id, people.c.entries).where(people.c.user_key.in_(keys))
    held = mine.order_by(people.c.id).with_for_update()
    found = {key: _Member(number, count) for key, number, count in await connection.execute(held)}
    missing = sorted(keys.keys() - found.keys())
    if missing:
        new = [
            {"tenant": keys[key].person.tenant, "user_key": key, "created_at": _at(keys[key]), "entries": 0}
            for key in missing
        ]
        await insert_all_new(connection, people, new)
        found = {key: _Member(number, count) for key, number, count in await connection.execute(held)}
    return found


async def _known(
    connection: AsyncConnection, members: dict[str, _Member], events: Sequence[str]
) -> set[tuple[int, str, str]]:
    """Which of these events these people's ledgers hold already, and on which side."""
    if not members:
        return set()
    whose = entries.c.person_id.in_([member.id for member in members.values()])
    seen = select(entries.c.person_id, entries.c.event, entries.c.kind).where(whose, entries.c.event.in_(events))
    return {(person_id, event, kind) for person_id, event, kind in await connection.execute(seen)}


def _numbered(note: _Note, event: str, member: _Member, known: set[tuple[int, str, str]]) -> tuple[Entry, ...]:
    """The entries of a note that are new, numbered and ready to be inserted."""
    kept = []
    for entry in note.written:
        if (member.id, event, entry.kind) in known:
            continue
        known.add((member.id, event, entry.kind))
        member.entries += 1
        kept.append(replace(entry, number=member.entries))
        outcome = Outcome.OPEN if entry.kind is EntryKind.ASKED else ""
        row = {"person_id": member.id, "kind": entry.kind, "what": entry.what, "who": entry.who, "at": entry.at}
        member.kept.append({**row, "number": member.entries, "outcome": outcome, "event": event})
    return tuple(kept)


async def _insert(connection: AsyncConnection, members: dict[str, _Member]) -> None:
    rows = [row for member in members.values() for row in member.kept]
    if not rows:
        return
    await connection.execute(insert(entries), rows)
    counts = [{"whose": member.id, "count": member.entries} for member in members.values() if member.kept]
    mine = update(people).where(people.c.id == bindparam("whose")).values(entries=bindparam("count"))
    await connection.execute(mine, counts)


def _at(note: _Note) -> datetime:
    return max(entry.at for entry in note.written)


def _tell(batch: Sequence[_Note], results: Sequence[tuple[Entry, ...]]) -> None:
    for note, kept in zip(batch, results, strict=True):
        if note.done and not note.done.done():  # the caller may have gone
            note.done.set_result(kept)
