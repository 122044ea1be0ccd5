"""A loopback Slack in another process for all tests here, with a fresh world for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack_serving import Tact, one_workspace, serving_slack
from tests.servers.slack.client import LoopbackSlack, SlackProcess


@pytest.fixture(scope="session")
def slack_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackProcess]:
    with SlackProcess(tmp_path_factory.mktemp("slack") / "seen.jsonl") as process:
        yield process


@pytest.fixture
async def slack(slack_process: SlackProcess) -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(slack_process.url) as slack:
        yield slack


@pytest.fixture
async def api(slack: LoopbackSlack) -> AsyncIterator[AsyncWebClient]:
    """The real slack_sdk with the bot's token; it retries nothing by itself."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], session=session)


@pytest.fixture
def bolt(slack: LoopbackSlack) -> AsyncApp:
    """A real Bolt app that knows the loopback Slack and has no listeners yet; it retries nothing by itself."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def bolt_over_http(slack: LoopbackSlack, bolt: AsyncApp) -> AsyncIterator[str]:
    """Serves the Bolt app over HTTP and tells Slack where; the address."""

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    async with TestServer(app) as server:
        url = str(server.make_url("/slack/events"))
        await slack.settings(request_url=url)
        yield url


@pytest.fixture
async def tact(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Tact]:
    """Tact in one workspace over HTTP."""
    async with serving_slack(slack, one_workspace(slack, tmp_path)) as tact:
        yield tact
