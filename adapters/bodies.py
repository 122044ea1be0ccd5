"""Bodies as they come in: so many at once, and whoever has been sending longest makes room for the next.

So slow senders displace only each other. What a platform posts comes whole, and is read at once however many of them there are.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

BODY_LIMIT = 256 * 1024
"""Bytes of the largest request that is read (reliability catalogue, F6)."""
READ_WITHIN = 5.0
"""Seconds in which a body must have come; Slack and Discord themselves wait three for the answer."""
MOST_AT_ONCE = 500
"""Bodies that are being read at the same time, whoever sends them."""


class Bodies:
    """Reads bodies."""

    def __init__(self) -> None:
        self._under_way: dict[asyncio.Timeout, None] = {}
        """The time limit of each, the oldest first."""

    async def read(self, request: web.BaseRequest) -> bytes | int:
        """The body, or the status that says why not: 413 too large, 400 broken or too slow, 503 when it made room."""
        if (request.content_length or 0) > BODY_LIMIT:
            return 413
        if len(self._under_way) >= MOST_AT_ONCE:
            self._make_room()
        limit = asyncio.timeout(READ_WITHIN)
        try:
            async with limit:
                self._under_way[limit] = None
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            return 413
        except TimeoutError:
            return 400 if limit in self._under_way else 503
        except (web.HTTPException, OSError, ValueError):
            return 400
        finally:
            self._under_way.pop(limit, None)

    def _make_room(self) -> None:
        longest = next(iter(self._under_way))
        del self._under_way[longest]
        longest.reschedule(0.0)  # long past: its time is up now
