"""The door for what Slack posts: size, shape and signature are checked on the raw bytes before anything reads them.

Only 200, 400, 401, 413, 429 and 503 ever leave it, and nothing of a body is logged (reliability catalogue, F6 and F7).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.admission import Admission
from adapters.bodies import Bodies

WINDOW = 300
"""Seconds that a timestamp may be off (docs.slack.dev, verifying requests)."""
ALLOWED = frozenset({200, 400, 401, 413, 429, 503})

_STAMP = re.compile(r"[0-9]{1,12}\Z")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}\Z")

Dispatch = Callable[[str, "web.BaseRequest"], Awaitable[web.Response]]


class Front:
    """Lets in what Slack signed, and hands it on."""

    def __init__(
        self, signing_secret: str, clock: Callable[[], float], dispatch: Dispatch, admission: Admission
    ) -> None:
        self._secret = signing_secret.encode()
        self._clock = clock
        self._dispatch = dispatch
        self._admission = admission
        self._bodies = Bodies()

    async def handle(self, request: web.Request) -> web.Response:
        """The answer to a request, whatever it is."""
        if self._admission.full:  # before anything is read: it costs next to nothing
            return _later()
        stamp, signature = _one(request, "X-Slack-Request-Timestamp"), _one(request, "X-Slack-Signature")
        if not _STAMP.match(stamp) or not _SIGNATURE.match(signature):
            return _closed(401)
        if abs(self._clock() - int(stamp)) > WINDOW:
            return _closed(401)
        if request.headers.get("Content-Encoding", "identity") != "identity":
            return _closed(400)  # Slack never compresses; a bomb may
        body = await self._bodies.read(request)
        if isinstance(body, int):
            return _closed(body)
        if not hmac.compare_digest(self._signed(stamp, body), signature):
            return _closed(401)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return _closed(400)
        entered = self._admission.enter()  # here: how long a stranger takes to send a body tells nothing about us
        if entered is None:
            return _later()
        try:
            response = await self._dispatch(text, request)
        finally:
            self._admission.leave(entered)
        return response if response.status in ALLOWED else web.Response(status=200)

    def _signed(self, stamp: str, body: bytes) -> str:
        mark = hmac.new(self._secret, b"v0:%b:%b" % (stamp.encode(), body), hashlib.sha256)
        return f"v0={mark.hexdigest()}"


def _one(request: web.Request, name: str) -> str:
    """A header that stands there once; else empty."""
    found = request.headers.getall(name, [])
    return found[0] if len(found) == 1 else ""


def _later() -> web.Response:
    """Too much at once; Slack comes again."""
    return web.Response(status=503, headers={"Retry-After": "1"})


def _closed(status: int) -> web.Response:
    """A refusal without a word, after which the connection is closed: the rest of the body is not wanted."""
    response = _later() if status == 503 else web.Response(status=status)
    response.force_close()
    return response
