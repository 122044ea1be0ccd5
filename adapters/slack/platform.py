"""Slack as a part of `tact serve`: over HTTP, or over a socket where SLACK_APP_TOKEN is set; one workspace, or many."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError

from adapters.admission import Admission
from adapters.pace import Pace
from adapters.slack import words
from adapters.slack.admins import Admins
from adapters.slack.answers import Answers
from adapters.slack.app import build_app, dispatch
from adapters.slack.desk import Desk
from adapters.slack.front import Front
from adapters.slack.installed import InstalledWorkspaces
from adapters.slack.installing import build_flow, routes
from adapters.slack.leaving import Leaving
from adapters.slack.rooms import Rooms
from adapters.slack.second import Seconds
from adapters.slack.socket import Socket
from adapters.slack.states import SignedStates
from adapters.slack.work import Work
from adapters.slack.workspaces import WITHIN, Clients, OneWorkspace
from bot.app import Service
from bot.language import as_spoken
from bot.letters import Sender
from bot.settings import SettingsError, SlackSettings

log = logging.getLogger("tact.slack")
QUIET = ("slack_bolt", "slack_sdk", "slack_sdk.web", "slack_sdk.socket_mode", "aiohttp", "asyncio")
"""Loggers of others: below WARNING they print what people wrote, and tokens (reliability catalogue, P06)."""
DRAIN = 10.0
"""Seconds that answers under way have at the end."""
AGAIN = 5.0
"""Seconds between questions to a Slack that cannot be reached at the start."""


class SlackPlatform:
    """Slack while it is open."""

    name = "slack"

    def __init__(
        self, app: AsyncApp, desk: Desk, settings: SlackSettings, socket: Socket | None, more: Sequence[web.RouteDef]
    ) -> None:
        self._app = app
        self._desk = desk
        self._socket = socket
        self._started = False
        self.sender: Sender | None = desk.answers.sender
        front = Front(settings.signing_secret, time.time, self._dispatch, Admission(desk.elapsed))
        door = [] if socket else [web.post("/slack/events", front.handle)]
        self.routes: Sequence[web.AbstractRouteDef] = [*door, *more]

    async def run(self) -> None:
        """Makes sure that the token works, and keeps the socket; without one the HTTP server does the work."""
        while not self._started:
            try:
                await self._desk.workspaces.start()
                self._started = True
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("Slack cannot be asked who we are (%s); trying again", type(error).__name__)
                await asyncio.sleep(AGAIN)
        if self._socket:
            await self._socket.run()
        await asyncio.Event().wait()

    def ready(self) -> bool:
        """Whether people are heard, and can be answered."""
        return self._started and (self._socket is None or self._socket.connected)

    async def _dispatch(self, text: str, request: web.BaseRequest) -> web.Response:
        try:
            asked = AsyncBoltRequest(body=text, headers={"content-type": request.headers.get("Content-Type", "")})
        except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
            return web.Response(status=400)
        return await to_aiohttp_response(await dispatch(self._app, asked, self._desk.service.watch))


@asynccontextmanager
async def open_slack(service: Service) -> AsyncIterator[SlackPlatform]:
    """Slack while it is served; raises SettingsError in one sentence."""
    settings = service.settings.slack
    _check(settings, service.settings.keys)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    elapsed = asyncio.get_running_loop().time
    async with aiohttp.ClientSession(timeout=WITHIN) as session:
        clients, said, work = Clients(settings.api_url, session), as_spoken(words.load), Work()
        workspaces: OneWorkspace | InstalledWorkspaces = OneWorkspace(clients, settings.bot_token)
        flow = None
        if settings.client_id:
            credentials = (settings.client_id, settings.client_secret)
            workspaces = InstalledWorkspaces(service.store, clients, credentials, service.now, elapsed)
            states = SignedStates(service.settings.keys, service.store.receipts, service.now)
            flow = build_flow(settings, said.install, clients, workspaces, states)
        answers = Answers(said, workspaces, session, clients.api_url)
        rooms = Rooms(service, as_spoken(lambda: said.listening))
        seconds, admins = Seconds(service.coach, answers, work, elapsed), Admins(workspaces, elapsed)
        desk = Desk(
            service,
            said,
            workspaces,
            answers,
            admins,
            seconds,
            rooms,
            work,
            elapsed,
            Pace(elapsed, service.settings.pace),
        )
        app = build_app(desk, clients.of(None), Leaving(service, desk), flow)
        socket = (
            Socket(app, clients.of(None), settings.app_token, elapsed, service.watch) if settings.app_token else None
        )
        try:
            yield SlackPlatform(app, desk, settings, socket, routes(flow, said.install) if flow else ())
        finally:
            await work.drain(DRAIN)


def _check(settings: SlackSettings, keys: Sequence[bytes]) -> None:
    """Whether the settings say one clear thing."""
    many = bool(settings.client_id or settings.client_secret)
    if many and settings.bot_token:
        raise SettingsError(
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many. Leave one of them out."
        )
    if many and not (settings.client_id and settings.client_secret):
        raise SettingsError(
            "Many workspaces need both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; one of them is missing."
        )
    if many and not keys:
        raise SettingsError(
            "Many workspaces need TACT_KEY, which seals their tokens in the database; `tact doctor` shows how to make one."
        )
    if not many and not settings.bot_token:
        raise SettingsError("Slack needs SLACK_BOT_TOKEN, the Bot User OAuth Token (xoxb-…) from the app's page.")
    if not settings.app_token and not settings.signing_secret:
        raise SettingsError(
            "Slack needs SLACK_SIGNING_SECRET (requests over HTTP) or SLACK_APP_TOKEN (a socket); both stand on the app's page."
        )
