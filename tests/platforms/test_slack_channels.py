"""Coaching in channels, where a workspace chose it: what is noticed is told to its writer alone; admins are known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.coached import Coached
from adapters.slack import words
from adapters.slack.outgoing import plainly
from adapters.slack.scopes import LISTENING, SCOPES
from bot.app import Service
from bot.coach import ANYWHERE, Coach
from bot.model import Person, Reply, Room
from tests.platforms.slack_serving import Tact, one_workspace, serving_slack
from tests.servers.slack.client import LoopbackSlack

ANA = Person("slack:T1", "U1")
ASK = "Could you review my talk on rye bread this week, please?"


@pytest.fixture
async def listening(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Tact]:
    await slack.change_token(scopes=[*SCOPES, *LISTENING])
    async with serving_slack(slack, one_workspace(slack, tmp_path)) as tact:
        await Coached(tact.service).switch("slack:T1", "T1", "C1", on=True)
        yield tact


async def test_without_the_scope_slack_sends_no_channels_messages(slack: LoopbackSlack, tact: Tact) -> None:
    [sent] = await slack.say("U1", "C1", ASK)
    assert sent.withheld == "the token lacks channels:history"


async def test_an_admin_switches_it_on_and_off_channel_by_channel(slack: LoopbackSlack, tmp_path: Path) -> None:
    await slack.change_token(scopes=[*SCOPES, *LISTENING])
    await slack.change_channel("C2", members=["U1", "U2", "U3", "U0TACT"])
    settings = one_workspace(slack, tmp_path)
    said = words.load().listening

    async def switched(user: str, channel: str, text: str) -> str:
        before = await slack.mark()
        await slack.command(user, channel, "/tact", text)
        [answer] = await slack.posts(count=1, after=before, to=user)
        assert answer.seen in ("ephemeral", "dm")
        return answer.text

    async with serving_slack(slack, settings):
        assert await switched("U3", "C1", "listen show") == plainly(said.off)
        for refused in ("listen on", "listen off"):
            assert await switched("U1", "C1", refused) == plainly(said.admins)
        assert await switched("U3", "DU3", "listen on") == plainly(said.elsewhere)
        assert await switched("U3", "C1", "Listen On") == plainly(said.on)
    async with serving_slack(slack, settings) as tact:
        assert await switched("U1", "C1", "listen show") == plainly(said.on)
        assert await switched("U1", "C2", "listen show") == plainly(said.off)
        await slack.say("U1", "C2", ASK)  # not there
        await slack.say("U1", "C1", ASK)
        await slack.posts(count=1, contains="An admin has switched coaching on")
        assert len(await tact.service.store.ledger.latest(ANA, tact.service.now().replace(year=2000), 9)) == 1
        assert await switched("U3", "C1", "listen off") == plainly(said.off)
        await slack.say("U1", "C1", f"{ASK} Or next week?")
        assert "asked 1" in await switched("U1", "C1", "balance")


async def test_what_is_noticed_is_told_to_its_writer_alone_and_once(slack: LoopbackSlack, listening: Tact) -> None:
    event = {"type": "message", "channel_type": "channel", "channel": "C1", "user": "U1", "text": ASK, "ts": "5.5"}
    await asyncio.gather(*(slack.event(event, event_id="Ev1") for _ in range(4)))
    [told] = await slack.posts(count=1)
    assert (told.seen, told.to) == ("ephemeral", "U1")
    assert "rye" not in told.words
    await slack.say("U1", "DU1", "balance")
    [balance] = await slack.posts(seen="dm", count=1)
    assert "asked 1" in balance.words
    assert len(await slack.posts()) == 2


async def test_a_mention_among_what_is_heard_is_answered_once(slack: LoopbackSlack, listening: Tact) -> None:
    told = await slack.say("U1", "C1", "<@U0TACT> help", raw=True)
    assert {delivery.name for delivery in told} == {"message", "app_mention"}
    await slack.posts(seen="ephemeral", count=1)
    await slack.say("U1", "DU1", "help")
    await slack.posts(seen="dm", count=1)
    assert len(await slack.posts()) == 2


async def test_a_reaction_to_somebody_else_counts_and_one_to_oneself_does_not(
    slack: LoopbackSlack, listening: Tact
) -> None:
    event = {"type": "reaction_added", "user": "U1", "reaction": "pray", "item_user": "U1"}
    item = {"item": {"type": "message", "channel": "C1", "ts": "5.5"}}
    await slack.event(event | item)
    await slack.event(event | item | {"item_user": "U2"})
    await slack.posts(count=1)
    balance = await listening.service.coach.hear(Person("slack:T1", "U1"), "balance")
    assert "gave 1" in balance.text


class Overhearing(Coach):
    """A coach that notes in which rooms it was spoken to."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.judging, service.store, service.now)
        self.rooms: list[tuple[str, Room]] = []

    async def hear(self, person: Person, text: str, room: Room = ANYWHERE) -> Reply:
        self.rooms.append((text, room))
        return await super().hear(person, text, room)


async def test_admins_are_known_where_it_matters_and_asked_for_once(slack: LoopbackSlack, tmp_path: Path) -> None:
    def overhearing(service: Service) -> Service:
        return replace(service, coach=Overhearing(service))

    async with serving_slack(slack, one_workspace(slack, tmp_path), overhearing) as tact:
        for user, text in (
            ("U3", "charter"),
            ("U3", "charter show"),
            ("U1", "charter"),
            ("U3", "balance"),
            ("U3", "tips here"),
        ):
            await slack.command(user, "C1", "/tact", text)
        await slack.command("U3", "DU3", "/tact", "charter")
        coach = tact.service.coach
        assert isinstance(coach, Overhearing)
        assert [(text, room.channel, room.admin) for text, room in coach.rooms] == [
            ("charter", "C1", True),
            ("charter show", "C1", True),
            ("charter", "C1", False),
            ("balance", "C1", False),
            ("tips here", "C1", True),
            ("charter", "", True),
        ]
        assert len(await slack.calls("users.info")) == 3  # each person once, and once for the time zone of tips


async def test_who_cannot_be_asked_about_is_no_admin(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.fault("users.info", error="missing_scope")
    done = await slack.command("U3", "C1", "/tact", "charter")
    assert done.user_sees is None
    [answer] = await slack.posts(count=1)
    assert answer.seen == "ephemeral"
