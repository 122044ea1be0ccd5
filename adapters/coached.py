"""Channels in which an admin switched coaching on; in all others nothing that is said is looked at."""

from __future__ import annotations

from adapters.recent import Recent
from bot.app import Service
from bot.storage.marks import COACHED

MOST = 150
"""Coached channels of a server or workspace."""


class Coached:
    """The switch of each channel, kept over restarts and known to every process within a minute."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._on = Recent(self._look_up, service.now)

    async def is_on(self, tenant: str, server: str, channel: str) -> bool:
        """Whether coaching is on in a channel of a server or workspace."""
        return channel in await self._on.get((tenant, server))

    async def switch(self, tenant: str, server: str, channel: str, *, on: bool) -> None:
        """Switches it on or off in one channel."""

        def change(marked: str) -> str:
            others = [one for one in marked.split() if one != channel]
            return " ".join([*others, channel][-MOST:] if on else others)

        await self._service.store.marks.change(tenant, _mark(server), self._service.now(), change)
        self._on.forget((tenant, server))

    def forget(self, tenant: str, server: str) -> None:
        """What was looked up of a server that is gone."""
        self._on.forget((tenant, server))

    async def _look_up(self, where: tuple[str, str]) -> frozenset[str]:
        tenant, server = where
        return frozenset((await self._service.store.marks.read(tenant, _mark(server))).split())


def _mark(server: str) -> str:
    return f"{COACHED}{server}"
