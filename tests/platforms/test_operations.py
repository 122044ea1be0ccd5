"""`tact serve` as an operator sees it: a log without anybody's words, figures without anybody in them, and a proper end."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from pathlib import Path

import aiohttp

from tests.platforms.slack_serving import AS_PITCH, one_workspace
from tests.platforms.test_serve import serving
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN
from tests.servers.model.process import ModelProcess
from tests.servers.slack.client import LoopbackSlack

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

CANARY = "marzipan4711"
DRAFT = f"{CANARY} I help bakers double their income, book a free audit"
CHECK = f"check on linkedin as a dm to a stranger: {DRAFT}"
ACCESS = "T0KEN-FOR-PROMETHEUS"


async def drive(slack: LoopbackSlack, loopback: LoopbackDiscord, address: str) -> None:
    """A canary through every way in, and out to a language model."""
    await slack.command("U3", "C1", "/tact", "privacy model on for everyone")
    await slack.command("U1", "C1", "/tact", "privacy model on")
    await slack.command("U1", "C1", "/tact", CHECK)
    await slack.command("U1", "C1", "/tact", f"chekc {CANARY} \x1b[31m\nlevel: error")
    await slack.command("U1", "C1", "/tact")
    [form] = await slack.views("U1", count=1)
    await slack.submit("U1", form, {"draft": DRAFT, **AS_PITCH})
    await slack.say("U1", "C1", f"<@U0TACT> {CHECK}", raw=True)
    await slack.say("U1", "DU1", f"gave {CANARY} to {CANARY}")
    await slack.say("U1", "DU1", CHECK)
    await slack.posts(count=3, contains="Avoid here")
    await slack.posts(count=1, contains="also sent to")
    await loopback.dispatch("MESSAGE_CREATE", {"content": CANARY, "id": CANARY})
    await loopback.slash("U1", "tact check", {"draft": DRAFT, "network": "linkedin", "delivery": "dm"}, channel="C1")
    written = await loopback.say("U1", DRAFT, channel="C1")
    await loopback.menu("U1", "Check etiquette", written)
    await loopback.dm("U1", CHECK)
    await loopback.messages(channel="@U1", author="tact", at_least=1)
    async with aiohttp.ClientSession() as session:
        await session.post(address, data={"text": DRAFT, "network": "linkedin"})
        await session.post(f"{address}slack/events", data=CANARY, headers={"X-Slack-Signature": CANARY})


async def figures(address: str) -> str:
    """`/metrics`, which nobody without the token sees."""
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": "Bearer x"}, {"X-Forwarded-For": "127.0.0.1"}):
            assert (await session.get(f"{address}metrics", headers=headers)).status == 404
        response = await session.get(f"{address}metrics", headers={"Authorization": f"Bearer {ACCESS}"})
        assert response.status == 200
        return await response.text()


async def test_a_log_and_figures_without_anybodys_words_and_a_proper_end(
    slack: LoopbackSlack, loopback: LoopbackDiscord, model: ModelProcess, tmp_path: Path
) -> None:
    environment = {
        **one_workspace(slack, tmp_path),
        "TACT_LLM": model.url("openai"),
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": loopback.address.rest,
        "TACT_LOG": "debug",
        "TACT_METRICS_TOKEN": ACCESS,
    }
    async with serving("slack", "discord", "web", **environment) as (process, address):
        assert process.stderr
        logged = asyncio.create_task(process.stderr.read())
        await slack.settings(request_url=f"{address}slack/events")
        await loopback.ready()
        await drive(slack, loopback, address)
        told = await figures(address)
        before = len(await slack.posts(seen="dm"))
        await slack.fault("chat.postMessage", delay=1.0)
        await slack.say("U1", "DU1", "balance")  # accepted; its answer takes a second
        process.send_signal(signal.SIGTERM)
        assert await closed_while_it_lives(process, address)
        assert await asyncio.wait_for(process.wait(), 25) == 0
        log = (await logged).decode()
    assert len(await slack.posts(count=before + 1, seen="dm")) == before + 1
    check_figures(told)
    check_log(log, slack)
    for text in (CANARY, TOKEN, ACCESS, slack.bot_token, slack.signing_secret, "bakers", "U1", "DU1", "C1"):
        assert text not in log
        assert text not in told


async def closed_while_it_lives(process: asyncio.subprocess.Process, address: str) -> bool:
    """Whether nothing more is let in before the process ends."""
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                assert (await session.get(f"{address}readyz")).status in (200, 503)
            except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError):
                return process.returncode is None
            await asyncio.sleep(0.01)
    return False


def check_figures(told: str) -> None:
    assert 'tact_commands_total{kind="Check",surface="slack"} 4.0' in told
    assert 'tact_commands_total{kind="Check",surface="discord"}' in told
    assert 'tact_commands_total{kind="unreadable",surface="slack"}' in told
    assert 'tact_verdicts_total{code="avoid"}' in told
    assert re.search(r'tact_ack_seconds_count\{surface="slack"\} [1-9]', told)
    assert re.search(r'tact_ack_seconds_count\{surface="discord"\} [1-9]', told)
    assert re.search(r"tact_loop_lag_seconds_count [1-9]", told)
    assert 'tact_outbox_letters{state="due"} 0.0' in told
    assert re.search(r"tact_model_calls_total [1-9]", told)
    assert re.search(r'tact_errors_total\{kind="\w+Error",part="tact.discord"\} 1.0', told)


def check_log(log: str, slack: LoopbackSlack) -> None:
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["part"] for line in lines} >= {"tact.events", "tact.discord"}
    judged = [line for line in lines if line.get("event") == "a draft was judged: %s"]
    assert len(judged) >= 7
    assert len({line["trace"] for line in judged}) == len(judged), "each came with an event of its own"
    acked = {line["trace"] for line in lines if "was told that something arrived" in line["event"]}
    assert {line["trace"] for line in judged} & acked
