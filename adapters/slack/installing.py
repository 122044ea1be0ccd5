"""The two pages on which an admin installs Tact in a workspace or a whole organisation."""

from __future__ import annotations

import html
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.installed import InstalledWorkspaces
from adapters.slack.scopes import SCOPES
from adapters.slack.words import Install
from adapters.slack.workspaces import Clients
from bot.settings import SlackSettings
from bot.storage import StoreError

log = logging.getLogger("tact.slack")
INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><p>{text}</p></html>'


def build_flow(
    settings: SlackSettings, words: Install, clients: Clients, store: InstalledWorkspaces, states: AsyncOAuthStateStore
) -> AsyncOAuthFlow:
    """Bolt's own flow with our store, states and pages; whatever it would read from the environment is handed over."""
    quiet = logging.getLogger("slack_bolt.oauth")
    quiet.setLevel(logging.ERROR)  # below that it logs the code an installation came with
    pages = Pages(words)
    chosen = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=SCOPES,
        user_scopes=(),
        install_path=INSTALL,
        install_page_rendering_enabled=False,
        redirect_uri_path=BACK,
        callback_options=AsyncCallbackOptions(success=pages.done, failure=pages.failed),
        installation_store=store,
        installation_store_bot_only=True,
        state_store=states,
        logger=quiet,
    )
    chosen.redirect_uri = None  # Slack takes the one of the app's page, so no address is written down twice
    chosen.authorize_url_generator = AuthorizeUrlGenerator(
        client_id=settings.client_id,
        scopes=SCOPES,
        user_scopes=(),
        authorization_url=urljoin(clients.api_url, "/oauth/v2/authorize"),
    )
    return AsyncOAuthFlow(settings=chosen, client=clients.of(None), logger=quiet)


def routes(flow: AsyncOAuthFlow, words: Install) -> list[web.RouteDef]:
    """The pages' routes."""

    def page(
        handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
            try:
                response = await handle(asked)
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
                response = Pages(words).refused("unreachable", 503)
            except StoreError:
                response = Pages(words).refused("storage_error", 503)
            except Exception as error:  # the kind alone: the rest may hold the code
                log.error("an installation failed: %s", type(error).__name__)  # noqa: TRY400
                response = Pages(words).refused("unreachable", 503)
            return await to_aiohttp_response(response)

        return answer

    return [web.get(INSTALL, page(flow.handle_installation)), web.get(BACK, page(flow.handle_callback))]


class Pages:
    """What an admin reads at the end."""

    def __init__(self, words: Install) -> None:
        self._words = words

    async def done(self, arguments: AsyncSuccessArgs) -> BoltResponse:
        """It is installed."""
        installation = arguments.installation
        team = installation.team_name or installation.enterprise_name or self._words.somewhere
        return _page(self._words.done_title, self._words.done.format(team=team), 200)

    async def failed(self, arguments: AsyncFailureArgs) -> BoltResponse:
        """It is not, and why."""
        return self.refused(arguments.reason, arguments.suggested_status_code)

    def refused(self, reason: str, status: int) -> BoltResponse:
        """The page for a reason; one that is not known is not repeated."""
        said = self._words.reasons.get(reason) or self._words.reasons["invalid_code"]
        return _page(self._words.failed_title, self._words.failed.format(reason=said), status)


def _page(title: str, text: str, status: int) -> BoltResponse:
    body = PAGE.format(title=html.escape(title), text=html.escape(text))
    return BoltResponse(status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8"})
