"""Socket Mode: single-use tickets, up to ten connections, envelopes to exactly one, acks, disconnects and silence."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .refusals import Impossible
from .world import Token, World

Json = dict[str, Any]
MOST = 10


class Gone(Exception):
    """The connection an envelope was sent over is gone."""


@dataclass(eq=False, slots=True)
class Connection:
    """One socket; `silent` reads and answers nothing more, `draining` gets no more envelopes."""

    id: str
    socket: web.WebSocketResponse
    request: web.Request
    silent: bool = False
    draining: bool = False
    pending: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class Sockets:
    """The app's open connections."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: set[str] = set()
        self._turn = 0
        self.open: list[Connection] = []

    def open_connection(self, world: World, token: Token, args: Json) -> Json:
        """The answer of apps.connections.open: an address that works once."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        base = world.base.replace("http:", "ws:", 1)
        return {"url": f"{base}/link/?ticket={ticket}&app_id={world.settings.app_id}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self.open) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()})
            await socket.close()
            return socket
        connection = Connection(self._world.new_id("s"), socket, request)
        self.open.append(connection)
        hello = {"type": "hello", "num_connections": len(self.open), "debug_info": _debug()}
        await socket.send_json(hello | {"connection_info": {"app_id": self._world.settings.app_id}})
        await socket.ping(b"Ping from loopback")
        self._world.record.add("socket", state="open", id=connection.id, open=len(self.open))
        try:
            await self._read(connection)
        finally:
            self._forget(connection)
        return socket

    async def send(self, envelope: Json, seconds: float) -> tuple[str, Any]:
        """Sends to one live connection; returns its id and the ack's payload. Raises Gone or TimeoutError."""
        live = [connection for connection in self.open if not connection.draining]
        if not live:
            raise Gone("no socket is open")
        self._turn += 1
        connection = live[self._turn % len(live)]
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.pending[envelope["envelope_id"]] = answer
        try:
            async with asyncio.timeout(seconds):
                await connection.socket.send_json(envelope)
                return connection.id, await answer
        except (ConnectionError, RuntimeError) as error:
            raise Gone(str(error)) from error
        finally:
            connection.pending.pop(envelope["envelope_id"], None)

    async def disconnect(self, id_: str | None, reason: str) -> None:
        """Asks the app to let go of a connection, or of all; after `warning` it still gets envelopes."""
        for connection in self._named(id_):
            connection.draining = reason != "warning"
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _debug()})

    def drop(self, id_: str | None) -> None:
        """Cuts the TCP connection without a word."""
        for connection in self._named(id_):
            if connection.request.transport is not None:
                connection.request.transport.abort()
            self._forget(connection)

    def silence(self, id_: str | None) -> None:
        """Leaves the connection open but answers neither pings nor acks: half-open."""
        for connection in self._named(id_):
            connection.silent = True

    def _named(self, id_: str | None) -> list[Connection]:
        named = [connection for connection in self.open if id_ in (None, connection.id)]
        if id_ and not named:
            raise Impossible(f"there is no open socket {id_}")
        return named

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if connection.silent:
                continue
            if message.type == WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(connection, message.data)

    def _acknowledge(self, connection: Connection, text: str) -> None:
        try:
            ack = json.loads(text)
            waiting = connection.pending.get(ack["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self._world.record.add("socket", state="nonsense", id=connection.id, open=len(self.open))
            return
        if waiting is not None and not waiting.done():
            waiting.set_result(ack.get("payload"))
        else:
            self._world.record.add("socket", state="late_ack", id=connection.id, open=len(self.open))

    def _forget(self, connection: Connection) -> None:
        if connection in self.open:
            self.open.remove(connection)
            self._world.record.add("socket", state="closed", id=connection.id, open=len(self.open))
        for waiting in connection.pending.values():
            if not waiting.done():
                waiting.set_exception(Gone("the socket was closed"))


def _debug() -> Json:
    return {"host": "loopback", "build_number": 1, "approximate_connection_time": 18_060}
