"""Tact beside a loopback Slack, in the test's own process; `test_serve.serving` starts it as one of its own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.serve import _listen
from adapters.slack.platform import SlackPlatform, open_slack
from bot.app import Service, build_service
from bot.settings import read_settings
from tests.servers.slack.client import LoopbackSlack

PITCH = "I help bakers double their income, book a free audit"
AS_PITCH = {"network": "linkedin", "delivery": "dm", "relation": "stranger"}
CHECK_PITCH = f"check on linkedin as a dm to a stranger: {PITCH}"
"""A draft that does not fit, and the command that checks it."""


@dataclass(frozen=True)
class Tact:
    """What a test can look at."""

    service: Service
    platform: SlackPlatform
    url: str


def one_workspace(slack: LoopbackSlack, folder: Path) -> dict[str, str]:
    """The settings of one workspace over HTTP."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "TACT_DATABASE_URL": f"sqlite:///{folder / 'tact.db'}",
        "TACT_HTTP": "127.0.0.1:0",
    }


@asynccontextmanager
async def serving_slack(
    slack: LoopbackSlack,
    environment: dict[str, str],
    change: Callable[[Service], Service] = lambda service: service,
) -> AsyncIterator[Tact]:
    """Serves Slack as `tact serve slack` does, and tells the loopback Slack where."""
    settings = read_settings(environment, Path())
    async with AsyncExitStack() as stack:
        service = change(await stack.enter_async_context(build_service(settings, lambda: datetime.now(UTC))))
        platform = await stack.enter_async_context(open_slack(service))
        url = await _listen([platform], settings, stack)
        running = asyncio.create_task(platform.run())
        stack.push_async_callback(_ended, running)
        async with asyncio.timeout(10):
            while not platform.ready():
                assert not running.done(), running.exception()
                await asyncio.sleep(0.01)
        if not settings.slack.app_token:
            await slack.settings(request_url=f"{url}slack/events")
        yield Tact(service, platform, url)


def signed(body: bytes, *, secret: str = LoopbackSlack.signing_secret, off: float = 0) -> dict[str, str]:
    """The headers with which Slack signs a body, `off` seconds from now."""
    stamp = str(int(time.time() + off))
    mark = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}", "Content-Type": "application/json"}


async def _ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
