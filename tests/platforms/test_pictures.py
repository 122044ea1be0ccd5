"""Pictures where people get them: described on Discord, in the direct messages on Slack, and words alone where they can't be."""

from __future__ import annotations

import struct
from pathlib import Path

import aiohttp
import pytest

from tests.platforms.discord_serving import tact_on
from tests.platforms.slack_serving import Tact
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.slack.client import LoopbackSlack
from tests.servers.slack.seed import SCOPES

pytest_plugins = ["tests.servers.discord_platform.fixtures"]
CHART = "A table with a row for each kind of message"


def size_of(png: bytes) -> tuple[int, ...]:
    """Width and height as a PNG's header says them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


async def test_on_discord_the_chart_is_attached_for_one_pair_of_eyes_with_a_description(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    async with tact_on(loopback, tmp_path):
        said = await loopback.slash(
            "U1", "tact chart", {"network": "linkedin", "colours": "dark"}, guild="G1", channel="C1"
        )
        await loopback.dm("U1", "gave help to M")
        await loopback.messages(channel="@U1", author="tact", at_least=1)
        await loopback.dm("U1", "balance")
        _, balance = await loopback.messages(channel="@U1", author="tact", at_least=2)
    assert said.private
    assert said.message is not None
    [chart] = said.message.attachments
    assert chart["description"].startswith(CHART)
    assert size_of(await loopback.file(chart)) == (1920, 1260)
    assert "avoid: a pitch to a stranger" in said.text
    [bars] = balance.attachments
    assert bars["description"] == "Give and take, 30 days. gave: 1 (help 1). asked: 0."
    assert size_of(await loopback.file(bars))[0] == 1280


async def test_on_slack_the_chart_comes_into_the_direct_messages_and_the_words_where_it_was_asked(
    slack: LoopbackSlack, tact: Tact
) -> None:
    await slack.command("U1", "C1", "/tact", "chart linkedin")
    [words] = await slack.posts(to="U1", seen="ephemeral", count=1)
    assert "avoid: a pitch to a stranger" in words.words
    assert "The picture comes into our direct messages." in words.words
    [picture] = await slack.posts(to="U1", seen="dm", count=1)
    [file] = picture.files
    assert file["alt_txt"].startswith(CHART)
    async with aiohttp.ClientSession() as session, session.get(f"{slack.url}/upload/v1/{file['id']}") as response:
        assert size_of(await response.read()) == (1920, 1260)
    assert await slack.posts(seen=["public", "private", "group_dm"]) == []


async def test_on_slack_a_balance_has_its_picture_in_the_direct_messages_and_nowhere_else(
    slack: LoopbackSlack, tact: Tact
) -> None:
    await slack.command("U1", "C1", "/tact", "gave help to M")
    await slack.command("U1", "C1", "/tact", "balance")
    await slack.posts(to="U1", seen="ephemeral", count=2)
    await slack.say("U1", "DU1", "balance")
    words, picture = await slack.posts(to="U1", seen="dm", count=2)
    assert "you gave 1 and asked 0" in words.words
    assert picture.files[0]["alt_txt"].startswith("Give and take")
    assert len(await slack.calls("files.completeUploadExternal")) == 1


@pytest.mark.parametrize("trouble", ["no scope", "refused"])
async def test_on_slack_without_a_picture_there_are_the_words_and_why(
    slack: LoopbackSlack, tact: Tact, trouble: str
) -> None:
    if trouble == "no scope":
        await slack.change_token(scopes=[scope for scope in SCOPES if scope != "files:write"])
    else:
        await slack.fault("files.completeUploadExternal", error="internal_error")
    await slack.command("U1", "C1", "/tact", "chart linkedin")
    words, why = await slack.posts(to="U1", seen="ephemeral", count=2)
    assert "avoid: a pitch to a stranger" in words.words
    assert ("files:write" if trouble == "no scope" else "could not be made just now") in why.words
    assert await slack.posts(seen="dm") == []
