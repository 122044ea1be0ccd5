"""A walk through Tact on Discord as its operator and its people take it, with `tact serve discord` as a process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.platforms.discord_serving import PITCH, SUSPENSE
from tests.platforms.test_serve import refused, serving
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

CANARY = "marzipan-canary"


@asynccontextmanager
async def tact(loopback: LoopbackDiscord, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`tact serve discord`, connected; told to stop at the end, which it does properly."""
    before = await loopback.mark()
    environment = {
        "TACT_DATABASE_URL": f"sqlite:///{folder / 't.db'}",
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": loopback.address.rest,
    }
    async with serving("discord", **environment) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        await loopback.happened("ready", after=before, deadline=20)
        yield process
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_from_installing_it_to_a_button_after_a_restart(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    logs = b""
    async with tact(loopback, tmp_path) as process:
        names = [command["name"] for command in await loopback.commands()]
        assert names == ["tact", "tact-admin", "Check etiquette"]

        options = {"draft": f"{PITCH} {CANARY}", "network": "linkedin", "delivery": "dm", "relation": "stranger"}
        checked = await loopback.slash("U1", "tact check", options, guild="G1", channel="C1")
        assert checked.private
        assert "Avoid here" in checked.text
        assert checked.acked_ms is not None
        assert checked.acked_ms < 3000

        await loopback.dm("U1", f"is it ok to ask a speaker from yesterday's meetup for a job? {CANARY}")
        [reply] = await loopback.messages(channel="@U1", author="tact", at_least=1)
        assert reply.text

        written = await loopback.say("U1", f"Does anybody know a good oven? {CANARY}", channel="C1")
        from_menu = await loopback.menu("U1", "Check etiquette", written)
        assert from_menu.private

        asked = await loopback.slash("U1", "tact check", {"draft": SUSPENSE}, channel="C1")
        assert asked.message is not None
        assert "One question first" in asked.text

    async with tact(loopback, tmp_path) as process:
        # the draft was in memory alone, so the button says what to do; a command that needs none goes on as before
        answer = await loopback.click(asked.message, asked.message.buttons["LinkedIn"], "U1")
        assert answer.private
        assert "There is no text to check yet" in answer.text
        again = await loopback.slash("U1", "tact balance", channel="C1")
        assert again.private
    assert process.stdout is not None
    assert process.stderr is not None
    logs += await process.stdout.read() + await process.stderr.read()
    for left in (TOKEN, CANARY, "Traceback"):
        assert left.encode() not in logs
    for file in tmp_path.iterdir():
        assert CANARY.encode() not in file.read_bytes()
    assert await loopback.sessions() == []
    public = [message for message in await loopback.messages(channel="C1", author="tact") if not message.only_for]
    assert public == []


async def test_a_wrong_token_ends_it_with_one_sentence(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    told = await refused(
        "discord",
        TACT_DATABASE_URL=f"sqlite:///{tmp_path / 't.db'}",
        DISCORD_TOKEN="not.the.token",
        DISCORD_API_URL=loopback.address.rest,
    )
    assert told.strip() == "DISCORD_TOKEN was refused. Copy the bot's token anew from the developer portal, under Bot."
    assert len(await loopback.requests("/users/@me$")) == 1
