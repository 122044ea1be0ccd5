"""Logs at DEBUG, those of every library among them, while people write: nothing of content and no secret (P06)."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.storage import open_store
from tests.platforms.discord_serving import tact_on
from tests.platforms.slack_serving import one_workspace, serving_slack
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN
from tests.servers.slack.client import LoopbackSlack

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

CANARY = "Zqcanary"
SAID = (
    f"check on linkedin as a dm to a stranger: I help {CANARY} double their income, book a free audit", f"{CANARY} broke down", f"gave help to {CANARY}",
    f"asked advice from {CANARY}", f"asked {CANARY} answered", "asked list", "balance", f"tie {CANARY} like", "tie", f"tips in {CANARY}",
    f"charter here: No {CANARY}.", "privacy export", f"help {CANARY}", f"\ud800{CANARY}", "privacy erase confirm",
)  # fmt: skip


def leaks(log: pytest.LogCaptureFixture, *secrets: str) -> list[str]:
    """The records in which a word of somebody, or a secret, stands."""
    handler = logging.Formatter("%(name)s %(levelname)s %(message)s")
    lines = [handler.format(record) for record in log.records]
    return [line[:300] for line in lines if any(word in line for word in (CANARY, *secrets))]


async def test_nothing_of_slack_is_logged(
    slack: LoopbackSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving_slack(slack, one_workspace(slack, tmp_path)):
        for text in SAID:
            await slack.command("U1", "C1", "/tact", text.encode("utf-8", "replace").decode())
        await slack.say(
            "U1", "DU1", f"gave help to {CANARY}"
        )  # answered by a call of the SDK, which tells of its arguments at DEBUG
        await slack.posts(to="U1", count=len(SAID) + 1)
    assert caplog.records
    assert leaks(caplog, slack.bot_token, slack.signing_secret) == []


async def test_nothing_of_discord_is_logged(
    loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with tact_on(loopback, tmp_path):
        await loopback.slash("U1", "tact check", {"draft": f"I help {CANARY}, book a free audit"}, channel="C1")
        await loopback.slash("U1", "tact gave", {"give": "help", "who": CANARY}, channel="C1")
        await loopback.slash("U1", "tact balance", channel="C1")
        opened = await loopback.slash("U1", "tact check", channel="C1")
        await loopback.submit(opened, {"draft": f"Buy {CANARY} now"})
    assert caplog.records
    assert leaks(caplog, TOKEN) == []


async def test_no_row_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 't.db'}")
    async with store.together() as connection:
        assert (await connection.exec_driver_sql(f"SELECT '{CANARY}'")).all()
    await store.close()
    assert leaks(caplog) == []
