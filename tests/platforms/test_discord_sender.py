"""Letters on Discord: each answer of Discord's means one thing, nothing is shown twice, and nobody is written to too fast."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from adapters.discord.budget import DM_OPENS, Budget
from adapters.discord.rest import NO_FIGURE, PAUSE, Rest, seconds
from adapters.discord.sender import DiscordSender
from adapters.discord.words import load
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Button, Person, Reply, Tone
from bot.storage.store import Store
from tests.conftest import Clock
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.limits import SILENT, VERSION2
from tests.servers.discord_platform.settings import TOKEN

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

POSTS = r"/channels/\d+/messages$"
TIP = Reply("A tip.")
OPENS = r"/users/@me/channels$"


class Post:
    """A sender and the letters it is handed."""

    def __init__(self, sender: DiscordSender, clock: Clock) -> None:
        self.sender = sender
        self.clock = clock
        self._number = 0

    async def send(self, user: str, channel: str = "", reply: Reply = TIP, letter: str = "") -> Report:
        self._number += 1
        number = letter or f"{self._number:024x}"
        address = Address("discord", "", user, channel)
        return await self.sender.send(
            Letter(number, LetterKind.TIP, Person("discord", user), address, reply, self.clock())
        )


@pytest.fixture
async def post(loopback: LoopbackDiscord, store: Store, clock: Clock) -> AsyncIterator[Post]:
    opens = Budget(store.marks, "dm_opens", DM_OPENS, clock)
    async with aiohttp.ClientSession() as session:
        rest = Rest(session, loopback.address.rest, TOKEN)
        yield Post(DiscordSender(rest, opens, load(), clock), clock)


@pytest.fixture
async def ana(loopback: LoopbackDiscord) -> str:
    ana = await loopback.add_user("Ana")
    await loopback.call("join", user="Ana", guild="G1")
    return ana


async def test_a_letter_opens_the_chat_once_and_arrives_silently(
    loopback: LoopbackDiscord, post: Post, ana: str
) -> None:
    buttons = (Button("Snooze", "tips snooze"),)
    first = await post.send(ana, reply=Reply("Thank @everyone.", buttons=buttons))
    assert first.outcome is Outcome.DELIVERED
    second = await post.send(ana, first.channel, Reply("It fits.", tone=Tone.FITS))
    assert (second.outcome, second.channel) == (Outcome.DELIVERED, "")
    plain, panel = await loopback.messages(channel="@Ana", author="tact")
    assert plain.flags & SILENT
    assert (plain.content, plain.pings, plain.buttons) == ("Thank @everyone.", [], {"Snooze": "tact:tips snooze"})
    assert panel.flags & VERSION2
    assert panel.text == "It fits."
    assert len(await loopback.requests(OPENS)) == 1


async def test_a_letter_takes_the_place_of_a_message_or_is_a_new_one_where_that_is_gone(
    loopback: LoopbackDiscord, post: Post, ana: str
) -> None:
    first = await post.send(ana, reply=Reply("Would you?", buttons=(Button("Foul", "poll vote 1 foul"),)))
    address = Address("discord", "", ana, first.channel, first.message)
    result = Letter("b" * 24, LetterKind.POLL, Person("discord", ana), address, Reply("Closed."), post.clock())
    assert await post.sender.send(result) == Report(Outcome.DELIVERED, message=first.message)
    [shown] = await loopback.messages(channel="@Ana", author="tact")
    assert (shown.id, shown.content, shown.buttons) == (first.message, "Closed.", {})
    await loopback.remove(shown)
    again = await post.sender.send(result)
    assert (again.outcome, again.message == first.message) == (Outcome.DELIVERED, False)
    await loopback.fault(r"/channels/\d+/messages/\d+$", status=502)
    assert (await post.sender.send(result)).outcome is Outcome.UNKNOWN


async def test_what_was_taken_and_lost_on_the_way_back_is_not_shown_again(
    loopback: LoopbackDiscord, post: Post, ana: str
) -> None:
    channel = (await post.send(ana)).channel
    long = Reply("A sentence of some length. " * 150)
    await loopback.fault(POSTS, after=True, reset=True)
    assert (await post.send(ana, channel, long, letter="a" * 24)).outcome is Outcome.UNKNOWN
    assert (await post.send(ana, channel, long, letter="a" * 24)).outcome is Outcome.DELIVERED
    _, *shown = await loopback.messages(channel="@Ana")
    assert " ".join(message.content for message in shown) == long.text.strip()


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (403, 50007, Outcome.UNREACHABLE),
        (403, 50278, Outcome.UNREACHABLE),
        (403, 50001, Outcome.UNREACHABLE),
        (404, 10013, Outcome.UNREACHABLE),
        (403, 40003, Outcome.LATER),
        (403, 20026, Outcome.SUSPENDED),
        (401, 0, Outcome.SUSPENDED),
        (400, 50035, Outcome.REFUSED),
        (413, 40005, Outcome.REFUSED),
        (500, 0, Outcome.UNKNOWN),
        (502, 0, Outcome.UNKNOWN),
        (503, 0, Outcome.UNKNOWN),
        (302, 0, Outcome.REFUSED),
    ],
)
async def test_every_answer_means_one_thing_and_is_asked_for_once(
    loopback: LoopbackDiscord, post: Post, ana: str, status: int, code: int, outcome: Outcome
) -> None:
    channel = (await post.send(ana)).channel
    await loopback.refuse(POSTS, status, code, times=2)
    report = await post.send(ana, channel)
    assert report.outcome is outcome
    assert report.why == f"{status}_{code}"
    assert len(await loopback.requests(POSTS)) == 2  # the first letter's and one attempt


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"reset": True}, Outcome.UNKNOWN),
        ({"status": 200, "body": "<html>fine</html>"}, Outcome.UNKNOWN),
        ({"status": 502, "body": "<html>bad gateway</html>"}, Outcome.UNKNOWN),
        ({"status": 200, "body": {}, "headers": {"Content-Encoding": "gzip"}}, Outcome.UNKNOWN),
    ],
)
async def test_what_cannot_be_read_may_have_been_shown(
    loopback: LoopbackDiscord, post: Post, ana: str, fault: dict[str, Any], outcome: Outcome
) -> None:
    channel = (await post.send(ana)).channel
    await loopback.fault(POSTS, **fault)
    assert (await post.send(ana, channel)).outcome is outcome


async def test_a_server_that_is_away_was_sent_nothing(store: Store, clock: Clock) -> None:
    async with aiohttp.ClientSession() as session:
        rest = Rest(session, "http://127.0.0.1:9", TOKEN)
        sender = DiscordSender(rest, Budget(store.marks, "dm_opens", DM_OPENS, clock), load(), clock)
        report = await Post(sender, clock).send("1", "2")
    assert (report.outcome, report.why) == (Outcome.LATER, "no_connection")


@pytest.mark.parametrize(
    ("scope", "asked", "wait", "whole"),
    [("user", 3, 3, False), ("shared", 0.5, 0.5, False), ("global", 2, 2, True), ("user", "abc", NO_FIGURE, False),
     ("user", -1, NO_FIGURE, False), ("cloudflare", 0, PAUSE, True)],
)  # fmt: skip
async def test_a_rate_limit_is_obeyed_by_whom_it_concerns(
    loopback: LoopbackDiscord, post: Post, ana: str, scope: str, asked: Any, wait: float, whole: bool
) -> None:
    channel = (await post.send(ana)).channel
    await loopback.limit(POSTS, retry_after=asked, scope=scope)
    report = await post.send(ana, channel)
    assert (report.outcome, report.wait, report.whole_platform, report.alone) == (Outcome.LATER, wait, whole, not whole)


def test_seconds_are_read_as_they_are_meant() -> None:
    assert [seconds(said) for said in (1, "2.5", "", None, "inf", "nan", [])] == [1, 2.5, *[NO_FIGURE] * 5]


async def test_after_opening_too_fast_nothing_is_sent_for_ten_minutes(
    loopback: LoopbackDiscord, post: Post, ana: str, clock: Clock
) -> None:
    channel = (await post.send(ana)).channel
    ben = await loopback.add_user("Ben")
    await loopback.refuse(OPENS, 403, 40003)
    report = await post.send(ben)
    assert (report.outcome, report.wait, report.whole_platform) == (Outcome.LATER, PAUSE, True)
    before = await loopback.mark()
    clock.pass_(minutes=9)
    for user, where in ((ben, ""), (ana, channel)):
        assert (await post.send(user, where)).outcome is Outcome.LATER
    assert await loopback.requests("", after=before) == []
    clock.pass_(minutes=2)
    assert (await post.send(ana, channel)).outcome is Outcome.DELIVERED


async def test_new_chats_are_opened_slowly_over_restarts_and_open_ones_do_not_wait(
    loopback: LoopbackDiscord, post: Post, store: Store, clock: Clock
) -> None:
    await loopback.configure(dm_opens=100)
    people = [await loopback.add_user(f"P{number}") for number in range(30)]
    for number in range(30):
        await loopback.call("join", user=f"P{number}", guild="G1")
    reports = [await post.send(person) for person in people[:7]]
    assert [report.outcome for report in reports] == [Outcome.DELIVERED] * 5 + [Outcome.LATER] * 2
    assert (reports[5].why, reports[5].alone, reports[5].whole_platform) == ("dm_opens", True, False)
    assert 0 < reports[5].wait <= 60
    assert (await post.send(people[0], reports[0].channel)).outcome is Outcome.DELIVERED
    again = DiscordSender(post.sender._rest, Budget(store.marks, "dm_opens", DM_OPENS, clock), load(), clock)
    assert (await Post(again, clock).send(people[7], letter="b" * 24)).outcome is Outcome.LATER
    for person in people[5:30]:
        clock.pass_(seconds=20)
        await post.send(person)
    assert len(await loopback.requests(OPENS)) == 20


async def test_a_chat_that_is_gone_is_opened_anew(loopback: LoopbackDiscord, post: Post, ana: str) -> None:
    channel = (await post.send(ana)).channel
    report = await post.send(ana, "123")
    assert (report.outcome, report.channel) == (Outcome.DELIVERED, channel)


async def test_people_who_cannot_be_written_to_stop_nobody_else_but_refusals_of_everybody_do(
    loopback: LoopbackDiscord, post: Post, ana: str
) -> None:
    channel = (await post.send(ana)).channel
    await loopback.refuse(POSTS, 403, 50007, times=5)
    assert [(await post.send(ana, channel)).outcome for _ in range(5)] == [Outcome.UNREACHABLE] * 5
    assert (await post.send(ana, channel)).outcome is Outcome.DELIVERED
    await loopback.refuse(POSTS, 403, 0, times=3)
    outcomes = [(await post.send(ana, channel)).outcome for _ in range(3)]
    assert outcomes == [Outcome.UNREACHABLE, Outcome.UNREACHABLE, Outcome.SUSPENDED]


async def test_closed_messages_are_found_out_when_the_chat_is_open(
    loopback: LoopbackDiscord, post: Post, ana: str
) -> None:
    await loopback.change_user("Ana", accepts_dms=False)
    assert (await post.send(ana)).outcome is Outcome.UNREACHABLE


async def test_a_very_long_letter_brings_its_whole_text_as_a_file(
    loopback: LoopbackDiscord, post: Post, ana: str
) -> None:
    long = "A sentence of some length. " * 1000
    assert (await post.send(ana, reply=Reply(long))).outcome is Outcome.DELIVERED
    [shown] = await loopback.messages(channel="@Ana")
    assert (await loopback.file(shown.attachments[0])).decode() == long.strip()
    assert shown.attachments[0]["description"] == "The whole answer as text"


def test_budgets_are_those_of_the_catalogue() -> None:
    assert list(DM_OPENS) == [(5, timedelta(minutes=1)), (20, timedelta(hours=1))]
