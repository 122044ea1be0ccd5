"""Random faults of Discord's gateway, one after the other, while somebody writes to Tact after each.

    python -m tests.platforms.weather --faults 1000 --seed 7

Every message is answered once, whatever happened before it: sessions that must be resumed or begun anew, lines that are
cut, JSON that is none, events nobody knows, channels that are gone, messages without words, closed messages.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.platforms.discord_serving import tact_on
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.process import serving

APART = timedelta(minutes=4)
"""How far Tact's clock goes on with each fault: sessions are counted by the hour."""
RECOVERS_WITHIN = 140.0
"""Seconds; the pause after many failures in a row is two minutes at most."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens, how often in comparison, and what has to come of it before the next message is heard."""

    strike: Callable[[LoopbackDiscord, Random], Awaitable[object]]
    weight: int
    then: str = ""


async def _odd_event(loopback: LoopbackDiscord, random: Random) -> None:
    event = random.choice(("MESSAGE_CREATE", "INTERACTION_CREATE", "CHANNEL_CREATE", "MESSAGE_REACTION_ADD", "READYY"))
    body = random.choice(({}, [], None, 7, "x", {"id": None}, {"id": "1", "type": "?"}, {"author": {"id": []}}))
    await loopback.dispatch(event, body)


async def _gone_channel(loopback: LoopbackDiscord, random: Random) -> None:
    await loopback.add_channel(f"gone{random.random()}", "G1")
    await loopback.dispatch("CHANNEL_DELETE", {"id": "77", "guild_id": "1", "type": 0, "name": "gone"})


async def _closed(loopback: LoopbackDiscord, _: Random) -> None:
    """An answer that cannot be brought: its reader closed their messages."""
    before = await loopback.mark()
    await loopback.refuse(r"/channels/\d+/messages$", 403, 50007)
    await loopback.dm("U2", "help")
    await loopback.requests(r"/channels/\d+/messages$", at_least=1, after=before, deadline=RECOVERS_WITHIN)
    await loopback.clear_faults()


async def _no_words(loopback: LoopbackDiscord, _: Random) -> None:
    seen = await loopback.messages(channel="@U2", author="tact")
    await loopback.dm("U2", "")
    await loopback.messages(channel="@U2", author="tact", at_least=len(seen) + 1, deadline=RECOVERS_WITHIN)


async def _refused(loopback: LoopbackDiscord, random: Random) -> None:
    await loopback.configure(refuse_connections=random.randint(1, 2))
    await loopback.drop()


FAULTS = {
    "op 7": Fault(lambda on, _: on.reconnect(), 8, "resume"),
    "op 9, resumable": Fault(lambda on, _: on.invalidate(resumable=True), 6, "resume"),
    "op 9, gone": Fault(lambda on, _: on.invalidate(resumable=False), 6, "ready"),
    "cut": Fault(lambda on, _: on.drop(), 8, "resume"),
    "closed": Fault(lambda on, random: on.drop(random.choice((1001, 4000, 4008))), 6, "resume"),
    "connections refused": Fault(_refused, 1, "ready"),
    "no JSON": Fault(lambda on, random: on.send_text(random.choice(("{", "no json at all", "\0"))), 1, "ready"),
    "odd op": Fault(lambda on, random: on.send_text(f'{{"op": {random.randint(12, 99)}, "d": null, "s": null}}'), 8),
    "odd event": Fault(_odd_event, 20),
    "heartbeat": Fault(lambda on, _: on.request_heartbeat(), 6),
    "repeated": Fault(lambda on, random: on.repeat(random.randint(1, 5)), 12),
    "channel gone": Fault(_gone_channel, 6),
    "no words": Fault(_no_words, 5),
    "messages closed": Fault(_closed, 5),
}


@dataclass
class Weather:
    """A Tact, and what it went through."""

    loopback: LoopbackDiscord
    random: Random
    without: tuple[str, ...] = ()
    """Faults that are left out."""
    skew: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    async def endure(self, folder: Path, faults: int) -> Counter[str]:
        """Goes through so many faults; how many there were of each. Raises AssertionError or TimeoutError."""
        struck: Counter[str] = Counter()
        names = [name for name in FAULTS if name not in self.without]
        weights = [FAULTS[name].weight for name in names]
        async with tact_on(self.loopback, folder, now=self.now, TACT_PACE="0") as tact:
            last = await self._ask("")
            for name in self.random.choices(names, weights, k=faults):
                await self._strike(FAULTS[name])
                assert not tact.task.done(), name
                try:
                    last = await self._ask(last)
                except TimeoutError as error:
                    raise AssertionError(f"no answer after {name}: {error}") from error
                struck[name] += 1
        answers = await self.loopback.messages(channel="@U1", author="tact")
        assert len(answers) == faults + 1, f"{len(answers)} answers to {faults + 1} messages"
        assert not [one for one in await self.loopback.sessions() if one["connected"]], "a session lingers"
        return struck

    async def _strike(self, fault: Fault) -> None:
        self.skew += APART
        before = await self.loopback.mark()
        await fault.strike(self.loopback, self.random)
        if fault.then:
            await self.loopback.happened(fault.then, after=before, deadline=RECOVERS_WITHIN)

    async def _ask(self, last: str) -> str:
        """Writes to Tact and waits for the answer; its id."""
        await self.loopback.dm("U1", "help tips")
        answers = await self.loopback.messages(
            channel="@U1", author="tact", after=last, at_least=1, deadline=RECOVERS_WITHIN
        )
        return answers[-1].id


async def run(faults: int, seed: int) -> Counter[str]:
    """A whole run beside a loopback Discord of its own."""
    with serving() as address, TemporaryDirectory() as folder:
        async with LoopbackDiscord(address) as loopback:
            await loopback.configure(rate_limits=False)
            await loopback.add_guild("G1", channels=["C1"], members=["U1", "U2"])
            return await Weather(loopback, Random(seed)).endure(Path(folder), faults)


def main() -> int:
    """Prints what was struck, and how long it took; 1 when a message was lost or answered twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    try:
        struck = asyncio.run(run(options.faults, options.seed))
    except (AssertionError, TimeoutError) as error:
        print(f"seed {options.seed}: {error}")
        return 1
    print(
        f"{options.faults} faults with seed {options.seed} in {time.monotonic() - began:.0f} s; every message answered once"
    )
    for name, count in struck.most_common():
        print(f"{count:6} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
