"""IDENTIFY and RESUME: who may come in, with which intents and shard, and what a returning session missed."""

from __future__ import annotations

import time

from tests.servers.discord_platform.connection import GatewayConnection
from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.journal import Journal
from tests.servers.discord_platform.payloads import guild_create_json, own_user_json
from tests.servers.discord_platform.sessions import Session, Sessions
from tests.servers.discord_platform.settings import PRIVILEGED, Intents, Settings
from tests.servers.discord_platform.world import Guild, World


class Turned(Exception):
    """The connection is to be closed with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Handshake:
    """Lets sessions begin and go on."""

    def __init__(self, world: World, sessions: Sessions, settings: Settings, journal: Journal) -> None:
        self._world, self._sessions, self._settings, self._journal = world, sessions, settings, journal
        self._identified: list[float] = []

    async def identify(self, connection: GatewayConnection, body: Json) -> None:
        """Begins a session, or raises `Turned`."""
        self._journal.write("identify", intents=body.get("intents"), shard=body.get("shard"))
        if self._settings.close_identifies:
            raise Turned(self._settings.close_identifies.pop(0), "As the test asked for.")
        if connection.session is not None:
            raise Turned(4005, "Already authenticated.")
        self._authenticate(body)
        intents, shard = self._intents(body), self._shard(body)
        if self._too_soon():
            await connection.send(op(9, False))
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
        session.ready = True
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
        guilds = sum(probe.owns(guild) for guild in self._world.guilds.values() if guild.installed)
        if guilds > self._settings.guilds_per_shard:
            raise Turned(4011, "Sharding required.")
        return shard

    def _too_soon(self) -> bool:
        now = time.monotonic()
        lately = [at for at in self._identified if now - at < 5]
        if self._settings.pace_identifies and len(lately) >= self._settings.max_concurrency:
            return True
        self._identified = [*lately, now]
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

    async def resume(self, connection: GatewayConnection, body: Json) -> None:
        """Goes on with a session, or says that it is over (op 9)."""
        self._authenticate(body)
        session, sequence = self._sessions.find(body.get("session_id")), body.get("seq")
        if session is None or not isinstance(sequence, int):
            self._journal.write("resume_refused")
            await connection.send(op(9, False))
            return
        if sequence > session.sequence:
            raise Turned(4007, "Invalid seq.")
        if session.connection is not None:
            await session.connection.close(4000, "Resumed elsewhere.")
        reached = await self._replay(connection, session, sequence)
        if reached is None:
            await connection.send(op(9, False))
            return
        connection.session, session.connection = session, connection
        await session.dispatch("RESUMED", {"_trace": []})
        self._journal.write("resume", session=session.id, replayed=reached - sequence)

    async def _replay(self, connection: GatewayConnection, session: Session, reached: int) -> int | None:
        """Sends what was missed, and what happens meanwhile; the last sequence number, None when there is a gap."""
        while missed := session.missed(reached):
            for _, text in missed:
                await connection.send_text(text)
            reached = missed[-1][0]
        return None if missed is None else reached


def op(code: int, body: object) -> Json:
    """A payload that is no event."""
    return {"op": code, "d": body, "s": None, "t": None}
