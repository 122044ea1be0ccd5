"""Slack as a part of `tact serve`: over HTTP, or over a socket where SLACK_APP_TOKEN is set."""

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

from adapters.slack import words
from adapters.slack.admins import Admins
from adapters.slack.answers import Answers
from adapters.slack.app import build_app
from adapters.slack.desk import Desk
from adapters.slack.front import Front
from adapters.slack.incoming import tenant_of
from adapters.slack.work import Work
from adapters.slack.workspaces import WITHIN, Clients, OneWorkspace
from bot.app import Service
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

    def __init__(self, app: AsyncApp, desk: Desk, settings: SlackSettings) -> None:
        self._app = app
        self._desk = desk
        self._started = False
        self.sender: Sender | None = desk.answers.sender
        front = Front(settings.signing_secret, time.time, self._dispatch)
        self.routes: Sequence[web.AbstractRouteDef] = [web.post("/slack/events", front.handle)]

    async def run(self) -> None:
        """Makes sure that the token works; the HTTP server does the rest."""
        while not self._started:
            try:
                await self._desk.workspaces.start()
                self._started = True
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("Slack cannot be asked who we are (%s); trying again", type(error).__name__)
                await asyncio.sleep(AGAIN)
        await asyncio.Event().wait()

    def ready(self) -> bool:
        """Whether people are heard, and can be answered."""
        return self._started

    async def _dispatch(self, text: str, request: web.BaseRequest) -> web.Response:
        try:
            asked = AsyncBoltRequest(body=text, headers={"content-type": request.headers.get("Content-Type", "")})
        except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
            return web.Response(status=400)
        return await to_aiohttp_response(await self._app.async_dispatch(asked))


@asynccontextmanager
async def open_slack(service: Service) -> AsyncIterator[SlackPlatform]:
    """Slack while it is served; raises SettingsError in one sentence."""
    settings = service.settings.slack
    _check(settings)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    work = Work()
    async with aiohttp.ClientSession(timeout=WITHIN) as session:
        clients = Clients(settings.api_url, session)
        workspaces = OneWorkspace(clients, settings.bot_token)
        said = words.load()
        answers = Answers(said, workspaces, session, clients.api_url)
        elapsed = asyncio.get_running_loop().time
        desk = Desk(service, said, workspaces, answers, Admins(workspaces, elapsed), work, elapsed)

        async def leave(team: str, organisation: str) -> None:
            tenant = tenant_of(team, organisation)
            desk.forget(tenant)
            await service.store.uninstall(tenant)

        try:
            yield SlackPlatform(build_app(desk, clients.of(None), leave, None), desk, settings)
        finally:
            await work.drain(DRAIN)


def _check(settings: SlackSettings) -> None:
    """Whether the settings say one clear thing."""
    many = bool(settings.client_id or settings.client_secret)
    if many and settings.bot_token:
        raise SettingsError(
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many. Leave one of them out."
        )
    if not many and not settings.bot_token:
        raise SettingsError("Slack needs SLACK_BOT_TOKEN, the Bot User OAuth Token (xoxb-…) from the app's page.")
    if not settings.app_token and not settings.signing_secret:
        raise SettingsError(
            "Slack needs SLACK_SIGNING_SECRET (requests over HTTP) or SLACK_APP_TOKEN (a socket); both stand on the app's page."
        )
