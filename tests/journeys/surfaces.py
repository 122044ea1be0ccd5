"""Surfaces as processes on which a story is told: `tact chat` through pipes, `tact serve slack` beside a loopback Slack."""

from __future__ import annotations

import asyncio
import html
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from tests.platforms.test_serve import serving
from tests.servers.slack.client import LoopbackSlack, Shown

LONG = 30.0


class Surface(Protocol):
    """Where somebody types and reads."""

    async def pushed(self, holds: str) -> str:
        """What came unasked and holds these words."""

    async def say(self, line: str) -> str:
        """The reply to a line; one that begins with ">" is a click on the last reply's button with that command."""


@dataclass
class Console:
    """`tact chat`: an end mark after each line tells where its reply ends."""

    process: asyncio.subprocess.Process
    marks: int = 0
    unasked: str = ""

    async def pushed(self, holds: str) -> str:
        self.unasked = await self.say("")
        assert holds in self.unasked
        return self.unasked

    async def say(self, line: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.marks += 1
        mark = f"“end{self.marks}”"
        self.process.stdin.write(f"{line.lstrip('>')}\nhelp end{self.marks}\n".encode())
        seen: list[str] = []
        async with asyncio.timeout(LONG):
            while not seen or mark not in seen[-1]:
                seen.append((await self.process.stdout.readline()).decode())
                assert seen[-1], f"the console ended: {''.join(seen)}"
        return "".join(seen[:-1])


@asynccontextmanager
async def console(url: str) -> AsyncIterator[Console]:
    """The console until it is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "adapters", "chat",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env={**os.environ, "TACT_DATABASE_URL": url},
    )  # fmt: skip
    try:
        yield Console(process)
        assert process.stdin
        process.stdin.write(b"exit\n")
        assert await asyncio.wait_for(process.wait(), LONG) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass
class SlackMessages:
    """Somebody's direct messages with Tact."""

    slack: LoopbackSlack
    user: str
    last: Shown | None = None

    async def pushed(self, holds: str) -> str:
        [letter] = await self.slack.posts(count=1, seen="dm", to=self.user, contains=holds, within=LONG)
        return words_of(letter)

    async def say(self, line: str) -> str:
        before = await self.slack.mark()
        if line.startswith(">"):
            assert self.last
            await self.slack.click(self.user, self.last, line[1:])
        else:
            await self.slack.say(self.user, f"D{self.user}", line)
        words = {
            "via": "chat.postMessage",
            "seen": "dm",
            "to": self.user,
        }  # pictures come after them, in their own time
        [self.last] = await self.slack.posts(count=1, after=before, within=LONG, **words)
        return words_of(self.last)


def words_of(shown: Shown) -> str:
    """The words without Slack's marks."""
    return html.unescape(shown.words).replace("*", "")


@asynccontextmanager
async def serving_slack_process(slack: LoopbackSlack, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`tact serve slack` until it was told to stop, which it does properly."""
    environment = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "TACT_DATABASE_URL": url,
    }
    async with serving("slack", **environment) as (process, address):
        assert address, await process.stderr.read() if process.stderr else ""
        await slack.settings(request_url=f"{address}slack/events")
        yield process
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), LONG) == 0
