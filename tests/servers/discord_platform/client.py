"""The tests' hand on the loopback Discord.

    with serving(log=tmp_path / "seen.jsonl") as address:           # another process; address.rest is DISCORD_API_URL
        async with LoopbackDiscord(address) as discord:
            await discord.add_guild("G1", channels=["C1"], members=["U1"])
            ...                                                     # start the bot against address.rest
            await discord.ready()                                   # a session is connected
            answer = await discord.slash("U1", "tact check", {"text": "Hi"}, guild="G1", channel="C1")
            assert answer.private and answer.acked_ms < 3000
            await discord.click(answer.message, answer.message.buttons["Why?"], "U1")
            await discord.dm("U1", "is this ok?")
            [reply] = await discord.messages(channel="@U1", author="tact", at_least=1, deadline=5)

Everything is named by name or id; `@U1` is U1's DM with the bot. What cannot be done raises `Impossible` with a sentence,
what does not come in time TimeoutError.
"""

from __future__ import annotations

from tests.servers.discord_platform.client_faults import FaultsClient
from tests.servers.discord_platform.client_people import PeopleClient
from tests.servers.discord_platform.client_reading import ReadingClient
from tests.servers.discord_platform.client_world import WorldClient


class LoopbackDiscord(WorldClient, PeopleClient, ReadingClient, FaultsClient):
    """A client of a running server. Call `reset()` between tests that share a server (the fixture does)."""
