"""How fast and how small Tact on Discord is beside a bot on discord.py that does nothing, in the same run.

    python tests/bench/bench_discord.py [--messages 2000] [--clicks 300] [--guilds 1000 10000]

The loopback Discord and each bot are processes of their own. Messages are first sentences from the corpus of the reading (long
ones with --whole), in a coached channel, by people who met Tact; they count as done when they are seen, read and, where they
give or ask, recorded on disk. The no-op bot has the same intents and caches, and counts. Rounds alternate; medians are printed, and ratios; nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
CORPUS = ROOT / "bot" / "reading" / "corpus"
ROUNDS = 3
PEOPLE = 200
HELLO = "Could somebody please help me set up the oven? How do I do it?"
"""An ask: what is told once to each person is told before the measuring."""


# ---- the bots, each in a process of its own ------------------------------------------------------------------------------


async def be_nobody(rest: str, count: int) -> None:
    """A bot that counts messages and answers /noop with a word."""
    import discord
    from discord import app_commands

    from adapters.discord.client import intents

    discord.http.Route.BASE = rest
    client = discord.AutoShardedClient(
        intents=intents(listen=True),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        guild_ready_timeout=0.05,
    )
    tree = app_commands.CommandTree(client)
    counted = Counted(count)

    @tree.command(description="nothing")
    async def noop(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("nothing", ephemeral=True)

    @client.event
    async def on_message(_: discord.Message) -> None:
        counted.one()

    @client.event
    async def setup_hook() -> None:
        await tree.sync()

    await client.start("loopback.bot.token")


async def be_tact(rest: str, count: int, folder: Path) -> None:
    """Tact itself, with a count beside what hears messages."""
    from adapters.discord import listening
    from adapters.discord.platform import open_discord
    from bot.app import build_service
    from bot.settings import read_settings

    counted = Counted(count)

    class Counting(listening.Listening):
        async def hear(self, message: Any) -> None:
            await super().hear(message)
            if message.guild is not None:
                counted.one()

    import adapters.discord.platform as platform

    platform.Listening = Counting  # type: ignore[misc]  # a count around it, nothing else
    environment = {
        "TACT_DATABASE_URL": f"sqlite:///{folder / 'tact.db'}",
        "TACT_PACE": "0",
        "DISCORD_TOKEN": "loopback.bot.token",
        "DISCORD_API_URL": rest,
        "DISCORD_LISTEN": "1",
    }
    async with (
        build_service(read_settings(environment, folder), lambda: datetime.now(UTC)) as service,
        open_discord(service) as served,
    ):
        await served.run()


class Counted:
    """Says on standard output how long so many took, from the first to the last."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._seen = 0
        self._began = 0.0
        self._warm = False

    def one(self) -> None:
        """One more is done."""
        if self._seen == 0:
            self._began = time.perf_counter()
        self._seen += 1
        if self._seen == (self._count if self._warm else PEOPLE):
            print(f"DONE {time.perf_counter() - self._began}", flush=True)
            self._seen, self._warm = 0, True


# ---- the measuring -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def bot(kind: str, rest: str, count: int, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot while it runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--be", kind, "--rest", rest, "--messages", str(count), "--folder", str(folder),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


def lines(count: int) -> list[str]:
    """Texts of a chat's length: the first sentence of each draft."""
    return [re.split(r"(?<=[.!?])\s|\n", text)[0] for text in drafts(count)]


def drafts(count: int) -> list[str]:
    """Texts as people write them."""
    rows = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl"))[:8] for line in path.read_text().splitlines()]
    return [str(rows[number % len(rows)]["text"])[:1900] for number in range(count)]


async def done(process: asyncio.subprocess.Process, deadline: float = 300) -> float:
    """Seconds the bot took."""
    assert process.stdout is not None
    async with asyncio.timeout(deadline):
        while True:
            line = (await process.stdout.readline()).decode()
            if line.startswith("DONE "):
                return float(line.split()[1])


async def introduce(folder: Path, ids: list[str]) -> None:
    """Keeps where people are reached, as if each had written to Tact once."""
    from adapters.discord.incoming import TENANT
    from bot.letters import Address
    from bot.model import Person
    from bot.storage import open_store

    store = await open_store(f"sqlite+aiosqlite:///{folder / 'tact.db'}")
    async with store.together():
        for user in ids:
            await store.addresses.keep(Person(TENANT, user), Address("discord", "", user, "1"), datetime.now(UTC))
    await store.close()


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def rate_of(kind: str, loopback: Any, texts: list[str]) -> tuple[float, float]:
    """Messages a second, and milliseconds of CPU for each."""
    from tests.servers.discord_platform.world import MANAGE_GUILD, ORDINARY

    await loopback.reset()
    count = len(texts)
    people = [f"P{number}" for number in range(PEOPLE)]
    ids = [await loopback.add_user(person) for person in people]
    await loopback.configure(replay=count * 2, rate_limits=False)
    await loopback.add_guild("G1", channels=["C1"], members=[*people, "Admin"])
    await loopback.change_user("Admin", permissions=ORDINARY | MANAGE_GUILD)
    with tempfile.TemporaryDirectory() as folder:
        await introduce(Path(folder), ids)
        async with bot(kind, loopback.address.rest, count, Path(folder)) as process:
            await loopback.happened("ready", deadline=60)
            if kind == "tact":
                await loopback.slash("Admin", "tact-admin listen", {"listening": "on"}, channel="C1")
            share = count // PEOPLE
            warm = asyncio.create_task(done(process))  # what is looked up once a minute, and told once, is not measured
            await asyncio.gather(*(loopback.say(person, HELLO, channel="C1") for person in people))
            await warm
            waiting, used = asyncio.create_task(done(process)), cpu(process.pid)
            for number, person in enumerate(people):
                await loopback.burst(person, texts[number * share : (number + 1) * share], channel="C1")
            rate = share * PEOPLE / await waiting
            return rate, 1000 * (cpu(process.pid) - used) / (share * PEOPLE)


async def round_trips(kind: str, loopback: Any, count: int) -> list[float]:
    """Milliseconds from a command to its shown answer, sorted."""
    await loopback.reset()
    await loopback.configure(rate_limits=False)
    await loopback.add_guild("G1", channels=["C1"], members=["U1"])
    spent = []
    with tempfile.TemporaryDirectory() as folder:
        async with bot(kind, loopback.address.rest, 1, Path(folder)):
            await loopback.happened("ready", deadline=60)
            for text in drafts(count):
                if kind == "tact":
                    options = {"draft": text, "network": "linkedin", "delivery": "dm", "relation": "stranger"}
                    answer = await loopback.slash("U1", "tact check", options, channel="C1")
                else:
                    answer = await loopback.slash("U1", "noop", channel="C1")
                assert answer.settled_ms is not None, answer
                spent.append(answer.settled_ms)
    return sorted(spent)


async def memory_of(kind: str, loopback: Any, guilds: int) -> float:
    """Megabytes a bot holds once it is connected."""
    await loopback.reset()
    await loopback.configure(guilds_per_shard=10**6)
    await loopback.add_guilds(guilds, channels=10)
    with tempfile.TemporaryDirectory() as folder:
        async with bot(kind, loopback.address.rest, 1, Path(folder)) as process:
            await loopback.happened("ready", deadline=120)
            await loopback.add_user("U1")
            command = "tact help" if kind == "tact" else "noop"
            await loopback.slash("U1", command)  # whatever comes with READY was taken in before this
            status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def main(messages: int, clicks: int, guilds: list[int], *, whole: bool) -> None:
    """Prints one table."""
    from tests.servers.discord_platform.client import LoopbackDiscord
    from tests.servers.discord_platform.process import serving

    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with serving() as address:
        async with LoopbackDiscord(address) as loopback:
            texts = (drafts if whole else lines)(messages // PEOPLE * PEOPLE)
            words = statistics.mean(len(text.split()) for text in texts)
            rates: dict[str, list[tuple[float, float]]] = {"nobody": [], "tact": []}
            for _ in range(ROUNDS):
                for kind, found in rates.items():
                    found.append(await rate_of(kind, loopback, texts))
            nobody, tact = (statistics.median(rate for rate, _ in found) for found in rates.values())
            idle, busy = (statistics.median(spent for _, spent in found) for found in rates.values())
            print(
                f"messages seen, read, recorded  {tact:8.0f}/s   no-op {nobody:8.0f}/s   ratio {tact / nobody:.2f}   ({words:.0f} words each)"
            )
            print(
                f"CPU for each                   {busy:8.2f} ms  no-op {idle:8.2f} ms  ratio {idle / busy:.2f}   (whatever else runs)"
            )
            trips = {kind: await round_trips(kind, loopback, clicks) for kind in ("nobody", "tact")}
            for kind, spent in trips.items():
                p50, p99 = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
                print(f"round trip of a command, {kind:7} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms")
            for count in guilds:
                held = {kind: await memory_of(kind, loopback, count) for kind in ("nobody", "tact")}
                more = held["tact"] - held["nobody"]
                print(
                    f"memory at {count:6} servers       {held['tact']:6.0f} MB   no-op {held['nobody']:6.0f} MB   +{more:.0f} MB"
                )


def _read() -> argparse.Namespace:
    asks = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asks.add_argument("--messages", type=int, default=2000)
    asks.add_argument("--clicks", type=int, default=300)
    asks.add_argument("--guilds", type=int, nargs="*", default=[1000, 10_000])
    asks.add_argument("--whole", action="store_true", help="whole drafts instead of lines of a chat")
    asks.add_argument("--be", choices=["nobody", "tact"])
    asks.add_argument("--rest", default="")
    asks.add_argument("--folder", type=Path, default=Path())
    return asks.parse_args()


if __name__ == "__main__":
    told = _read()
    act: dict[str | None, Callable[[], Any]] = {
        "nobody": lambda: be_nobody(told.rest, told.messages),
        "tact": lambda: be_tact(told.rest, told.messages, told.folder),
        None: lambda: main(told.messages, told.clicks, told.guilds, whole=told.whole),
    }
    asyncio.run(act[told.be]())
