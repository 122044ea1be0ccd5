"""The client's part that looks at what happened."""

from __future__ import annotations

from typing import Any

from .remote import Remote
from .seen import Attempt, Call, Json, Shown

POSTED = ["post", "stream_stop"]


class Sight(Remote):
    """What people saw, what was called and what was delivered."""

    async def shown(self, count: int = 0, *, within: float = 5, after: int = 0, **where: Any) -> list[Shown]:
        """All that people of this workspace saw; `where` are fields of Shown, lists mean any of, `contains` a part."""
        found = await self._find("shown", count, within, after, {"team": self.team, **where})
        return [Shown.of(entry) for entry in found]

    async def posts(self, count: int = 0, **where: Any) -> list[Shown]:
        """Messages by the app: channel=, to=, seen="public"|"private"|"dm"|"ephemeral", contains=, after=, within=."""
        return await self.shown(count, **{"action": POSTED, **where})

    async def views(self, user: str, count: int = 0, **where: Any) -> list[Shown]:
        """Modals as they were opened, pushed or updated for a user."""
        return await self.shown(count, **{"to": user, "seen": "view", "action": ["open", "push", "update"], **where})

    async def homes(self, user: str, count: int = 0, **where: Any) -> list[Shown]:
        return await self.shown(count, to=user, seen="home", **where)

    async def notices(self, user: str, count: int = 0, **where: Any) -> list[Shown]:
        """Slack's own error words, such as operation_timeout."""
        return await self.shown(count, to=user, seen="notice", **where)

    async def open_now(self, user: str) -> Json:
        """`modals`, bottom first, and `home` as they are now."""
        return dict(await self._do("state", user=user))

    async def calls(
        self, method: str, count: int = 0, *, within: float = 5, after: int = 0, **where: Any
    ) -> list[Call]:
        """Calls of a Web API method, refused ones too; where: ok=, error=, status=."""
        return [Call.of(entry) for entry in await self._find("call", count, within, after, {"method": method, **where})]

    async def attempts(self, count: int = 0, *, within: float = 5, after: int = 0, **where: Any) -> list[Attempt]:
        """Single tries of deliveries in their order: sort=, name=, user=, event_id=, acked=."""
        return [Attempt.of(entry) for entry in await self._find("delivery", count, within, after, where)]

    async def mark(self) -> int:
        """A number for `after`: what happened before it is left out."""
        return int((await self._do("find", where={}))["last"])

    async def _find(self, kind: str, count: int, within: float, after: int, where: Json) -> list[Json]:
        asked = {"where": {"kind": kind, **where}, "count": count, "within": within if count else 0, "after": after}
        found = (await self._do("find", **asked))["entries"]
        if len(found) < count:
            there = await self._do("find", where={"kind": kind}, after=after)
            raise AssertionError(f"{len(found)} of {count} {where} within {within} s; there are {there['entries']}")
        return list(found)
