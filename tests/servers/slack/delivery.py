"""Delivers payloads to the app, signed over HTTP or in envelopes, and redelivers events as Slack does."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .attempts import Attempt, Delivery
from .sockets import Gone, Sockets
from .world import World

Json = dict[str, Any]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
ENVELOPE = {"event": "events_api", "command": "slash_commands", "interaction": "interactive"}


class Sender:
    """Sends payloads by the way that is set up."""

    def __init__(self, world: World, sockets: Sockets) -> None:
        self._world, self._sockets = world, sockets
        self._session: aiohttp.ClientSession | None = None

    async def once(self, sort: str, payload: Json, number: int = 0, reason: str | None = None) -> Attempt:
        """One try of a delivery."""
        attempt = Attempt(number, reason)
        began = time.perf_counter()
        if self._world.settings.request_url is None:
            await self._over_socket(sort, payload, attempt)
        else:
            await self._over_http(sort, payload, attempt, self._world.settings.request_url)
        attempt.seconds = round(time.perf_counter() - began, 6)
        return attempt

    async def event(self, delivery: Delivery, payload: Json) -> None:
        """Until it succeeds: at once, then three times more with the same event_id."""
        settings = self._world.settings
        reason: str | None = None
        for number, delay in enumerate([0.0, *settings.retry_delays]):
            await self._world.clock.sleep(delay * settings.retry_scale)
            attempt = await self.once("event", payload, number, reason)
            self.keep(delivery, attempt)
            if attempt.succeeded or attempt.no_retry:
                break
            reason = attempt.error or "http_error"
        self.finish(delivery)

    def keep(self, delivery: Delivery, attempt: Attempt) -> None:
        """Adds the attempt to the delivery and to the record."""
        delivery.attempts.append(attempt)
        known: Json = {"id": delivery.id, "sort": delivery.sort, "name": delivery.name, "team": delivery.team}
        known |= {"user": delivery.user, "event_id": delivery.event_id, "trigger_id": delivery.trigger_id}
        self._world.record.add("delivery", **known, acked=attempt.succeeded, **asdict(attempt))

    def finish(self, delivery: Delivery) -> None:
        delivery.done = True
        self._world.record.notify()

    def signed(self, body: str) -> dict[str, str]:
        """The headers that prove a body comes from Slack."""
        settings = self._world.settings
        stamp = str(int(time.time() + settings.clock_skew))
        mark = hmac.new(settings.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
        return headers | {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}

    async def post(self, attempt: Attempt, url: str, body: str, headers: dict[str, str]) -> None:
        """One HTTP request; how it went is written into the attempt."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        limit = aiohttp.ClientTimeout(total=self._world.settings.ack_seconds)
        sent = self._session.post(url, data=body.encode(), headers=headers, timeout=limit, max_redirects=2)
        try:
            async with sent as response:
                attempt.status, attempt.body = response.status, await response.text(errors="replace")
                attempt.no_retry = response.headers.get("X-Slack-No-Retry") == "1" and not attempt.succeeded
        except TimeoutError:
            attempt.status, attempt.error = None, "http_timeout"
        except aiohttp.TooManyRedirects:
            attempt.error = "too_many_redirects"
        except aiohttp.ClientSSLError:
            attempt.error = "ssl_error"
        except (aiohttp.ClientError, OSError):
            attempt.error = "connection_failed"
        else:
            attempt.error = None if attempt.succeeded else "http_error"

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _over_http(self, sort: str, payload: Json, attempt: Attempt, url: str) -> None:
        body, kind = json.dumps(payload), JSON
        if sort != "event":
            body, kind = urlencode(payload if sort == "command" else {"payload": body}), FORM
        headers = {"Content-Type": kind, **self.signed(body)}
        if attempt.number:
            headers |= {"X-Slack-Retry-Num": str(attempt.number), "X-Slack-Retry-Reason": str(attempt.reason)}
        await self.post(attempt, url, body, headers)

    async def _over_socket(self, sort: str, payload: Json, attempt: Attempt) -> None:
        envelope: Json = {"envelope_id": str(uuid.uuid4()), "payload": payload, "type": ENVELOPE[sort]}
        envelope["accepts_response_payload"] = sort != "event"
        if sort == "event":
            envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason or ""}
        try:
            attempt.socket, answer = await self._sockets.send(envelope, self._world.settings.ack_seconds)
        except Gone:
            attempt.error = "connection_failed"
        except TimeoutError:
            attempt.error = "timeout"
        else:
            attempt.status, attempt.body = 200, "" if answer is None else json.dumps(answer)
