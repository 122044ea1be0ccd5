"""Random faults of Discord's gateway: after each of them a message is answered, once. The long run: `tests.platforms.weather`."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.platforms.weather import FAULTS, Weather
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]


async def test_fifty_faults_and_every_message_is_answered_once(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.configure(rate_limits=False)
    slow = ("connections refused",)  # discord.py then waits for seconds
    struck = await Weather(loopback, Random(5), slow).endure(tmp_path, 50)
    assert sum(struck.values()) == 50
    assert len(struck) > len(FAULTS) // 2
