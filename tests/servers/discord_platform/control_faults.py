"""Verbs that make things go wrong: routes, the gateway, the endpoint's signatures, settings."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from tests.servers.discord_platform.errors import Impossible, Json
from tests.servers.discord_platform.faults import Fault
from tests.servers.discord_platform.handshake import op
from tests.servers.discord_platform.loopback import Loopback
from tests.servers.discord_platform.rates import Rates
from tests.servers.discord_platform.settings import Settings


class FaultVerbs:
    """Trouble on demand."""

    def __init__(self, loopback: Loopback) -> None:
        self._loopback = loopback

    async def reset(self) -> None:
        """Starts afresh."""
        await self._loopback.reset()

    async def configure(self, **settings: object) -> None:
        """Changes settings, by the names of `settings.Settings`."""
        for name, value in settings.items():
            if name not in {field.name for field in fields(Settings)}:
                raise Impossible(f"There is no setting {name!r}.")
            setattr(self._loopback.settings, name, value)
        if "requests_per_second" in settings:
            self._loopback.rates = Rates(self._loopback.settings.requests_per_second)

    async def fault(self, **fault: Any) -> None:
        """Lets matching requests fail; fields as in `faults.Fault`."""
        self._loopback.faults.append(Fault(**fault))

    async def clear_faults(self) -> None:
        """Takes every fault back."""
        self._loopback.faults.clear()

    async def reconnect(self) -> None:
        """Asks every connection to reconnect (op 7)."""
        await self._op(7, None)

    async def request_heartbeat(self) -> None:
        """Asks for a heartbeat now (op 1)."""
        await self._op(1, None)

    async def invalidate(self, resumable: bool) -> None:
        """Invalidates every session (op 9); one that is not resumable is gone."""
        if not resumable:
            for session in self._loopback.sessions.all():
                self._loopback.sessions.end(session)
        await self._op(9, resumable)

    async def drop(self, code: int, shard: int) -> None:
        """Closes every connection (or one shard's) with a code, or cuts the line when it is 0."""
        for connection in list(self._loopback.gateway.connections):
            session = connection.session
            if shard >= 0 and (session is None or session.shard is None or session.shard[0] != shard):
                continue
            if code:
                await connection.close(code)
            else:
                connection.abort()

    async def silence(self) -> None:
        """Lets every line go dead: nothing is sent any more, not even to heartbeats."""
        for connection in self._loopback.gateway.connections:
            connection.silent = True

    async def dispatch(self, event: str, body: Any) -> int:
        """Sends any event, however malformed, to every session. Returns to how many."""
        sessions = self._loopback.sessions.all()
        for session in sessions:
            await session.dispatch(event, body)
        return len(sessions)

    async def send_text(self, text: str) -> None:
        """Sends any text, JSON or not, down every line."""
        for connection in list(self._loopback.gateway.connections):
            await connection.send_text(text)

    async def repeat(self, count: int) -> None:
        """Sends every session its last events again, under the same sequence numbers."""
        for session in self._loopback.sessions.all():
            for _, text in list(session.sent)[-count:]:
                if session.connection is not None:
                    await session.connection.send_text(text)

    async def use_endpoint(self, url: str) -> None:
        """Sends interactions to this URL from now on; over the gateway again when it is empty."""
        if url:
            await self._try(url)
        self._loopback.endpoint.url = url

    async def post_to_endpoint(self, body: Json, tamper: str) -> Json:
        """Posts any body to the endpoint, signed or spoilt (`endpoint.Endpoint.post`)."""
        endpoint = self._loopback.endpoint
        status, answer = await endpoint.post(endpoint.url, body, timeout=10, tamper=tamper)
        return {"status": status, "answer": answer}

    async def _try(self, url: str) -> None:
        ping: Json = {"type": 1, "version": 1, "application_id": self._loopback.world.bot.id}
        status, answer = await self._loopback.endpoint.post(url, ping, timeout=10)
        if status != 200 or (answer or {}).get("type") != 1:
            raise Impossible(f"{url} answers a PING with {status} {answer}.")
        status, _ = await self._loopback.endpoint.post(url, ping, timeout=10, tamper="signature")
        if status != 401:
            raise Impossible(f"{url} answers a wrong signature with {status}.")

    async def _op(self, code: int, body: object) -> None:
        for connection in list(self._loopback.gateway.connections):
            await connection.send(op(code, body))
