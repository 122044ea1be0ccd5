"""Discord's REST API for letters: one request an attempt, nothing repeated behind the outbox's back, every answer classified.

discord.py repeats what fails and sleeps through rate limits, which is right for answers and wrong for letters: there
the outbox decides, and has to know whether something may have been shown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.letters import Outcome, Report

PATIENCE = 10.0
"""Seconds for one request (reliability catalogue, O03)."""
LARGEST = 1024 * 1024
"""Bytes read of an answer."""
PAUSE = 600.0
"""Seconds for which everything waits when Discord says that direct messages are opened too fast (O06), or bans an address."""
NO_FIGURE = 30.0
"""Seconds to wait where Discord asks for it without a figure that can be used."""

_UNREACHABLE = frozenset({50007, 50278, 50001, 10003, 10013, 50033, 50013})
"""Messages closed or blocked, no server in common, no access, channel or user gone."""
OWN_REASONS = frozenset(f"{status}_{code}" for status in (400, 403, 404) for code in _UNREACHABLE)
"""Refusals that concern one person."""
_FLAGGED = frozenset({20026, 20028, 340013, 40012})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, Discord's own code, the body; status 0 where nothing did, `why` says what happened."""

    status: int
    body: Mapping[str, Any]
    code: int = 0
    wait: float = 0.0
    whole: bool = False
    why: str = ""

    @property
    def good(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


class Rest:
    """Speaks with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        self._session = session
        self._api_url = api_url.rstrip("/")
        self._headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (https://github.com/tact, 1)"}

    async def post(
        self, path: str, body: Mapping[str, Any] | None, files: Sequence[Mapping[str, Any]] | None = None
    ) -> Answer:
        """One request, with the fields of a form where files go along; never raises for what a network or platform does."""
        return await self._send("POST", path, body, files)

    async def patch(self, path: str, body: Mapping[str, Any] | None) -> Answer:
        """One request that changes what is there."""
        return await self._send("PATCH", path, body)

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        files: Sequence[Mapping[str, Any]] | None = None,
    ) -> Answer:
        sent: dict[str, Any] = {"data": _form(files)} if files else {"json": body}
        limit = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with self._session.request(
                method, f"{self._api_url}{path}", **sent, headers=self._headers, timeout=limit, allow_redirects=False
            ) as response:
                return _read(response, await response.content.read(LARGEST))
        except aiohttp.ClientConnectorError:
            return Answer(0, {}, why="no_connection")
        except TimeoutError:
            return Answer(0, {}, why="timeout")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(0, {}, why=type(error).__name__)


def _form(fields: Sequence[Mapping[str, Any]]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for field in fields:
        form.add_field(**field)
    return form


def _read(response: aiohttp.ClientResponse, raw: bytes) -> Answer:
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        found = None
    body = found if isinstance(found, dict) else {}
    code = body.get("code")
    wait, whole = 0.0, False
    if response.status == 429:
        banned = "Via" not in response.headers or found is None  # Cloudflare answers by itself
        asked = body.get("retry_after", response.headers.get("Retry-After"))
        wait = PAUSE if banned else seconds(asked)
        whole = banned or bool(body.get("global"))
    status = response.status if found is not None or response.status >= 300 else 0
    return Answer(status, body, code if isinstance(code, int) else 0, wait, whole, "" if status else "unreadable")


def seconds(said: object) -> float:
    """A wait as Discord says it; a sensible one where it is no figure, is negative or has no end."""
    try:
        asked = float(str(said))
    except ValueError:
        return NO_FIGURE
    return asked if math.isfinite(asked) and asked >= 0 else NO_FIGURE


def report_of(answer: Answer) -> Report:
    """What an answer says of the attempt."""
    why = answer.why or f"{answer.status}_{answer.code}"
    if answer.good:
        return Report(Outcome.DELIVERED)
    if answer.code == 40003:
        return Report(Outcome.LATER, PAUSE, why, whole_platform=True)
    if answer.status == 429:
        return Report(Outcome.LATER, answer.wait, why, whole_platform=answer.whole, alone=not answer.whole)
    if answer.why == "no_connection":
        return Report(Outcome.LATER, why=why)
    if answer.status == 0 or answer.status >= 500:
        return Report(Outcome.UNKNOWN, why=why)
    if answer.status == 401 or answer.code in _FLAGGED:
        return Report(Outcome.SUSPENDED, why=why)
    unreachable = answer.code in _UNREACHABLE or answer.status == 403
    return Report(Outcome.UNREACHABLE if unreachable else Outcome.REFUSED, why=why)
