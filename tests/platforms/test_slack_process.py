"""`tact serve slack` as a process: set up as deploy/README.md says, used from the first command to the removal."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.slack import words
from adapters.slack.modal import CHECK_DRAFT
from bot.settings import SettingsError
from tests.platforms.slack_serving import AS_PITCH, CHECK_PITCH, PITCH, serving_slack
from tests.platforms.test_serve import refused, serving
from tests.servers.slack.client import LoopbackSlack

PAGE = (Path(__file__).parents[2] / "deploy" / "README.md").read_text(encoding="utf-8")
CANARY = "canary 4711 I help bakers double their income, book a free audit"


def as_the_page_says(heading: str, slack: LoopbackSlack, folder: Path) -> dict[str, str]:
    """The settings under a heading of the install page, with what an admin would copy into them."""
    block = PAGE.split(f"### {heading}")[1].split("```sh")[1].split("```")[0]
    copied = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_APP_TOKEN": slack.app_token,
    }
    environment = {"SLACK_API_URL": slack.api_url, "TACT_DATABASE_URL": f"sqlite:///{folder / 'tact.db'}"}
    for name in re.findall(r"export (\w+)_FILE=", block):
        file = folder / name
        file.write_text(copied[name] + "\n")
        environment[f"{name}_FILE"] = str(file)
    assert "tact serve slack" in block
    return environment


@asynccontextmanager
async def served(slack: LoopbackSlack, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    async with serving("slack", **environment) as (process, address):
        assert address, (await process.stderr.read()).decode() if process.stderr else ""
        if "SLACK_APP_TOKEN_FILE" not in environment:
            await slack.settings(request_url=f"{address}slack/events")
        yield process


async def ended(process: asyncio.subprocess.Process) -> str:
    """What it printed, once it was told to stop and did."""
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    assert process.stderr
    return (await process.stderr.read()).decode()


@pytest.mark.parametrize("heading", ["One workspace, over HTTP", "Over a socket"])
async def test_from_the_install_page_to_the_removal(slack: LoopbackSlack, tmp_path: Path, heading: str) -> None:
    async with served(slack, **as_the_page_says(heading, slack, tmp_path)) as process:
        if heading == "Over a socket":
            await slack.sockets(1)
        await slack.command("U1", "C1", "/tact", "help")
        await slack.posts(count=1, seen="ephemeral", contains="check on linkedin")
        await slack.command("U1", "C1", "/tact", CHECK_PITCH)
        await slack.posts(count=1, contains="Avoid here")
        await slack.command("U1", "C1", "/tact")
        [form] = await slack.views("U1", count=1)
        await slack.submit("U1", form, {"draft": PITCH, **AS_PITCH})
        assert "Avoid here" in (await slack.views("U1", count=2))[-1].words
        await slack.shortcut("U1", CHECK_DRAFT)
        await slack.views("U1", count=3)
        await slack.open_home("U1")
        [home] = await slack.homes("U1", count=1)
        assert "Your data" in home.words
        await slack.posts(count=1, seen="dm", contains="I am Tact")
        await slack.say("U1", "DU1", "ok to dm a speaker from yesterday's meetup?")
        await slack.posts(count=2, seen="dm")
        await slack.say("U1", "C1", f"<@U0TACT> {CANARY}", raw=True)
        await slack.posts(count=1, seen="ephemeral", contains="question")
        await slack.uninstall()
        await slack.command("U1", "C1", "/tact", "help")
        await slack.posts(count=1, contains=words.load().not_installed)
        assert await slack.posts(seen=["public", "private", "group_dm"]) == []
        said = await ended(process)
    for secret in (slack.bot_token, slack.signing_secret, slack.app_token, "4711", "bakers", "meetup", "U1"):
        assert secret not in said
    assert "Traceback" not in said
    for file in tmp_path.glob("tact.db*"):
        held = file.read_bytes()
        assert not [secret for secret in (b"4711", b"bakers", b"meetup", b"xoxb-", b"DU1") if secret in held], file


async def test_what_was_acknowledged_and_not_answered_when_it_was_killed_is_owned_up_to(
    slack: LoopbackSlack, tmp_path: Path
) -> None:
    settings = as_the_page_says("One workspace, over HTTP", slack, tmp_path)
    event = {"type": "message", "channel_type": "im", "channel": "DU1", "user": "U1", "text": CANARY, "ts": "5.5"}
    async with served(slack, **settings) as process:
        await slack.say("U1", "DU1", "help")
        await slack.posts(count=1)
        await slack.fault("chat.postMessage", times=9, status=429, retry_after="30")
        sent = await slack.event(event, event_id="Ev1")
        assert sent.acked
        await slack.calls("chat.postMessage", 2)  # the answer is under way, and Slack asks to wait
        process.kill()
        await process.wait()
    await slack.clear_faults()
    async with served(slack, **settings) as process:
        [told] = await slack.posts(count=1, within=20, contains="restarted")
        assert (told.seen, told.to) == ("dm", "U1")
        await slack.event(event, event_id="Ev1")  # Slack did not see the acknowledgement, and sends it again
        await slack.say("U1", "DU1", "balance")
        await slack.posts(count=1, contains="In the last 30 days")
        assert len(await slack.posts()) == 3
        await ended(process)
    for file in tmp_path.glob("tact.db*"):
        assert b"canary 4711" not in file.read_bytes()


WRONG: list[tuple[dict[str, str], str]] = [
    ({}, "SLACK_BOT_TOKEN"),
    ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN"),
    ({"SLACK_BOT_TOKEN": "xoxb-canary"}, "SLACK_SIGNING_SECRET"),
    ({"SLACK_BOT_TOKEN": "xoxp-canary", "SLACK_SIGNING_SECRET": "s"}, "must begin with xoxb-"),
    ({"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_APP_TOKEN": "xoxb-canary"}, "must begin with xapp-"),
    (
        {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "canary"},
        "Leave one of them out",
    ),
    ({"SLACK_CLIENT_ID": "1", "SLACK_SIGNING_SECRET": "s"}, "SLACK_CLIENT_SECRET"),
    ({"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "canary", "SLACK_SIGNING_SECRET": "s"}, "TACT_KEY"),
]


@pytest.mark.parametrize(("environment", "says"), WRONG, ids=[says for _, says in WRONG])
async def test_a_setting_that_is_wrong_is_named_and_never_shown(
    slack: LoopbackSlack, tmp_path: Path, environment: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingsError, match=says) as raised:
        async with serving_slack(slack, {"TACT_DATABASE_URL": f"sqlite:///{tmp_path / 't.db'}", **environment}):
            pass
    assert "canary" not in str(raised.value)


async def test_a_process_with_wrong_settings_ends_with_one_sentence(tmp_path: Path) -> None:
    error = await refused("slack", SLACK_CLIENT_ID="1", TACT_DATABASE_URL=f"sqlite:///{tmp_path / 't.db'}")
    assert "SLACK_CLIENT_SECRET" in error
    assert len(error.strip().splitlines()) == 1


async def test_a_token_that_slack_refuses_is_named(slack: LoopbackSlack, tmp_path: Path) -> None:
    settings = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": slack.api_url}
    async with serving("slack", TACT_DATABASE_URL=f"sqlite:///{tmp_path / 't.db'}", **settings) as (process, _):
        assert await asyncio.wait_for(process.wait(), 20) == 78
        assert process.stderr
        error = (await process.stderr.read()).decode()
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in error
    assert "canary" not in error
