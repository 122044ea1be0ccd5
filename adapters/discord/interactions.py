"""Interactions over HTTP: `/discord/interactions`, signed by Discord, for processes that hold no connection.

What passes the door is handed to discord.py's own parser and answered with 202; the answer goes out by its callback,
so that a command is the same code either way.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.bodies import Bodies
from adapters.discord.client import TactClient
from bot.settings import SettingsError

log = logging.getLogger("tact.discord")

PATH = "/discord/interactions"
FRESH = 300.0
"""Seconds a signed request counts: a recording of it is of no use later."""
_STAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE, _TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"


class Interactions:
    """The door. Only 200, 202, 400, 401, 413, 429 and 503 ever leave it."""

    def __init__(self, public_key: str, client: Callable[[], TactClient | None], now: Callable[[], datetime]) -> None:
        self._key = _key(public_key)
        self._client = client
        self._now = now
        self._bodies = Bodies()

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.post(PATH, self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        if (client := self._client()) and client.answering.admission.full:  # before anything is read
            return web.Response(status=429)
        raw = await self._bodies.read(request)
        if isinstance(raw, int):
            return web.Response(status=raw)
        if not self._is_signed(request, raw):
            return web.Response(status=401)
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(body, dict):
            return web.Response(status=400)
        return web.json_response({"type": 1}) if body.get("type") == 1 else self._dispatch(body)

    def _is_signed(self, request: web.Request, raw: bytes) -> bool:
        stamp = request.headers.get(_TIMESTAMP, "")
        if not _STAMP.fullmatch(stamp):
            return False
        try:
            self._key.verify(bytes.fromhex(request.headers.get(_SIGNATURE, "")), stamp.encode() + raw)
            return abs(self._now().timestamp() - int(stamp)) <= FRESH
        except (InvalidSignature, ValueError):
            return False

    def _dispatch(self, body: dict[str, Any]) -> web.Response:
        client = self._client()
        if client is None:
            return web.Response(status=503)
        if client.answering.admission.full:
            return web.Response(status=429)
        try:
            client._connection.parse_interaction_create(body)  # type: ignore[arg-type]  # discord.py has no public door for it
        except Exception as error:  # whatever stands in it: a bad request, never a fault of ours that repeats
            log.warning("an interaction was refused: %s", type(error).__name__)
            return web.Response(status=400)
        return web.Response(status=202)


def _key(public_key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as error:
        raise SettingsError(
            "DISCORD_PUBLIC_KEY is no public key: 64 hexadecimal digits, from General Information in the developer portal."
        ) from error
