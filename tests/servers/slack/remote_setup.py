"""The client's part that sets things up and breaks them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from .remote import Remote
from .seed import SCOPES
from .seen import Json


class Setup(Remote):
    """What exists, and what goes wrong."""

    async def reset(self, **settings: Any) -> None:
        """A new world with these settings; sockets are cut and deliveries stopped."""
        await self._do("reset", **settings)

    async def settings(self, **changed: Any) -> Json:
        """Changes settings (see settings.Settings); rate_limits="slack" sets Slack's own."""
        return dict(await self._do("settings", **changed))

    async def advance(self, seconds: float) -> None:
        """Moves the server's clock: triggers expire, retries and scheduled messages come due."""
        await self._do("advance", seconds=seconds)

    async def add_team(self, id_: str, *, scopes: Iterable[str] | None = SCOPES, enterprise: str | None = None) -> Self:
        """A workspace with nobody in it and the app with token xoxb-<id>; without the app when scopes is None."""
        named = {"id": id_, "name": id_.title(), "domain": id_.lower(), "enterprise": enterprise}
        given = None if scopes is None else list(scopes)
        await self._do("add", what="team", fields={**named, "scopes": given})
        return self.in_team(id_)

    async def add_person(self, id_: str, name: str, **fields: Any) -> None:
        """tz, is_admin, is_bot, deleted, active, home_team."""
        await self._do("add", what="person", fields={"team": self.team, "id": id_, "name": name, **fields})

    async def add_channel(self, id_: str, name: str, members: list[str], sort: str = "public", **fields: Any) -> None:
        """Name the bot's user id (U0TACT) among the members to have it in; sort: public, private, im, mpim."""
        named = {"team": self.team, "id": id_, "name": name, "members": members, "sort": sort}
        await self._do("add", what="channel", fields={**named, **fields})

    async def add_token(self, value: str, sort: str, scopes: list[str], **fields: Any) -> None:
        await self._do("add", what="token", fields={"value": value, "sort": sort, "scopes": scopes, **fields})

    async def change_person(self, id_: str, **fields: Any) -> None:
        await self._do("change", key=["person", self.team, id_], fields=fields)

    async def change_channel(self, id_: str, **fields: Any) -> None:
        await self._do("change", key=["channel", self.team, id_], fields=fields)

    async def change_token(self, value: str | None = None, **fields: Any) -> None:
        """For example scopes=[...], state="token_revoked" or "account_inactive", expires_at=0."""
        await self._do("change", key=["token", value or self.bot_token], fields=fields)

    async def grant(self, *scopes: str) -> None:
        """Gives the bot token these scopes besides the usual ones; without any only the usual ones."""
        await self.change_token(scopes=[*SCOPES, *scopes])

    async def allow(self, user: str = "U3", scopes: Iterable[str] = (), **fields: Any) -> str:
        """An OAuth code as if an admin had consented; team=None and enterprise="E1" for a whole organisation."""
        given = {"team": self.team, "enterprise": None, "user": user, "scopes": list(scopes), "redirect_uri": None}
        return str(await self._do("allow", **{**given, **fields}))

    async def fault(self, method: str, times: int = 1, **fault: Any) -> None:
        """The next `times` calls fail: error=, status= (and retry_after=), body=, reset="before"|"after", delay=."""
        await self._do("fault", method=method, times=times, **fault)

    async def clear_faults(self) -> None:
        await self._do("clear_faults")

    async def sockets(self, count: int | None = None, within: float = 10, other_than: Iterable[str] = ()) -> list[str]:
        """Ids of the open sockets; waits for exactly `count` of them, none among `other_than`."""
        ids = await self._do("sockets", count=count, within=within, other_than=list(other_than))
        if count is not None and (len(ids) != count or set(ids) & set(other_than)):
            raise AssertionError(f"wanted {count} new sockets within {within} s, there are {ids}")
        return list(ids)

    async def disconnect(self, reason: str = "refresh_requested", id_: str | None = None) -> None:
        """Sends disconnect: warning, refresh_requested, too_many_websockets or link_disabled."""
        await self._do("disconnect", reason=reason, id=id_)

    async def drop(self, id_: str | None = None) -> None:
        """Cuts the TCP connection of one socket or all."""
        await self._do("drop", id=id_)

    async def silence(self, id_: str | None = None) -> None:
        """Half-open: the sockets stay but nothing is answered any more, not even pings."""
        await self._do("silence", id=id_)
