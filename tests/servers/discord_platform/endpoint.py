"""Interactions over HTTP: signed POSTs to the application's interactions endpoint, as Discord sends them."""

from __future__ import annotations

import json
import time

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.servers.discord_platform.errors import Json

ANSWER_LIMIT = 1024 * 1024


class Endpoint:
    """Signs and posts with the key whose public half the announcement and the application object name."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public_key = self._key.public_key().public_bytes_raw().hex()
        self.url = ""
        """Where interactions are posted; empty while they go over the gateway."""

    async def post(self, url: str, body: Json, *, timeout: float, tamper: str = "") -> tuple[int, Json | None]:
        """Status and JSON answer; `tamper` spoils it: "body", "signature", "timestamp", "unsigned", "not hex"."""
        raw = json.dumps(body, separators=(",", ":")).encode()
        headers = self._headers(raw, tamper)
        sent = raw + b" " if tamper == "body" else raw
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit) as client,
                client.post(url, data=sent, headers=headers) as answer,
            ):
                text = await answer.content.read(ANSWER_LIMIT)
                return answer.status, _parsed(text)
        except (TimeoutError, aiohttp.ClientError):
            return 0, None

    def _headers(self, raw: bytes, tamper: str) -> dict[str, str]:
        at = str(int(time.time()))
        signature = self._key.sign(at.encode() + raw).hex()
        headers = {"Content-Type": "application/json", "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)"}
        if tamper != "unsigned":
            headers["X-Signature-Ed25519"] = {"signature": "0" * 128, "not hex": "zz"}.get(tamper, signature)
            headers["X-Signature-Timestamp"] = str(int(at) - 1) if tamper == "timestamp" else at
        return headers


def _parsed(text: bytes) -> Json | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
