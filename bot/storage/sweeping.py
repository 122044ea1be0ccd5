"""Retention: every class of rows ends by itself, in batches that hold nobody up.

Rows of a table with `swept` go by their age. What people keep until they change it goes with them, when nothing was heard
of them for 13 months. What is a workspace's goes when it is uninstalled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, or_, select, tuple_

from bot.storage.database import Database, people
from bot.storage.schema import Moment, metadata, tables_of_people

BATCH = 500
IDLE = timedelta(days=395)
"""13 months without a sign of somebody (reliability catalogue, §4)."""


async def sweep_old(database: Database, now: datetime) -> int:
    """Erases rows that are older than their table allows; how many."""
    return sum([await _sweep(database, t, now - t.info["swept"]) for t in metadata.sorted_tables if t.info["swept"]])


async def _sweep(database: Database, table: Table, before: datetime) -> int:
    keys = tuple(table.primary_key)
    old = select(*keys).where(table.c.at < before).order_by(table.c.at).limit(BATCH)
    gone = 0
    while True:
        async with database.writing() as connection:
            batch = delete(table).where(tuple_(*keys).in_(old))
            rows = (await connection.execute(batch)).rowcount
        gone += rows
        if rows < BATCH:
            return gone


async def sweep_idle(database: Database, now: datetime) -> int:
    """Erases people of whom nothing was heard for 13 months, with all that is kept of them; how many."""
    since, after, gone = now - IDLE, 0, 0
    while True:
        async with database.reading() as connection:
            there = select(people.c.id).where(people.c.id > after, people.c.created_at < since)
            batch = list(await connection.scalars(there.order_by(people.c.id).limit(BATCH)))
            idle = list(await connection.scalars(_idle(batch, since))) if batch else []
        if idle:
            async with database.writing() as connection:  # looked at again: somebody may have come back
                left = delete(people).where(people.c.id.in_(_idle(idle, since)))
                gone += (await connection.execute(left)).rowcount
            database.doubt()
        if len(batch) < BATCH:
            return gone
        after = batch[-1]


def _idle(ids: list[int], since: datetime) -> Any:
    """Those among people without a sign of life since a time."""
    return select(people.c.id).where(people.c.id.in_(ids), *(~sign for sign in _signs(since)))


def _signs(since: datetime) -> Iterator[ColumnElement[bool]]:
    """For each table of people, that something in it is younger."""
    for table in tables_of_people():
        times = [column for column in table.c if isinstance(column.type, Moment)]
        if times:
            yield exists().where(table.c.person_id == people.c.id, or_(*(time >= since for time in times)))
