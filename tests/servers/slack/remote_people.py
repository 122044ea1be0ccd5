"""The client's part that acts as people."""

from __future__ import annotations

from typing import Any

from .remote import Remote
from .seen import Delivery, Json, Shown


class People(Remote):
    """What people do. Every method returns what was sent to the app and how that went."""

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Delivery:
        return await self._act("command", user=user, channel=channel, command=command, text=text)

    async def load(self, user: str, channel: str, command: str, text: str = "", **how: Any) -> Json:
        """`count` commands at `rate` a second, or by `people` at a time: seconds, latencies, failed."""
        return dict(await self._do("load", user=user, channel=channel, command=command, text=text, **how))

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
