"""Bolt's own OAuth flow installs and rotates against the loopback Slack."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.client import LoopbackSlack

SCOPES = ["commands", "chat:write"]
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk uses it


@pytest.fixture
async def site(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """A Bolt app that anybody can install, with its install page; every token is rotated at each request."""
    settings = AsyncOAuthSettings(
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        scopes=SCOPES,
        authorization_url=slack.authorize_url,
        installation_store=FileInstallationStore(base_dir=str(tmp_path), client_id=slack.client_id),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path), client_id=slack.client_id),
        token_rotation_expiration_minutes=13 * 60,
    )
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    settings.authorize.token_rotator.client = client  # Bolt's own would ask slack.com
    flow = AsyncOAuthFlow(client=client, settings=settings)
    bolt = AsyncApp(client=client, oauth_flow=flow, signing_secret=slack.signing_secret)

    @bolt.command("/tact")
    async def tact(ack: Any, client: Any) -> None:
        await ack(f"with {client.token}")

    async def handle(request: web.Request) -> web.Response:
        asked = await to_bolt_request(request)
        if request.path == "/slack/install":
            return await to_aiohttp_response(await flow.handle_installation(asked))
        if request.path == "/slack/oauth_redirect":
            return await to_aiohttp_response(await flow.handle_callback(asked))
        return await to_aiohttp_response(await bolt.async_dispatch(asked))

    app = web.Application()
    app.router.add_route("*", "/slack/{page}", handle)
    async with TestClient(TestServer(app)) as site:
        settings.redirect_uri = flow.redirect_uri = str(site.make_url("/slack/oauth_redirect"))
        settings.authorize_url_generator.redirect_uri = settings.redirect_uri
        await slack.settings(request_url=str(site.make_url("/slack/events")))
        yield site


async def install(site: TestClient[Any, Any], team: str, more: str = "") -> tuple[int, str]:
    """Clicks through the install page as an admin; the status and text of the last page."""
    page = await site.get("/slack/install")
    cookie = {"Cookie": page.headers["Set-Cookie"].split(";")[0]}
    link = re.search(r'href="([^"]*/authorize[^"]*)"', await page.text())
    assert link is not None
    async with aiohttp.ClientSession() as browser:
        consent = f"{unescape(link[1])}&team={team}{more}"
        async with browser.get(consent, allow_redirects=False) as allowed:
            back = allowed.headers["Location"]
        async with browser.get(back, headers=cookie) as last:
            return last.status, await last.text()


async def test_an_admin_installs_the_app_and_its_commands_work(
    slack: LoopbackSlack, site: TestClient[Any, Any]
) -> None:
    two = await slack.add_team("T2", scopes=None)
    await two.add_person("U1", "ana")
    await two.add_channel("C1", "general", ["U1", "U0TACT"])
    assert (await two.command("U1", "C1", "/tact")).body == ""
    status, _ = await install(site, "T2")
    assert status == 200
    assert (await two.command("U1", "C1", "/tact")).body.startswith("with xoxb-")


async def test_an_admin_who_denies_installs_nothing(slack: LoopbackSlack, site: TestClient[Any, Any]) -> None:
    _, text = await install(site, "T1", "&deny=1")
    assert "access_denied" in text
    assert await slack.calls("oauth.v2.access") == []


async def test_a_rotating_token_is_refreshed_and_dies_after_twelve_hours(
    slack: LoopbackSlack, site: TestClient[Any, Any]
) -> None:
    await slack.settings(token_rotation=True)
    await install(site, "T1")
    first, second = [(await slack.command("U1", "C1", "/tact")).body.removeprefix("with ") for _ in range(2)]
    assert first.startswith("xoxe.xoxb-")
    assert first != second
    refreshed = [call for call in await slack.calls("oauth.v2.access") if "refresh_token" in call.args]
    assert len(refreshed) == 2
    api = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    await api.auth_test(token=second)
    await slack.advance(43_201)
    with pytest.raises(SlackApiError, match="token_expired"):
        await api.auth_test(token=second)


async def test_codes_and_refresh_tokens_work_once_and_only_with_the_secret(slack: LoopbackSlack) -> None:
    api = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    own = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    await slack.settings(token_rotation=True)
    code = await slack.allow(scopes=SCOPES)
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await api.oauth_v2_access(**own | {"client_secret": "other"}, code=code)
    with pytest.raises(SlackApiError, match="invalid_client_id"):
        await api.oauth_v2_access(**own | {"client_id": "9.9"}, code=code)
    given = await api.oauth_v2_access(**own, code=code)
    assert (given["scope"], given["expires_in"]) == ("commands,chat:write", 43_200)
    with pytest.raises(SlackApiError, match="invalid_code"):
        await api.oauth_v2_access(**own, code=code)
    again = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    await api.oauth_v2_access(**own, **again)
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await api.oauth_v2_access(**own, **again)


async def test_a_whole_organisation_installs_at_once(slack: LoopbackSlack) -> None:
    api = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    await slack.add_team("T2", scopes=None, enterprise="E1")
    code = await slack.allow(team=None, enterprise="E1", scopes=SCOPES)
    given = await api.oauth_v2_access(client_id=slack.client_id, client_secret=slack.client_secret, code=code)
    assert (given["is_enterprise_install"], given["team"], given["enterprise"]["id"]) == (True, None, "E1")
