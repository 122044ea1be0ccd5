"""A storm of 429s on Discord: nothing is lost or shown twice, each person's letters keep their order, nobody is hammered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import aiohttp
import pytest

from adapters.discord.budget import DM_OPENS, Budget
from adapters.discord.rest import Rest
from adapters.discord.sender import DiscordSender
from adapters.discord.words import load
from bot.delivery import Delivery, Pace
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply
from bot.storage.store import Store
from tests.conftest import Clock
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

POSTS = r"/channels/\d+/messages$"
NAMES = ("Ana", "Ben", "Cem")
LETTERS = 8
"""Letters to each of them."""


@dataclass(frozen=True)
class Attempt:
    """One attempt: to whom, when it began and ended on the clock that is moved, and what became of it."""

    to: str
    began: datetime
    ended: datetime
    report: Report


@dataclass
class Watched:
    """The real sender, with a record of what it was handed."""

    sender: DiscordSender
    clock: Clock
    attempts: list[Attempt] = field(default_factory=list)
    platform = "discord"

    async def send(self, letter: Letter) -> Report:
        began = self.clock()
        report = await self.sender.send(letter)
        self.attempts.append(Attempt(letter.address.channel, began, self.clock(), report))
        return report


@dataclass
class Storm:
    """A worker with letters to three people."""

    loopback: LoopbackDiscord
    delivery: Delivery
    watched: Watched
    channels: dict[str, str]

    async def blows_over(self) -> list[Attempt]:
        """Runs the worker, and the clock, until everything was shown; the attempts it took."""
        running = asyncio.create_task(self.delivery.run())
        try:
            async with asyncio.timeout(20):
                while sum([len(await self.shown(name)) for name in NAMES]) < len(NAMES) * LETTERS:
                    self.watched.clock.pass_(seconds=10)
                    self.delivery.wake()
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await self.delivery.drain()
        return self.watched.attempts

    async def shown(self, name: str) -> list[str]:
        return [message.content for message in await self.loopback.messages(channel=f"@{name}", author="tact")]


@pytest.fixture
async def storm(loopback: LoopbackDiscord, store: Store, clock: Clock) -> AsyncIterator[Storm]:
    await loopback.configure(rate_limits=False)
    channels = {}
    async with aiohttp.ClientSession() as session:
        rest = Rest(session, loopback.address.rest, TOKEN)
        sender = DiscordSender(rest, Budget(store.marks, "dm_opens", DM_OPENS, clock), load(), clock)
        for name in NAMES:
            user = await loopback.add_user(name)
            await loopback.call("join", user=name, guild="G1")
            channels[name] = (await sender.open(Address("discord", "", user))).channel
            person, address = Person("discord", user), Address("discord", "", user, channels[name])
            await store.addresses.keep(person, address, clock())
            for number in range(LETTERS):
                words, cause = Reply(f"{name} {number}"), f"tip/{number}"
                await store.outbox.put(person, LetterKind.TIP, words, clock(), cause=cause, at=clock())
        watched = Watched(sender, clock)
        delivery = Delivery(store, {"discord": watched}, clock, Random(1), Pace(a_second=1000))
        storm = Storm(loopback, delivery, watched, channels)
        yield storm
        for name in NAMES:  # in the end everything was shown, once and in order
            assert await storm.shown(name) == [f"{name} {number}" for number in range(LETTERS)]


def hammered(attempts: list[Attempt], *, whole: bool) -> list[Attempt]:
    """Attempts that began while Discord had asked to wait: by the same person's route, or by any."""
    told = [one for one in attempts if one.report.outcome is Outcome.LATER and one.report.whole_platform is whole]
    return [
        later
        for one in told
        for later in attempts
        if (whole or later.to == one.to) and one.ended < later.began < one.ended + timedelta(seconds=one.report.wait)
    ]


async def test_one_route_that_is_limited_holds_up_one_person(storm: Storm) -> None:
    hers = re.escape(f"/channels/{storm.channels['Ana']}/messages")
    await storm.loopback.limit(hers, retry_after=100, times=3)
    attempts = await storm.blows_over()
    assert hammered(attempts, whole=False) == []
    assert len(attempts) == len(NAMES) * LETTERS + 3
    first = next(one.began for one in attempts if one.to == storm.channels["Ana"] and not one.report.wait)
    assert first >= Clock().at + timedelta(seconds=300)
    others = [one.ended for one in attempts if one.to != storm.channels["Ana"]]
    assert max(others) < first


async def test_a_limit_of_everything_stops_everything_until_it_is_over(storm: Storm) -> None:
    await storm.loopback.limit(POSTS, retry_after=100, scope="global", times=4)
    attempts = await storm.blows_over()
    assert hammered(attempts, whole=True) == []
    assert len(attempts) == len(NAMES) * LETTERS + 4


async def test_both_at_once_and_answers_lost_on_their_way_back(storm: Storm) -> None:
    for number in range(9):
        scope = ("user", "shared", "global")[number % 3]
        await storm.loopback.limit(POSTS, retry_after=30, scope=scope, skip=2 * number)
        await storm.loopback.fault(POSTS, after=True, reset=True, skip=2 * number + 1)
    attempts = await storm.blows_over()
    assert hammered(attempts, whole=True) == hammered(attempts, whole=False) == []
    assert sum(one.report.outcome is Outcome.UNKNOWN for one in attempts) > 3
