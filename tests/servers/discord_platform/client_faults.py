"""The part of the client that makes things go wrong."""

from __future__ import annotations

from typing import Any

from tests.servers.discord_platform.door import Door
from tests.servers.discord_platform.errors import Json

LIMIT_TEXT = "You are being rate limited."


class FaultsClient(Door):
    """Trouble on demand: REST, gateway, endpoint, settings."""

    async def reset(self) -> None:
        """Closes all connections and forgets everything: the next test starts afresh."""
        await self.call("reset")

    async def configure(self, **settings: Any) -> None:
        """Changes settings by the names of `settings.Settings`: interaction_deadline=0.5, dm_opens=2, …"""
        await self.call("configure", **settings)

    async def fault(self, path: str, **fault: Any) -> None:
        """Lets requests on a path fail; fields as in `faults.Fault`: method, times, status, delay, after, reset, …"""
        await self.call("fault", path=path, **fault)

    async def limit(
        self, path: str, *, retry_after: Any = 0.2, scope: str = "user", times: int = 1, **fault: Any
    ) -> None:
        """Answers 429: scope "user", "shared", "global", or "cloudflare" (no Via, HTML), which no client may retry."""
        if scope == "cloudflare":
            await self.fault(path, status=429, body="error code: 1015", headers={"Via": ""}, times=times, **fault)
            return
        body = {"message": LIMIT_TEXT, "retry_after": retry_after, "global": scope == "global"}
        headers = {"X-RateLimit-Scope": scope, "Retry-After": str(retry_after)}
        await self.fault(path, status=429, body=body, headers=headers, times=times, **fault)

    async def refuse(self, path: str, status: int, code: int, message: str = "refused", **fault: Any) -> None:
        """Answers with an error of Discord's: `refuse(r"/messages$", 403, 50007)`."""
        await self.fault(path, status=status, body={"message": message, "code": code}, **fault)

    async def clear_faults(self) -> None:
        """Takes every fault back."""
        await self.call("clear_faults")

    async def reconnect(self) -> None:
        """op 7 to every connection."""
        await self.call("reconnect")

    async def request_heartbeat(self) -> None:
        """op 1 to every connection."""
        await self.call("request_heartbeat")

    async def invalidate(self, *, resumable: bool) -> None:
        """op 9 to every connection."""
        await self.call("invalidate", resumable=resumable)

    async def drop(self, code: int = 0, shard: int = -1) -> None:
        """Closes every connection, or that of one shard, with a code; without one the line is cut."""
        await self.call("drop", code=code, shard=shard)

    async def silence(self) -> None:
        """Every line goes dead without closing."""
        await self.call("silence")

    async def dispatch(self, event: str, body: Any) -> int:
        """Sends any event, however malformed; to how many sessions."""
        return int(await self.call("dispatch", event=event, body=body))

    async def send_text(self, text: str) -> None:
        """Sends any text down every line, JSON or not."""
        await self.call("send_text", text=text)

    async def repeat(self, count: int = 1) -> None:
        """Sends the last events again under the same sequence numbers."""
        await self.call("repeat", count=count)

    async def use_endpoint(self, url: str) -> None:
        """Interactions go to this URL from now on, signed, if it passes Discord's own trial: it answers a PING and
        refuses a wrong signature with 401. "" brings them back to the gateway."""
        await self.call("use_endpoint", url=url)

    async def post_to_endpoint(self, body: Json, *, tamper: str = "") -> Json:
        """Posts any body to the endpoint; tamper: body, signature, timestamp, unsigned, not hex. Status and answer."""
        answered: Json = await self.call("post_to_endpoint", body=body, tamper=tamper)
        return answered
