"""The gateway, version 10: HELLO, IDENTIFY, RESUME, heartbeats, and every way in which it can turn a bot away."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord_platform.connection import COMPRESSIONS, GatewayConnection
from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.handshake import Handshake, Turned, op
from tests.servers.discord_platform.journal import Journal
from tests.servers.discord_platform.payloads import member_json
from tests.servers.discord_platform.sessions import Session, Sessions
from tests.servers.discord_platform.settings import Settings
from tests.servers.discord_platform.world import World

CLOSE_WAIT = 2.0
"""Seconds a client has to answer a close."""
CLEAN = (1000, 1001)
"""Close codes with which a client ends its session; after any other it may resume."""


class Gateway:
    """Serves connections and runs their sessions."""

    def __init__(self, world: World, sessions: Sessions, settings: Settings, journal: Journal) -> None:
        self._world, self._sessions, self._settings, self._journal = world, sessions, settings, journal
        self._handshake = Handshake(world, sessions, settings, journal)
        self.connections: set[GatewayConnection] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO to its close."""
        if self._settings.refuse_connections:
            self._settings.refuse_connections -= 1
            self._journal.write("refused", status=503)
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=4096, timeout=CLOSE_WAIT)
        await socket.prepare(request)
        compress = request.query.get("compress", "")
        connection = GatewayConnection(socket, request, compress)
        self.connections.add(connection)
        self._journal.write("connect", compress=compress)
        watch = asyncio.create_task(self._watch(connection))
        try:
            if request.query.get("v") not in ("9", "10") or compress not in COMPRESSIONS:
                raise Turned(4012, "Invalid API version.")
            await connection.send(op(10, {"heartbeat_interval": int(self._settings.heartbeat * 1000), "_trace": []}))
            async for received in socket:
                await self._receive(connection, received.type, received.data)
        except Turned as turned:
            await connection.close(turned.code, turned.reason)
        finally:
            watch.cancel()
            self.connections.discard(connection)
            self._leave(connection, socket.close_code)
        return socket

    async def close(self) -> None:
        """Closes every connection (1001) and waits until it is gone."""
        for connection in list(self.connections):
            await connection.close(1001, "Going away.")
        while self.connections:
            await self._journal.wait(lambda: None if self.connections else True, CLOSE_WAIT)

    def _leave(self, connection: GatewayConnection, code: int | None) -> None:
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if code in CLEAN and not connection.turned_away:
                self._sessions.end(session)
        self._journal.write("disconnect", code=code, session=session.id if session else "")

    async def _watch(self, connection: GatewayConnection) -> None:
        while True:
            heartbeat = self._settings.heartbeat
            await asyncio.sleep(heartbeat)
            if time.monotonic() - connection.last_beat > 1.5 * heartbeat:
                await connection.close(4009, "Session timed out.")

    async def _receive(self, connection: GatewayConnection, kind: WSMsgType, data: object) -> None:
        if connection.too_many(self._settings.sends_per_minute):
            raise Turned(4008, "Rate limited.")
        try:
            payload = json.loads(data) if kind is WSMsgType.TEXT and isinstance(data, str) else None
        except ValueError:
            payload = None
        if not isinstance(payload, dict) or (payload.get("op") != 1 and not isinstance(payload.get("d"), dict)):
            raise Turned(4002, "Decode error.")
        await self._obey(connection, payload.get("op"), payload.get("d"))

    async def _obey(self, connection: GatewayConnection, code: object, body: Any) -> None:
        if code == 1:
            connection.last_beat = time.monotonic()
            self._journal.write("heartbeat", sequence=body)
            await connection.send(op(11, None))
        elif code == 2:
            await self._handshake.identify(connection, body)
        elif code == 6:
            await self._handshake.resume(connection, body)
        elif connection.session is None:
            raise Turned(4003, "Not authenticated.")
        elif code == 8:
            await self._members(connection.session, body)
        elif code not in (3, 4):
            raise Turned(4001, "Unknown opcode.")

    async def _members(self, session: Session, body: Json) -> None:
        guild = self._world.guilds.get(str(body.get("guild_id")))
        if guild is None:
            return
        wanted = body.get("user_ids")
        ids = {str(one) for one in (wanted if isinstance(wanted, list) else [wanted] if wanted else [])}
        query = str(body.get("query") or "")
        found = [user for user in guild.members.values() if (user.id in ids if ids else user.name.startswith(query))]
        await session.dispatch("GUILD_MEMBERS_CHUNK", {
            "guild_id": guild.id, "members": [member_json(user) for user in found], "chunk_index": 0, "chunk_count": 1,
            "not_found": sorted(ids - guild.members.keys()), "nonce": body.get("nonce"),
        })  # fmt: skip
