"""The way to the control API of one server, about one workspace."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import aiohttp

from .seen import Delivery

GENERAL = ("reset", "settings", "fault", "allow")  # verbs that are not about one workspace


class LoopbackError(Exception):
    """The test asked for something no person could do, or the server does not know."""


class Remote:
    """A session with the server at `url`; all calls are about the workspace `team`. With `fresh` it begins anew."""

    def __init__(self, url: str, team: str = "T1", *, fresh: bool = True) -> None:
        self.url, self.team = url, team
        self._fresh = fresh
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        if self._fresh:
            await self._do("reset")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def bot_token(self) -> str:
        """The token of a workspace that was set up with the app in it."""
        return f"xoxb-{self.team}"

    def in_team(self, team: str) -> Self:
        """The same server as seen from another workspace."""
        other = type(self)(self.url, team, fresh=False)
        other._session = self._session
        return other

    async def _act(self, verb: str, **body: Any) -> Delivery:
        return Delivery.of(await self._do(verb, **body))

    async def _send(self, verb: str, **body: Any) -> list[Delivery]:
        return [Delivery.of(sent) for sent in (await self._do(verb, **body))["deliveries"]]

    async def _do(self, verb: str, **body: Any) -> Any:
        if self._session is None:
            raise LoopbackError("use `async with LoopbackSlack(url) as slack`")
        about = body if verb in GENERAL else {"team": self.team, **body}
        async with self._session.post(f"{self.url}/_control/{verb}", json=about) as response:
            if response.status != 200:
                raise LoopbackError(await response.text())
            return (await response.json())["answer"]
