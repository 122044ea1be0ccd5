"""Group commit: small writes that come while a commit runs share the next one, so that throughput does not hang on fsync."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.storage.database import Database

T = TypeVar("T")

MOST = 200
"""Writes in one group at most, so that none waits long for its commit."""


@dataclass(slots=True)
class _Write:
    run: Callable[[], Awaitable[Any]]
    done: asyncio.Future[Any]


class Groups:
    """Writes together what waits to be written, in order; each caller returns when its own write is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Write] = []
        self._writer: asyncio.Task[None] | None = None

    async def run(self, write: Callable[[], Awaitable[T]]) -> T:
        """The write's result, once committed; inside a transaction of the caller the write is simply part of that one.

        A write whose group failed is run again by itself, so it must not mind being run twice.
        """
        if self._database.is_open():
            return await write()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Write(write, done))
        if self._writer is None or self._writer.done():
            # a context of its own: no transaction of whoever happens to come first may leak into it
            self._writer = asyncio.get_running_loop().create_task(self._write_all(), context=Context())
        return await done

    async def flush(self) -> None:
        """Returns when nothing waits any more."""
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                results = await self._together(group)
            except Exception:  # one of them failed, and all were rolled back: each by itself then
                for write in group:
                    await self._alone(write)
            else:
                for write, result in zip(group, results, strict=True):
                    _tell(write, result)

    async def _together(self, group: list[_Write]) -> list[Any]:
        async with self._database.writing():
            return [await write.run() for write in group]

    async def _alone(self, write: _Write) -> None:
        try:
            _tell(write, (await self._together([write]))[0])
        except Exception as error:  # the caller's to handle
            if not write.done.done():
                write.done.set_exception(error)


def _tell(write: _Write, result: Any) -> None:
    if not write.done.done():  # the caller may have gone
        write.done.set_result(result)
