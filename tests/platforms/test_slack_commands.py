"""`/tact …` over HTTP: answered privately in the acknowledgement, once, whatever is typed and however often it comes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from adapters.slack import words
from adapters.slack.incoming import short
from bot.app import Service
from bot.coach import ANYWHERE, Coach
from bot.commands import NAMES
from bot.model import Person, Reply, Room
from tests.platforms.slack_serving import CHECK_PITCH, Tact, one_workspace, serving_slack
from tests.servers.slack.client import LoopbackSlack

COMMAND = {
    "team_id": "T1", "user_id": "U1", "channel_id": "C1", "command": "/tact", "is_enterprise_install": "false",
    "response_url": "https://hooks.slack.com/commands/T1/1/2",
}  # fmt: skip


async def test_a_draft_is_checked_privately_in_the_acknowledgement(slack: LoopbackSlack, tact: Tact) -> None:
    done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)
    assert (done.status, done.user_sees) == (200, None)
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.to, answer.via) == ("ephemeral", "U1", "ack")
    assert "*Avoid here*" in answer.words
    assert "Leave the offer out" in answer.words
    assert "Avoid here" in answer.text
    assert (answer.pings, answer.unescaped, answer.previews) == ([], [], [])


@pytest.mark.parametrize("channel", ["C1", "C2", "C3", "DU1"])
async def test_every_command_is_answered_privately_in_every_place(
    slack: LoopbackSlack, tact: Tact, channel: str
) -> None:
    for name in NAMES:
        before = await slack.mark()
        done = await slack.command("U1", channel, "/tact", name)
        assert done.user_sees is None, name
        [answer] = await slack.posts(to="U1", seen="ephemeral", count=1, after=before)
        assert answer.text, name
    assert await slack.posts(seen=["public", "private", "group_dm"]) == []


BAD = [
    "x" * 39_000,
    "<!channel> @everyone <@U2>",
    "chekc on linkedin: hello",
    "check on myspace: hello",
    "check",
    "/tact",
    "\x00",
    "🙂" * 500,
]


@pytest.mark.parametrize("text", BAD, ids=[bad[:20] for bad in BAD])
async def test_bad_input_gets_one_private_sentence(slack: LoopbackSlack, tact: Tact, text: str) -> None:
    done = await slack.command("U1", "C1", "/tact", text)
    assert done.user_sees is None
    [answer] = await slack.posts(count=1)
    assert (answer.seen, answer.pings, answer.unescaped) == ("ephemeral", [], [])


async def test_what_slack_delivers_again_has_one_effect(slack: LoopbackSlack, tact: Tact) -> None:
    body = urlencode({**COMMAND, "text": "gave help to M", "trigger_id": "1.2.abc"})
    kind = "application/x-www-form-urlencoded"
    sent = await asyncio.gather(*(slack.post(body, content_type=kind) for _ in range(4)))
    assert [one["status"] for one in sent] == [200] * 4
    assert sorted(bool(one["body"]) for one in sent) == [False, False, False, True]
    balance = await tact.service.coach.hear(Person("slack:T1", "U1"), "balance")
    assert "1" in balance.text
    assert "4" not in balance.text


async def test_the_time_zone_is_that_of_the_profile_and_said_to_be(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.add_person("U7", "gil", tz="America/Bogota")
    await slack.command("U7", "DU7", "/tact", "tips on weekdays at 9")
    [answer] = await slack.posts(count=1)
    assert "at 09:00 in America/Bogota" in answer.words
    assert "The time zone is the one of your profile; to change it" in answer.words


async def test_where_slack_does_not_tell_the_time_zone_it_is_asked_for(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.fault("users.info", error="missing_scope")
    await slack.command("U1", "C1", "/tact", "tips on weekdays at 9")
    [answer] = await slack.posts(count=1)
    assert "Which time zone" in answer.words
    await slack.command("U1", "C1", "/tact", "balance")
    assert len(await slack.calls("users.info")) == 1


async def test_a_second_workspace_sees_nothing_of_the_first(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.command("U1", "C1", "/tact", "gave help to Marzipan")
    other = await slack.add_team("T2")
    await other.add_person("U1", "ana")
    await other.add_channel("C1", "general", ["U1", "U0TACT"])
    await other.command("U1", "C1", "/tact", "privacy export")
    [answer] = await other.posts(count=1)
    assert "Marzipan" not in answer.words
    await slack.command("U1", "C1", "/tact", "privacy export")
    assert "Marzipan" in (await slack.posts(count=2))[-1].words


class Thinking(Coach):
    """A coach that takes its time, as one with a language model does."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.judging, service.store, service.now)
        self.may_answer = asyncio.Event()

    async def hear(self, person: Person, text: str, room: Room = ANYWHERE) -> Reply:
        await self.may_answer.wait()
        return await super().hear(person, text, room)


async def test_an_answer_that_takes_longer_comes_by_the_response_url(slack: LoopbackSlack, tmp_path: Path) -> None:
    async with serving_slack(slack, one_workspace(slack, tmp_path), _thinking) as tact:
        done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)
        assert (done.status, done.body) == (200, "")
        _coach(tact).may_answer.set()
        [answer] = await slack.posts(count=1)
        assert (answer.seen, answer.via) == ("ephemeral", "response_url")
        assert "Avoid here" in answer.words


async def test_where_the_response_url_is_over_the_answer_comes_directly_and_says_so(
    slack: LoopbackSlack, tmp_path: Path
) -> None:
    async with serving_slack(slack, one_workspace(slack, tmp_path), _thinking) as tact:
        await slack.fault("response_url", status=404)
        await slack.command("U1", "C1", "/tact", CHECK_PITCH)
        _coach(tact).may_answer.set()
        [answer] = await slack.posts(count=1)
        assert (answer.seen, answer.to) == ("dm", "U1")
        assert answer.words.startswith(words.load().elsewhere[:30])


async def test_an_answer_under_way_at_the_end_is_still_given(slack: LoopbackSlack, tmp_path: Path) -> None:
    async with serving_slack(slack, one_workspace(slack, tmp_path), _thinking) as tact:
        done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)
        late = short(f"late\0{done.trigger_id}")
        coach = _coach(tact)
        async with asyncio.timeout(5):
            while not await tact.service.store.receipts.owed(*_always()):
                await asyncio.sleep(0.01)
        [(tenant, event, address)] = await tact.service.store.receipts.owed(*_always())
        assert (tenant, event, address.user) == ("slack:T1", late, "U1")
        asyncio.get_running_loop().call_later(0.3, coach.may_answer.set)
    assert len(await slack.posts(count=1)) == 1


async def test_an_app_that_was_removed_says_so(slack: LoopbackSlack, tact: Tact) -> None:
    await slack.event({"type": "app_uninstalled"})
    await slack.command("U1", "C1", "/tact", "help")
    [answer] = await slack.posts(count=1)
    assert answer.text == words.load().not_installed


async def test_what_cannot_be_kept_is_said_so_and_an_event_is_asked_for_again(
    slack: LoopbackSlack, tact: Tact, tmp_path: Path
) -> None:
    await slack.settings(retry_scale=0)
    with closing(sqlite3.connect(tmp_path / "tact.db")) as database:
        database.execute("ALTER TABLE receipts RENAME TO elsewhere")
    [sent] = await slack.say("U1", "DU1", "help")
    assert [attempt.status for attempt in sent.attempts] == [503] * 4
    done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)
    assert done.user_sees is None
    [answer] = await slack.posts(count=1)
    assert answer.text == words.load().try_again


def _always() -> tuple[datetime, datetime]:
    return datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


def _thinking(service: Service) -> Service:
    return replace(service, coach=Thinking(service))


def _coach(tact: Tact) -> Thinking:
    coach = tact.service.coach
    assert isinstance(coach, Thinking)
    return coach
