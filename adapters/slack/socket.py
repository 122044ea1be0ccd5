"""Slack over a socket: one supervised connection, made anew from the ground when it does not come back by itself.

The SDK reconnects on its own when Slack asks for it or the line breaks; it is known to get stuck in that
(python-slack-sdk #1446, #1701, #1110), which is what the watch is for.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import dispatch
from adapters.slack.sender import report_of
from adapters.slack.workspaces import REFUSED
from bot.settings import SettingsError
from bot.watching import Watch

log = logging.getLogger("tact.slack")
PING = 5.0
"""Seconds between pings; a line without an answer to four of them is dead."""
LOOK = 1.0
"""Seconds between looks at the connection."""
PATIENCE = 12.0
"""Seconds without a connection after which it is made anew."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before the next try where Slack cannot be reached, doubled each time."""
FINISH = 5.0
"""Seconds that requests under way have at the end."""


class Socket:
    """The connection, and what comes over it."""

    def __init__(
        self, app: AsyncApp, web: AsyncWebClient, token: str, elapsed: Callable[[], float], watch: Watch
    ) -> None:
        self._told = watch
        self._app = app
        self._web = web
        self._token = token
        self._elapsed = elapsed
        self._inside = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.connected = False

    async def run(self) -> None:
        """Keeps a connection until it is cancelled; raises SettingsError when the token will never do."""
        wait = FIRST_WAIT
        while True:
            url = await self._ask()
            if url:
                wait = FIRST_WAIT
                await self._live(url)
            self.connected = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _ask(self) -> str:
        """Where to connect; empty when Slack does not say now."""
        try:
            return str((await self._web.apps_connections_open(app_token=self._token))["url"])
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in REFUSED:
                raise SettingsError(
                    f"Slack refuses SLACK_APP_TOKEN ({code}). It is made under Basic Information, with the scope connections:write."
                ) from error
            report = report_of(error)
            log.warning("Slack gives no socket now (%s)", report.why)
            if report.why == "ratelimited":
                await asyncio.sleep(report.wait)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("Slack cannot be reached for a socket (%s)", type(error).__name__)
        return ""

    async def _live(self, url: str) -> None:
        """One client, from connecting until it is beyond help."""
        quiet = logging.getLogger("slack_sdk.socket_mode")
        quiet.setLevel(logging.CRITICAL)  # its errors name the one-time address of the socket
        client = SocketModeClient(app_token=self._token, logger=quiet, web_client=self._web, ping_interval=PING)
        client.wss_uri = url
        client.socket_mode_request_listeners.append(self._heard)
        connecting = asyncio.ensure_future(client.connect())  # type: ignore[no-untyped-call]  # the SDK has no types there
        try:
            await self._watch(client)
            log.warning("the socket to Slack was lost; making a new one")
        finally:
            connecting.cancel()
            await asyncio.shield(self._close(client))

    async def _watch(self, client: SocketModeClient) -> None:
        """Returns when there has been no connection for too long."""
        seen = self._elapsed()
        while self._elapsed() - seen < PATIENCE:
            self.connected = await client.is_connected()
            if self.connected:
                seen = self._elapsed()
            await asyncio.sleep(LOOK if self.connected else LOOK / 10)

    async def _close(self, client: SocketModeClient) -> None:
        """Takes nothing more in, lets what is inside finish, and closes."""
        self.connected = False
        client.auto_reconnect_enabled = False
        for task in (client.message_receiver, client.message_processor, client.current_session_monitor):
            if task is not None:
                task.cancel()
        try:
            async with asyncio.timeout(FINISH):
                await self._idle.wait()
        except TimeoutError:
            log.warning("a request of Slack's was still under way at the end; Slack will send it again")
        await client.close()  # type: ignore[no-untyped-call]  # the SDK has no types there

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handles an envelope; without an acknowledgement Slack sends it again."""
        self._inside += 1
        self._idle.clear()
        try:
            asked = AsyncBoltRequest(mode="socket_mode", body=request.payload)
            response = await dispatch(self._app, asked, self._told)
            if response.status == 503:
                return
            said = json.loads(response.body) if response.body.startswith("{") else None
            payload = said if response.status == 200 else None
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
        except Exception as error:  # an envelope that breaks something must not break the connection
            log.error("an envelope could not be handled: %s", type(error).__name__)  # noqa: TRY400
        finally:
            self._inside -= 1
            if not self._inside:
                self._idle.set()
