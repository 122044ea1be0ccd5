"""Tact's connection to Discord in rough weather: nothing is heard twice, nothing ends it but a setting, and it says good-bye."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest

from adapters.discord.budget import SESSIONS, Budget
from bot.model import Person
from bot.settings import SettingsError
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock
from tests.platforms.discord_serving import tact_on, until
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import Intents

pytest_plugins = ["tests.servers.discord_platform.fixtures"]


async def answered(loopback: LoopbackDiscord, times: int, deadline: float = 8.0) -> None:
    """Waits until U1's messages were answered so often, and looks that it was not oftener."""
    await loopback.messages(channel="@U1", author="tact", interaction="", at_least=times, deadline=deadline)
    await loopback.slash("U1", "tact help")  # whatever else was on its way came before this
    shown = await loopback.messages(channel="@U1", author="tact", interaction="")
    assert len(shown) == times


async def test_nothing_is_asked_for_that_needs_permission(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        [session] = await loopback.sessions()
        assert session["intents"] == Intents.GUILDS | Intents.DIRECT_MESSAGES
    await loopback.reset()
    async with tact_on(loopback, tmp_path, DISCORD_LISTEN="1"):
        [session] = await loopback.sessions()
    assert (
        session["intents"]
        == Intents.GUILDS
        | Intents.DIRECT_MESSAGES
        | Intents.GUILD_MESSAGES
        | Intents.CONTENT
        | discord.Intents(guild_reactions=True).value
    )


async def test_it_says_good_bye_so_that_no_session_lingers(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        pass
    [gone] = await loopback.happened("disconnect")
    assert gone["code"] == 1000
    assert await loopback.sessions() == []


@pytest.mark.parametrize("weather", ["op 7", "op 9, resumable", "dropped", "cut"])
async def test_a_connection_that_ends_is_resumed_and_what_was_missed_is_heard_once(
    loopback: LoopbackDiscord, tmp_path: Path, weather: str
) -> None:
    async with tact_on(loopback, tmp_path):
        await loopback.dm("U1", "help")
        await answered(loopback, 1)
        if weather == "op 7":
            await loopback.reconnect()
        elif weather == "op 9, resumable":
            await loopback.invalidate(resumable=True)
        else:
            await loopback.drop(4000 if weather == "dropped" else 0)
        await loopback.dm("U1", "help check")
        await loopback.happened("resume", deadline=15)
        await answered(loopback, 2)
        await loopback.repeat(5)
        await answered(loopback, 2)
    assert len(await loopback.happened("identify")) == 1


async def test_an_interaction_that_comes_twice_has_one_effect(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    ana = Person("discord", await loopback.add_user("Ana"))
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.slash("Ana", "tact gave", {"give": "help", "who": "M"})
        await loopback.repeat(3)
        await loopback.slash("Ana", "tact balance")
        assert len(await tact.service.store.ledger.since(ana, tact.began)) == 1
    assert len(await loopback.requests("/callback$")) == 2


async def test_a_session_that_is_gone_is_started_anew(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        await loopback.invalidate(resumable=False)
        await loopback.happened("ready", at_least=2, deadline=10)
        await loopback.dm("U1", "help")
        await answered(loopback, 1)


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("MESSAGE_CREATE", {}),
        ("MESSAGE_CREATE", []),
        ("MESSAGE_CREATE", {"id": "x", "channel_id": None, "author": None, "content": 7}),
        ("INTERACTION_CREATE", {"id": "1", "type": 2, "data": {"name": "tact"}}),
        ("INTERACTION_CREATE", {"type": 99}),
        ("INTERACTION_CREATE", None),
        ("CHANNEL_CREATE", {"type": "?"}),
        ("SOMETHING_NEW", {"id": 1}),
    ],
)
async def test_an_odd_event_is_skipped_and_ends_nothing(
    loopback: LoopbackDiscord, tmp_path: Path, event: str, body: object
) -> None:
    async with tact_on(loopback, tmp_path):
        await loopback.dispatch(event, body)
        await loopback.dm("U1", "help")
        await answered(loopback, 1)
    assert len(await loopback.happened("identify")) == 1


async def test_a_shard_is_connected_again_within_a_minute_or_so(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path) as tact:
        client = tact.platform._gateway.client
        assert client is not None
        pauses = client.shards[0]._parent._backoff  # discord.py's own, which it asks after each lost connection
        assert 32 < max(pauses.delay() for _ in range(200)) <= 64


async def test_a_line_that_is_no_json_costs_one_session(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path) as tact:
        await loopback.send_text("no json at all {")
        await loopback.happened("ready", at_least=2, deadline=10)
        await until(tact.platform.ready)
        await loopback.dm("U1", "help")
        await answered(loopback, 1)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_what_only_a_setting_can_mend_is_tried_once_and_named(
    loopback: LoopbackDiscord, tmp_path: Path, code: int
) -> None:
    await loopback.configure(close_identifies=[code])
    with pytest.raises(SettingsError, match=rf"^DISCORD_\w+ .*\({code}\)"):
        async with tact_on(loopback, tmp_path) as tact:
            await tact.task
    assert len(await loopback.happened("identify", at_least=0)) <= 1


async def test_a_token_of_somebody_else_is_named(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN was refused"):
        async with tact_on(loopback, tmp_path, DISCORD_TOKEN="not.the.token"):
            pass
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is missing"):
        async with tact_on(loopback, tmp_path, DISCORD_TOKEN=""):
            pass


async def test_an_address_where_discord_is_not_is_named(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"DISCORD_API_URL names .*/nowhere"):
        async with tact_on(loopback, tmp_path, DISCORD_API_URL=f"{loopback.address.rest}/nowhere"):
            pass


async def test_discord_that_is_down_is_waited_for(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.refuse(r"/users/@me$", 503, 0)
    async with tact_on(loopback, tmp_path):
        await loopback.dm("U1", "help")
        await answered(loopback, 1)


async def test_sessions_are_counted_over_restarts(
    loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}")
    almost = datetime.now(UTC) - timedelta(minutes=59, seconds=58)
    earlier = Budget(store.marks, "sessions:0", SESSIONS, lambda: almost)
    assert [await earlier.take() for _ in range(20)] == [0] * 20
    assert await earlier.take() > 3500
    await store.close()
    async with tact_on(loopback, tmp_path):
        assert "too many sessions were started lately" in caplog.text
        assert len(await loopback.happened("identify")) == 1


async def test_the_last_sessions_of_a_day_are_left_alone(
    loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await loopback.configure(sessions_remaining=5)
    starting = asyncio.create_task(_start(loopback, tmp_path))
    await until(lambda: "Discord allows 5 more sessions" in caplog.text)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert await loopback.happened("identify", at_least=0) == []


async def _start(loopback: LoopbackDiscord, folder: Path) -> None:
    async with tact_on(loopback, folder):
        pass


async def test_a_budget_gives_back_what_is_past(store: Store, clock: Clock) -> None:
    budget = Budget(store.marks, "x", ((2, timedelta(minutes=1)), (3, timedelta(hours=1))), clock)
    assert [await budget.take() for _ in range(3)] == [0, 0, 60]
    clock.pass_(seconds=61)
    assert await budget.take() == 0
    assert await budget.take() == 3600 - 61
    clock.pass_(days=-1)  # a clock that ran ahead is put back
    assert await budget.take() == 0


async def test_faults_name_no_text(loopback: LoopbackDiscord, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "tact")
    async with tact_on(loopback, tmp_path):
        await loopback.dispatch("MESSAGE_CREATE", {"content": "CANARY", "id": "CANARY"})
        await loopback.dm("U1", "help")
        await answered(loopback, 1)
    assert "was skipped" in caplog.text
    assert "CANARY" not in caplog.text
