"""Rate limits: buckets per route and major parameter, the global limit, and what a 429 looks like."""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import dataclass

from aiohttp import web

from tests.servers.discord_platform.errors import Json

VIA = "1.1 google"
"""Discord's own 429s pass its proxy and say so; without `Via` a 429 is Cloudflare's and no client may retry it."""


@dataclass(slots=True)
class Bucket:
    """So many requests in a window of seconds."""

    limit: int
    window: float
    used: int = 0
    ends: float = 0.0

    def take(self, now: float) -> bool:
        """Whether one more request is within the limit."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.window
        if self.used >= self.limit:
            return False
        self.used += 1
        return True


class Rates:
    """All buckets of the bot."""

    def __init__(self, requests_per_second: int) -> None:
        self._whole = Bucket(requests_per_second, 1.0)
        self._buckets: dict[str, Bucket] = {}

    def whole(self) -> float | None:
        """Counts against the global limit; the seconds to wait when it is reached."""
        now = time.monotonic()
        return None if self._whole.take(now) else self._whole.ends - now

    def route(self, name: str, major: str, limit: tuple[int, float]) -> tuple[float | None, dict[str, str]]:
        """Counts against a route's bucket; the seconds to wait when it is empty, and the headers that say so."""
        bucket = self._buckets.setdefault(f"{name}:{major}", Bucket(*limit))
        now = time.monotonic()
        free = bucket.take(now)
        left = bucket.ends - now
        headers = {
            "X-RateLimit-Limit": str(bucket.limit), "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}", "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": f"{zlib.crc32(name.encode()):08x}",
        }  # fmt: skip
        return (None if free else left), headers


def limited(after: float, scope: str, headers: dict[str, str] | None = None) -> web.Response:
    """A 429 of Discord's; scope is "user", "global" or "shared"."""
    more = {"Via": VIA, "Retry-After": str(int(after) + 1), "X-RateLimit-Scope": scope}
    if scope == "global":
        more["X-RateLimit-Global"] = "true"
    body: Json = {"message": "You are being rate limited.", "retry_after": round(after, 3), "global": scope == "global"}
    return as_json(body, 429, (headers or {}) | more)


def as_json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON under exactly `application/json`: clients compare the header as it is, without a charset."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    return web.Response(body=raw, status=status, headers=(headers or {}) | {"Content-Type": "application/json"})
