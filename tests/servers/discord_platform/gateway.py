"""The gateway, version 10: HELLO, IDENTIFY, RESUME, heartbeats, and every way in which it can turn a bot away."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord_platform.connection import COMPRESSIONS, GatewayConnection
from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.journal import Journal
from tests.servers.discord_platform.payloads import guild_create_json, member_json, own_user_json
from tests.servers.discord_platform.sessions import Session, Sessions
from tests.servers.discord_platform.settings import PRIVILEGED, Intents, Settings
from tests.servers.discord_platform.world import Guild, World

CLOSE_WAIT = 2.0
"""Seconds a client has to answer a close."""
CLEAN = (1000, 1001)
"""Close codes with which a client ends its session; after any other it may resume."""


class Turned(Exception):
    """The connection is to be closed with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Gateway:
    """Serves connections and runs their sessions."""

    def __init__(self, world: World, sessions: Sessions, settings: Settings, journal: Journal) -> None:
        self._world, self._sessions, self._settings, self._journal = world, sessions, settings, journal
        self._identified: deque[float] = deque()
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
            await connection.send(_op(10, {"heartbeat_interval": int(self._settings.heartbeat * 1000), "_trace": []}))
            async for received in socket:
                await self._receive(connection, received.type, received.data)
        except Turned as turned:
            await connection.close(turned.code, turned.reason)
        finally:
            watch.cancel()
            self.connections.discard(connection)
            self._leave(connection, socket.close_code)
        return socket

    def _leave(self, connection: GatewayConnection, code: int | None) -> None:
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if code in CLEAN:
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
        if not isinstance(payload, dict):
            raise Turned(4002, "Decode error.")
        await self._obey(connection, payload.get("op"), payload.get("d"))

    async def _obey(self, connection: GatewayConnection, op: object, body: Any) -> None:
        if op == 1:
            connection.last_beat = time.monotonic()
            self._journal.write("heartbeat", sequence=body)
            await connection.send(_op(11, None))
        elif op == 2:
            await self._identify(connection, body)
        elif op == 6:
            await self._resume(connection, body)
        elif connection.session is None:
            raise Turned(4003, "Not authenticated.")
        elif op == 8:
            await self._members(connection.session, body)
        elif op not in (3, 4):
            raise Turned(4001, "Unknown opcode.")

    async def _identify(self, connection: GatewayConnection, body: Json) -> None:
        self._journal.write("identify", intents=body.get("intents"), shard=body.get("shard"))
        if self._settings.close_identifies:
            raise Turned(self._settings.close_identifies.pop(0), "As the test asked for.")
        if connection.session is not None:
            raise Turned(4005, "Already authenticated.")
        self._authenticate(body)
        intents, shard = self._intents(body), self._shard(body)
        if self._too_soon():
            await connection.send(_op(9, False))
            return
        session = Session(intents, shard, self._settings.replay)
        connection.session, session.connection = session, connection
        self._settings.sessions_remaining -= 1
        guilds = [guild for guild in self._world.guilds.values() if guild.installed and session.owns(guild)]
        await session.dispatch("READY", self._ready(session, guilds, connection))
        self._sessions.add(session)
        if intents & Intents.GUILDS:
            for guild in guilds:
                await session.dispatch("GUILD_CREATE", guild_create_json(guild, self._world.bot, intents))
        self._journal.write("ready", session=session.id, shard=list(shard) if shard else None)

    def _authenticate(self, body: Json) -> None:
        if str(body.get("token", "")).removeprefix("Bot ") != self._settings.token:
            raise Turned(4004, "Authentication failed.")

    def _intents(self, body: Json) -> int:
        intents = body.get("intents")
        if not isinstance(intents, int) or intents < 0 or intents >> 27:
            raise Turned(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self._settings.privileged:
            raise Turned(4014, "Disallowed intent(s).")
        return intents

    def _shard(self, body: Json) -> tuple[int, int] | None:
        asked = body.get("shard")
        if asked is not None and not (len(asked) == 2 and 0 <= asked[0] < asked[1]):
            raise Turned(4010, "Invalid shard.")
        shard = (int(asked[0]), int(asked[1])) if asked else None
        probe = Session(0, shard, 1)
        if sum(probe.owns(guild) for guild in self._world.guilds.values()) > self._settings.guilds_per_shard:
            raise Turned(4011, "Sharding required.")
        return shard

    def _too_soon(self) -> bool:
        now = time.monotonic()
        lately = [at for at in self._identified if now - at < 5]
        if self._settings.pace_identifies and len(lately) >= self._settings.max_concurrency:
            return True
        self._identified = deque([*lately, now])
        return False

    def _ready(self, session: Session, guilds: list[Guild], connection: GatewayConnection) -> Json:
        shard: Json = {"shard": list(session.shard)} if session.shard else {}
        return shard | {
            "v": 10, "user": own_user_json(self._world.bot), "session_id": session.id, "session_type": "normal",
            "resume_gateway_url": connection.url, "guilds": [{"id": g.id, "unavailable": True} for g in guilds],
            "application": {"id": self._world.bot.id, "flags": 0}, "user_settings": {}, "relationships": [],
            "private_channels": [], "presences": [], "guild_join_requests": [], "geo_ordered_rtc_regions": [],
            "auth": {}, "_trace": [],
        }  # fmt: skip

    async def _resume(self, connection: GatewayConnection, body: Json) -> None:
        self._authenticate(body)
        session, sequence = self._sessions.find(body.get("session_id")), body.get("seq")
        if session is None or not isinstance(sequence, int):
            self._journal.write("resume_refused")
            await connection.send(_op(9, False))
            return
        if sequence > session.sequence:
            raise Turned(4007, "Invalid seq.")
        if session.connection is not None:
            await session.connection.close(4000, "Resumed elsewhere.")
        reached = await self._replay(connection, session, sequence)
        if reached is None:
            await connection.send(_op(9, False))
            return
        connection.session, session.connection = session, connection
        await session.dispatch("RESUMED", {"_trace": []})
        self._journal.write("resume", session=session.id, replayed=reached - sequence)

    async def _replay(self, connection: GatewayConnection, session: Session, reached: int) -> int | None:
        """Sends what was missed, and what happens meanwhile; the last sequence number, None when there is a gap."""
        while missed := session.missed(reached):
            for payload in missed:
                await connection.send(payload)
            reached = missed[-1]["s"]
        return None if missed is None else reached

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


def _op(op: int, body: object) -> Json:
    return {"op": op, "d": body, "s": None, "t": None}
