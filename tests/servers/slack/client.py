"""Drives the loopback Slack from a test: set it up, act as people, break things, and see what people saw.

    with SlackProcess(log=tmp_path / "seen.jsonl") as process:            # another process, once for many tests
        async with LoopbackSlack(process.url) as slack:                   # a fresh world: T1; U1, U2, U3 (admin); C1, C2, C3
            app = AsyncApp(token=slack.bot_token, signing_secret=slack.signing_secret,
                           client=AsyncWebClient(slack.bot_token, base_url=slack.api_url))
            await slack.settings(request_url="http://127.0.0.1:9000/slack/events")   # or leave it: Socket Mode
            done = await slack.command("U1", "C1", "/tact", "check hello")            # done.acked, .seconds, .user_sees
            [answer] = await slack.posts(to="U1", seen="ephemeral", count=1)          # waits; answer.text, .pings, .links
            await slack.click("U1", answer, "Check again")                            # by action_id, text, label or value
            [modal] = await slack.views("U1", count=1)
            await slack.submit("U1", modal, {"draft": "Hello!", "network": "linkedin"})   # by action_id, block_id or label

A channel D<user> is that user's direct messages with the app. Without `count` a look answers at once; with it, it waits
`within` seconds and fails with what was there instead. Figures in seconds; `slack.advance(4)` moves the server's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import aiohttp

from .process import SlackProcess
from .seen import Attempt, Call, Delivery, Json, Shown

__all__ = ["Attempt", "Call", "Delivery", "LoopbackError", "LoopbackSlack", "Shown", "SlackProcess"]
POSTED = ["post", "stream_stop"]


class LoopbackError(Exception):
    """The test asked for something no person could do, or the server does not know."""


class LoopbackSlack:
    """A client of the control API. `team` is the workspace all calls are about; see `within`."""

    signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
    app_token = "xapp-1-A1"
    client_id = "1.1"
    client_secret = "client-secret"

    def __init__(self, url: str, team: str = "T1", *, fresh: bool = True) -> None:
        self.url, self.team = url, team
        self.api_url = f"{url}/api/"
        self.authorize_url = f"{url}/oauth/v2/authorize"
        self.bot_token = f"xoxb-{team}"
        self._fresh = fresh
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        if self._fresh:
            await self.reset()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def within(self, team: str) -> LoopbackSlack:
        """The same server as seen from another workspace."""
        other = LoopbackSlack(self.url, team, fresh=False)
        other._session = self._session
        return other

    # ---- what exists -------------------------------------------------------------------------------------------

    async def reset(self, **settings: Any) -> None:
        """A new world with these settings; sockets are cut and deliveries stopped."""
        await self._do("reset", **settings)

    async def settings(self, **changed: Any) -> Json:
        """Changes settings (see world.Settings); rate_limits="slack" sets Slack's own."""
        return dict(await self._do("settings", **changed))

    async def advance(self, seconds: float) -> None:
        """Moves the server's clock: triggers expire, retries and scheduled messages come due."""
        await self._do("advance", seconds=seconds)

    async def add_team(self, id_: str, scopes: list[str] | None = None, enterprise: str | None = None) -> LoopbackSlack:
        """A workspace with the app installed (bot token xoxb-<id>) and nobody in it yet."""
        named = {"id": id_, "name": id_.title(), "domain": id_.lower(), "enterprise": enterprise}
        await self._do("add", what="team", fields={**named, "scopes": scopes})
        return self.within(id_)

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

    async def allow(self, user: str = "U3", scopes: Iterable[str] = (), **fields: Any) -> str:
        """An OAuth code as if an admin had consented; team=None and enterprise="E1" for a whole organisation."""
        given = {"team": self.team, "enterprise": None, "user": user, "scopes": list(scopes), "redirect_uri": None}
        return str(await self._do("allow", **{**given, **fields}))

    # ---- what goes wrong ---------------------------------------------------------------------------------------

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

    # ---- what people do ----------------------------------------------------------------------------------------

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Delivery:
        return await self._act("command", user=user, channel=channel, command=command, text=text)

    async def say(self, user: str, channel: str, text: str, *, wait: bool = True, **more: Any) -> list[Delivery]:
        """A message; its events, withheld ones too. `more`: thread_ts, raw (already mrkdwn), ts, fields of the event."""
        thread = more.pop("thread_ts", None)
        return await self._send("say", wait=wait, user=user, channel=channel, text=text, thread_ts=thread, more=more)

    async def event(
        self, event: Json, user: str = "U1", *, event_id: str | None = None, wait: bool = True, **outer: Any
    ) -> Delivery:
        """Any event; with `event_id` the same one again. `wait=False` answers before the first attempt."""
        return (await self._send("event", wait=wait, user=user, event=event, event_id=event_id, outer=outer))[0]

    async def open_home(self, user: str, tab: str = "home") -> Delivery:
        return (await self._send("open_home", user=user, tab=tab))[0]

    async def shortcut(self, user: str, callback_id: str) -> Delivery:
        return await self._act("shortcut", user=user, callback_id=callback_id)

    async def message_shortcut(self, user: str, message: Shown, callback_id: str) -> Delivery:
        where = {"channel": message.channel, "ts": message.ts}
        return await self._act("message_shortcut", user=user, callback_id=callback_id, **where)

    async def click(self, user: str, on: Shown, wanted: str, value: Any = None, values: Json | None = None) -> Delivery:
        """Uses an element of a message or view; `value` is what is chosen, `values` what else is filled in."""
        return await self._act("click", user=user, source=on.source, wanted=wanted, value=value, values=values)

    async def submit(self, user: str, view: Shown, values: Json | None = None) -> Delivery:
        return await self._act("submit", user=user, view_id=view.view_id, values=values or {})

    async def close_view(self, user: str, view: Shown, *, everything: bool = False) -> Delivery:
        return await self._act("close_view", user=user, view_id=view.view_id, everything=everything)

    async def revoke_tokens(self, user: str = "U3") -> Delivery:
        return (await self._send("revoke_tokens", user=user))[0]

    async def uninstall(self, user: str = "U3", *, uninstalled_first: bool = False) -> list[Delivery]:
        return await self._send("uninstall_app", user=user, uninstalled_first=uninstalled_first)

    async def finished(self, *deliveries: Delivery, within: float = 30) -> list[Delivery]:
        """The same deliveries once they are acknowledged or given up."""
        return await self._send("deliveries", ids=[delivery.id for delivery in deliveries], within=within)

    async def post(self, body: str, url: str | None = None, **how: Any) -> Json:
        """Any body to the app, signed unless `headers` override that; `content_type`. Returns status, body, error."""
        return dict(await self._do("post", body=body, url=url, **how))

    # ---- what happened -----------------------------------------------------------------------------------------

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

    async def _act(self, verb: str, **body: Any) -> Delivery:
        return Delivery.of(await self._do(verb, **body))

    async def _send(self, verb: str, **body: Any) -> list[Delivery]:
        return [Delivery.of(sent) for sent in (await self._do(verb, **body))["deliveries"]]

    async def _do(self, verb: str, **body: Any) -> Any:
        if self._session is None:
            raise LoopbackError("use `async with LoopbackSlack(url) as slack`")
        about = body if verb in ("reset", "settings", "fault", "allow") else {"team": self.team, **body}
        async with self._session.post(f"{self.url}/_control/{verb}", json=about) as response:
            if response.status != 200:
                raise LoopbackError(await response.text())
            return (await response.json())["answer"]
