"""Letters over Slack: sent once each, and what became of them said in the words of the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from adapters.slack.sender import SlackSender
from adapters.slack.workspaces import Clients, OneWorkspace
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply
from tests.servers.slack.client import LoopbackSlack

TEXT = "A tip: thank somebody today, as https://example.org has it."


@pytest.fixture
async def sender(slack: LoopbackSlack) -> AsyncIterator[SlackSender]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as session:
        yield SlackSender(OneWorkspace(Clients(slack.api_url, session), slack.bot_token))


def letter(user: str = "U1", channel: str = "", text: str = TEXT) -> Letter:
    address = Address("slack", "T1", user, channel)
    return Letter(
        "a" * 24, LetterKind.TIP, Person("slack:T1", user), address, Reply(text), datetime(2026, 3, 2, tzinfo=UTC)
    )


async def test_a_letter_arrives_in_the_direct_messages_and_its_channel_is_told(
    slack: LoopbackSlack, sender: SlackSender
) -> None:
    report = await sender.send(letter())
    assert (report.outcome, report.channel) == (Outcome.DELIVERED, "DU1")
    [post] = await slack.posts(count=1)
    assert (post.seen, post.to, post.text, post.previews) == ("dm", "U1", TEXT, [])
    assert (await sender.send(letter(channel="DU1"))).outcome is Outcome.DELIVERED
    assert len(await slack.calls("conversations.open")) == 1


async def test_a_channel_that_is_gone_is_opened_again(slack: LoopbackSlack, sender: SlackSender) -> None:
    report = await sender.send(letter(channel="D0GONE"))
    assert (report.outcome, report.channel) == (Outcome.DELIVERED, "DU1")


async def test_a_letter_takes_the_place_of_a_message_or_is_a_new_one_where_that_is_gone(
    slack: LoopbackSlack, sender: SlackSender
) -> None:
    first = await sender.send(letter(channel="C1", user=""))
    address = Address("slack", "T1", "", "C1", first.message)
    result = replace(letter(text="Closed."), kind=LetterKind.POLL, address=address)
    assert await sender.send(result) == Report(Outcome.DELIVERED, channel="C1", message=first.message)
    [shown] = await slack.shown(action="update", via="chat.update", count=1)
    assert (shown.text, shown.ts) == ("Closed.", first.message)
    await slack.fault("chat.update", error="message_not_found")
    again = await sender.send(result)
    assert (again.outcome, again.message == first.message) == (Outcome.DELIVERED, False)
    assert [post.text for post in await slack.posts(channel="C1", count=2)] == [TEXT, "Closed."]
    await slack.fault("chat.update", status=500)
    assert (await sender.send(result)).outcome is Outcome.UNKNOWN


FAULTS: list[tuple[dict[str, Any], Outcome]] = [
    ({"status": 429, "retry_after": "7"}, Outcome.LATER),
    ({"status": 503}, Outcome.LATER),
    ({"error": "message_limit_exceeded"}, Outcome.LATER),
    ({"error": "service_unavailable"}, Outcome.LATER),
    ({"reset": "after"}, Outcome.UNKNOWN),
    ({"reset": "before"}, Outcome.UNKNOWN),
    ({"delay": 1.5}, Outcome.UNKNOWN),
    ({"status": 500}, Outcome.UNKNOWN),
    ({"status": 502}, Outcome.UNKNOWN),
    ({"status": 200}, Outcome.UNKNOWN),
    ({"error": "fatal_error"}, Outcome.UNKNOWN),
    ({"body": ""}, Outcome.UNKNOWN),
    ({"body": '{"ok": tr'}, Outcome.UNKNOWN),
    ({"body": "[]"}, Outcome.UNKNOWN),
    ({"error": "token_revoked"}, Outcome.SUSPENDED),
    ({"error": "account_inactive"}, Outcome.SUSPENDED),
    ({"error": "invalid_auth"}, Outcome.SUSPENDED),
    ({"error": "missing_scope"}, Outcome.SUSPENDED),
    ({"error": "token_expired"}, Outcome.SUSPENDED),
    ({"error": "channel_not_found"}, Outcome.UNREACHABLE),
    ({"error": "is_archived"}, Outcome.UNREACHABLE),
    ({"error": "invalid_blocks"}, Outcome.REFUSED),
    ({"error": "msg_too_long"}, Outcome.REFUSED),
    ({"error": "some_new_error"}, Outcome.REFUSED),
]


@pytest.mark.parametrize(("fault", "outcome"), FAULTS, ids=[str(fault) for fault, _ in FAULTS])
async def test_each_fault_has_its_outcome_after_one_post(
    slack: LoopbackSlack, sender: SlackSender, fault: dict[str, Any], outcome: Outcome
) -> None:
    await slack.fault("chat.postMessage", times=9, **fault)
    report = await sender.send(letter())
    assert report.outcome is outcome, report
    assert len(await slack.calls("chat.postMessage", 1)) == 1
    assert 0 <= len(report.why) <= 60


@pytest.mark.parametrize(
    ("said", "wait"), [("7", 7), (None, 30), ("abc", 30), ("-5", 30), ("0", 1), ("99999", 3600), ("Wed, 21 Oct", 30)]
)
async def test_slacks_wait_is_obeyed_within_reason(
    slack: LoopbackSlack, sender: SlackSender, said: str | None, wait: float
) -> None:
    await slack.fault("chat.postMessage", status=429, retry_after=said)
    assert (await sender.send(letter())).wait == wait


@pytest.mark.parametrize("error", ["user_not_found", "cannot_dm_bot", "user_disabled", "user_not_visible"])
async def test_who_cannot_be_written_to_is_unreachable(slack: LoopbackSlack, sender: SlackSender, error: str) -> None:
    await slack.fault("conversations.open", error=error)
    assert (await sender.send(letter())).outcome is Outcome.UNREACHABLE


async def test_people_as_they_are(slack: LoopbackSlack, sender: SlackSender) -> None:
    await slack.change_person("U2", deleted=True)
    for user in ("U2", "U0TACT", "U404"):
        assert (await sender.send(letter(user))).outcome is Outcome.UNREACHABLE, user
    await slack.change_token(state="token_revoked")
    assert (await sender.send(letter())).outcome is Outcome.SUSPENDED
    assert await slack.posts() == []


async def test_what_fails_before_posting_was_not_shown(slack: LoopbackSlack, sender: SlackSender) -> None:
    await slack.fault("conversations.open", reset="after")
    assert (await sender.send(letter())).outcome is Outcome.LATER


async def test_a_slack_that_cannot_be_reached_is_asked_later() -> None:
    async with aiohttp.ClientSession() as session:
        sender = SlackSender(OneWorkspace(Clients("http://127.0.0.1:9/api", session), "xoxb-1"))
        assert (await sender.send(letter(channel="DU1"))).outcome is Outcome.LATER


async def test_a_letter_shown_in_part_is_begun_again_once_at_most(slack: LoopbackSlack, sender: SlackSender) -> None:
    long = " ".join(str(number) for number in range(4000))
    assert (await sender.send(letter(text=long))).outcome is Outcome.DELIVERED
    *_, last = await slack.posts()
    assert len(await slack.posts()) > 1
    await slack.fault("chat.postMessage", where={"text": last.text}, error="ratelimited")
    assert (await sender.send(letter(text=long))).outcome is Outcome.UNKNOWN
