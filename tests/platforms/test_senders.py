"""Contract: what every sender reports of one attempt, on Slack and on Discord: sent, refused, gone, to wait, unknown, repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import aiohttp
import pytest

from adapters.discord.budget import DM_OPENS, Budget
from adapters.discord.rest import Rest
from adapters.discord.sender import DiscordSender
from adapters.discord.words import load
from adapters.slack.sender import SlackSender
from adapters.slack.workspaces import Clients, OneWorkspace
from bot.letters import Address, Letter, LetterKind, Outcome, Report, Sender
from bot.model import Person, Reply
from bot.storage.store import Store
from tests.conftest import Clock
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN
from tests.servers.slack.client import LoopbackSlack

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

WORDS = "A tip: thank the canary today."
POSTS = r"/channels/\d+/messages$"
NOWHERE = "http://127.0.0.1:9"


class Ground(Protocol):
    """A platform with one person on it, and what can go wrong there."""

    sender: Sender
    away: Sender
    """A sender to a platform that cannot be reached."""
    address: Address
    stale: str
    """A channel that is not there any more."""
    shown_again: int
    """How often a letter is seen whose first attempt was taken and lost on the way back, after a second one."""

    async def shown(self) -> int:
        """Messages that the person sees."""

    async def posts(self) -> int:
        """Requests by which a message would have been shown."""

    async def opens(self) -> int:
        """Requests that open a conversation."""

    async def fail(self, what: str) -> None:
        """The next post is refused, is to wait (7 s), is gone, suspended, lost (taken and then cut) or broken."""


@dataclass
class OnSlack:
    slack: LoopbackSlack
    sender: Sender
    away: Sender
    address = Address("slack", "T1", "U1")
    stale = "D0GONE"
    shown_again = 2  # Slack knows a letter by nothing: two tries at most are the outbox's part

    async def shown(self) -> int:
        return len(await self.slack.posts(to="U1", seen="dm"))

    async def posts(self) -> int:
        return len(await self.slack.calls("chat.postMessage"))

    async def opens(self) -> int:
        return len(await self.slack.calls("conversations.open"))

    async def fail(self, what: str) -> None:
        faults: dict[str, dict[str, Any]] = {
            "refused": {"error": "invalid_blocks"},
            "wait": {"status": 429, "retry_after": "7"},
            "gone": {"error": "user_disabled"},
            "suspended": {"error": "token_revoked"},
            "lost": {"reset": "after"},
            "broken": {"status": 502},
        }
        await self.slack.fault("chat.postMessage", **faults[what])


@dataclass
class OnDiscord:
    discord: LoopbackDiscord
    sender: Sender
    away: Sender
    address: Address
    stale = "123"
    shown_again = 1  # the nonce is the letter's id, and Discord shows it once

    async def shown(self) -> int:
        return len(await self.discord.messages(channel="@Ana", author="tact"))

    async def posts(self) -> int:
        return len(await self.discord.requests(POSTS))

    async def opens(self) -> int:
        return len(await self.discord.requests("/users/@me/channels$"))

    async def fail(self, what: str) -> None:
        match what:
            case "refused":
                await self.discord.refuse(POSTS, 400, 50035)
            case "wait":
                await self.discord.limit(POSTS, retry_after=7)
            case "gone":
                await self.discord.refuse(POSTS, 403, 50007)
            case "suspended":
                await self.discord.refuse(POSTS, 401, 0)
            case "lost":
                await self.discord.fault(POSTS, after=True, reset=True)
            case "broken":
                await self.discord.refuse(POSTS, 502, 0)


@pytest.fixture
async def on_slack(slack: LoopbackSlack) -> AsyncIterator[Ground]:
    async with aiohttp.ClientSession() as session:
        away = SlackSender(OneWorkspace(Clients(f"{NOWHERE}/api", session), slack.bot_token))
        yield OnSlack(slack, SlackSender(OneWorkspace(Clients(slack.api_url, session), slack.bot_token)), away)


@pytest.fixture
async def on_discord(loopback: LoopbackDiscord, store: Store, clock: Clock) -> AsyncIterator[Ground]:
    ana = await loopback.add_user("Ana")
    await loopback.call("join", user="Ana", guild="G1")
    opens = Budget(store.marks, "dm_opens", DM_OPENS, clock)
    async with aiohttp.ClientSession() as session:
        senders = [
            DiscordSender(Rest(session, url, TOKEN), opens, load(), clock) for url in (loopback.address.rest, NOWHERE)
        ]
        yield OnDiscord(loopback, *senders, Address("discord", "", ana))


@pytest.fixture(params=["slack", "discord"])
def ground(request: pytest.FixtureRequest) -> Ground:
    found: Ground = request.getfixturevalue(f"on_{request.param}")
    return found


async def send(ground: Ground, channel: str = "", number: int = 1, text: str = WORDS) -> Report:
    address = replace(ground.address, channel=channel)
    person = Person("slack:T1" if address.platform == "slack" else "discord", address.user)
    return await ground.sender.send(Letter(f"{number:024x}", LetterKind.TIP, person, address, Reply(text), Clock().at))


async def test_sent_is_delivered_and_a_channel_that_was_opened_is_told_once(ground: Ground) -> None:
    first = await send(ground)
    assert first.outcome is Outcome.DELIVERED
    assert first.channel
    again = await send(ground, first.channel, number=2)
    assert again.outcome is Outcome.DELIVERED
    assert await ground.shown() == await ground.posts() == 2
    assert await ground.opens() == 1


async def test_a_channel_that_is_gone_is_opened_anew(ground: Ground) -> None:
    report = await send(ground, ground.stale)
    assert report.outcome is Outcome.DELIVERED
    assert report.channel not in ("", ground.stale)
    assert await ground.shown() == 1


@pytest.mark.parametrize(
    ("what", "outcome", "seen"),
    [
        ("refused", Outcome.REFUSED, 0),
        ("wait", Outcome.LATER, 0),
        ("gone", Outcome.UNREACHABLE, 0),
        ("suspended", Outcome.SUSPENDED, 0),
        ("lost", Outcome.UNKNOWN, 1),
        ("broken", Outcome.UNKNOWN, 0),
    ],
)
async def test_what_goes_wrong_has_one_outcome_after_one_request(
    ground: Ground, what: str, outcome: Outcome, seen: int
) -> None:
    await ground.fail(what)
    report = await send(ground)
    assert report.outcome is outcome, report
    assert (await ground.posts(), await ground.shown()) == (1, seen)
    assert report.wait == (7 if what == "wait" else report.wait)
    assert not report.whole_platform
    assert 0 < len(report.why) <= 60
    assert "canary" not in report.why
    assert (await send(ground, number=2)).outcome is Outcome.DELIVERED


async def test_a_letter_repeated_after_an_unknown_outcome(ground: Ground) -> None:
    await ground.fail("lost")
    assert (await send(ground)).outcome is Outcome.UNKNOWN
    assert (await send(ground)).outcome is Outcome.DELIVERED
    assert await ground.shown() == ground.shown_again


async def test_a_platform_that_is_away_was_shown_nothing(ground: Ground) -> None:
    ground.sender = ground.away
    for channel in ("", ground.stale):
        report = await send(ground, channel)
        assert report.outcome is Outcome.LATER, report
        assert report.why
