"""Who asks very fast is told so once, kindly, and takes nobody else's time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.pace import REMEMBERED, SILENT, Pace
from bot.model import Person, Tone
from bot.settings import SettingsError, read_settings
from tests.platforms.discord_serving import tact_on
from tests.platforms.slack_serving import CHECK_PITCH, Tact
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.slack.client import LoopbackSlack

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

A_MINUTE, BURST, EACH = 10, 30, 6
ANA, BEN = Person("slack:T1", "U1"), Person("slack:T1", "U2")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_ten_a_minute() -> None:
    clock = Clock()
    pace = Pace(clock, A_MINUTE)
    assert [pace.refusal(ANA) for _ in range(BURST)] == [None] * BURST
    refusal = pace.refusal(ANA)
    assert refusal is not None
    assert refusal.tone is Tone.PROBLEM
    assert f"in {EACH} seconds" in refusal.text
    assert pace.refusal(BEN) is None
    clock.now += 60
    assert sum(pace.refusal(ANA) is None for _ in range(BURST)) == 10
    clock.now += BURST * EACH * 2
    assert sum(pace.refusal(ANA) is None for _ in range(2 * BURST)) == BURST


def test_where_nobody_waits_who_was_told_is_not_told_again_within_a_minute() -> None:
    clock = Clock()
    pace = Pace(clock, A_MINUTE)

    def told(*, waits: bool = False) -> bool:
        refusal = pace.refusal(ANA, waits=waits)
        assert refusal is not None
        return bool(refusal.text)

    for _ in range(BURST):
        pace.refusal(ANA)
    assert [told(), told(), told(waits=True), told()] == [True, False, True, False]
    clock.now += SILENT
    for _ in range(10):
        assert pace.refusal(ANA) is None
    assert [told(), told()] == [True, False]


def test_it_remembers_a_limited_number_of_people() -> None:
    pace = Pace(Clock(), A_MINUTE)
    for number in range(REMEMBERED + 10):
        pace.refusal(Person("slack:T1", f"U{number}"))
    assert len(pace._askers) == REMEMBERED


def test_nought_is_no_limit() -> None:
    pace = Pace(Clock(), 0)
    assert [pace.refusal(ANA) for _ in range(100)] == [None] * 100


@pytest.mark.parametrize("said", ["-1", "ten", "1.5", "99999"])
def test_a_pace_that_is_none_is_named(said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TACT_PACE"):
        read_settings({"TACT_PACE": said}, tmp_path)


async def test_a_flood_on_slack_is_answered_once_and_others_as_before(slack: LoopbackSlack, tact: Tact) -> None:
    await asyncio.gather(*(slack.say("U1", "DU1", f"balance {number}?") for number in range(BURST + 20)))
    answers = await slack.posts(to="U1", count=BURST + 1)
    await slack.command("U2", "C1", "/tact", CHECK_PITCH)
    await slack.posts(to="U2", count=1, contains="Avoid here")
    assert len([one for one in await slack.posts(to="U1") if "more at once" in one.text]) == 1
    assert len(answers) == len(await slack.posts(to="U1")) == BURST + 1
    done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)  # who waits for an answer gets one each time
    assert done.user_sees is None
    await slack.posts(to="U1", seen="ephemeral", count=1, contains="more at once")


async def test_a_flood_on_discord_is_answered_once(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.configure(rate_limits=False)
    async with tact_on(loopback, tmp_path, TACT_PACE="1"):
        for number in range(10):
            await loopback.dm("U1", f"balance {number}?")
        asked = await loopback.slash("U1", "tact balance", channel="C1")
        answers = await loopback.messages(channel="@U1", author="tact", at_least=4)
        await loopback.dm("U2", "balance")
        await loopback.messages(channel="@U2", author="tact", at_least=1)
        assert len(await loopback.messages(channel="@U1", author="tact")) == 4
    assert sum("more at once" in one.text for one in answers) == 1
    assert asked.private
    assert "more at once" in asked.text
