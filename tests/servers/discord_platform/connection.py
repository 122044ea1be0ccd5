"""One gateway connection: JSON, plain or in a compressed stream."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable

from aiohttp import web

from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.sessions import Session

Encoder = Callable[[bytes], bytes]
COMPRESSIONS = ("", "zlib-stream", "zstd-stream")


def encoder(compress: str) -> Encoder | None:
    """A stream compressor that ends every message at a flush; None for plain text, also when zstandard is missing."""
    if compress == "zlib-stream":
        stream = zlib.compressobj()
        return lambda raw: stream.compress(raw) + stream.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        try:
            import zstandard
        except ImportError:
            return None
        frames = zstandard.ZstdCompressor().compressobj()
        return lambda raw: frames.compress(raw) + frames.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None


class GatewayConnection:
    """A socket, its compressor, the session it belongs to, and how much it sent lately."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, compress: str) -> None:
        self._socket, self._request = socket, request
        self._encode = encoder(compress)
        self._lock = asyncio.Lock()
        self._received: deque[float] = deque()
        self.url = f"ws://{request.host}/gateway/"
        self.session: Session | None = None
        self.last_beat = time.monotonic()
        self.silent = False
        """Set by a test: nothing is sent any more, a half-open line."""
        self.turned_away = False
        """Whether this end began the close: then the client's answer, whatever its code, ends no session."""

    async def send(self, payload: Json) -> None:
        """Sends a payload; a connection that is gone or silent swallows it."""
        await self.send_text(json.dumps(payload, separators=(",", ":")))

    async def send_text(self, text: str) -> None:
        """Sends a text as it is, whole or broken."""
        if self._socket.closed or self.silent:
            return
        async with self._lock:
            try:
                if self._encode is None:
                    await self._socket.send_str(text)
                else:
                    await self._socket.send_bytes(self._encode(text.encode()))
            except (ConnectionError, RuntimeError):
                return

    async def close(self, code: int, reason: str = "") -> None:
        """Closes with a code and a reason."""
        self.turned_away = True
        await self._socket.close(code=code, message=reason.encode())

    def abort(self) -> None:
        """Cuts the line without a goodbye."""
        if (transport := self._request.transport) is not None:
            transport.abort()

    def too_many(self, limit: int) -> bool:
        """Counts something received; whether it is more than `limit` in 60 s."""
        now = time.monotonic()
        self._received.append(now)
        while now - self._received[0] > 60:
            self._received.popleft()
        return len(self._received) > limit
