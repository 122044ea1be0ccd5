"""The state of an installation under way: signed instead of stored, so that any process can check it, and good once."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.storage.receipts import Receipts

TENANT = "slack:install"
"""Whom the receipts of used states belong to: no workspace is known yet."""
LIVES = timedelta(minutes=10)


class SignedStates(AsyncOAuthStateStore):
    """Issues and checks states."""

    def __init__(self, keys: Sequence[bytes], receipts: Receipts, now: Callable[[], datetime]) -> None:
        self._keys = [hmac.digest(key, b"slack install state", hashlib.sha256) for key in keys]
        self._receipts = receipts
        self._now = now

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt would log."""
        return logging.getLogger("tact.slack")

    async def async_issue(self, *_: object, **__: object) -> str:
        """A new state: a random part, when it ends, and a signature over both."""
        until = int((self._now() + LIVES).timestamp())
        body = f"{secrets.token_urlsafe(24)}.{until}"
        return f"{body}.{_sign(self._keys[0], body)}"

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued here, is not too old and was not used before."""
        body, _, signature = str(state).rpartition(".")
        nonce, _, until = body.partition(".")
        if not any(hmac.compare_digest(_sign(key, body).encode(), signature.encode()) for key in self._keys):
            return False
        if not until.isdigit() or int(until) < self._now().timestamp():
            return False
        return await self._receipts.accept(TENANT, f"state:{nonce}", self._now())


def _sign(key: bytes, body: str) -> str:
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
