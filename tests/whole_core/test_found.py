"""What random steps, the state machine and fuzzing found, each as a case of its own, so that it stays mended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from adapters.slack import words
from adapters.slack.answers import Answers
from adapters.slack.incoming import Incoming
from adapters.slack.outgoing import render
from adapters.slack.workspaces import Clients, OneWorkspace
from bot.coach import Coach
from bot.delivery import Delivery
from bot.judging import Judging
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply, Room
from bot.storage.charters import charters
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("slack:T1", "ana")
ADMIN = Room("C1", admin=True)
ASK = "Could anyone help me get the pump script to run? It stops with a KeyError."


@pytest.mark.parametrize(
    "said",
    [
        "asked ² answered",
        f"asked {'9' * 30} answered",
        "gave help to \ud800",
        "tie \x00 like",
    ],
)
async def test_odd_digits_and_half_characters_get_an_answer(
    said: str, judging: Judging, either_store: Store, clock: Clock
) -> None:
    coach = Coach(judging, either_store, clock)
    await coach.hear(ANA, "asked advice from K")
    assert (await coach.hear(ANA, said)).text.encode()


class Shown:
    """A platform that is away until it is back."""

    platform = "slack"

    def __init__(self) -> None:
        self.kinds: list[LetterKind] = []

    async def send(self, letter: Letter) -> Report:
        """Shows it."""
        self.kinds.append(letter.kind)
        return Report(Outcome.DELIVERED)


@pytest.mark.parametrize(("late", "comes"), [(timedelta(hours=1), True), (timedelta(hours=13), False)])
async def test_a_nudge_that_waited_into_the_night_is_left_out(
    late: timedelta, comes: bool, judging: Judging, store: Store, clock: Clock
) -> None:
    coach, shown = Coach(judging, store, clock), Shown()
    await store.addresses.keep(ANA, Address("slack", "T1", "ana", "D1"), clock())
    for event in ("1", "2", "3"):
        await coach.seen(ANA, ASK, Room("C1"), event)
    clock.at += late
    await Delivery(store, {"slack": shown}, clock, Random(1)).once()
    assert (LetterKind.NUDGE in shown.kinds) == comes


async def test_who_is_erased_is_taken_off_the_charters_they_wrote(
    judging: Judging, store: Store, clock: Clock, tmp_path: Path
) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "charter here: No recruiting.", ADMIN)
    await coach.hear(ANA, "privacy erase confirm", ADMIN)
    async with store.together() as connection:
        assert [tuple(row) for row in await connection.execute(select(charters.c.text, charters.c.author))] == [
            ("No recruiting.", "")
        ]
    with closing(sqlite3.connect(tmp_path / "tact.db")) as database:
        assert database.execute("SELECT count(*) FROM people").fetchone() == (0,)


async def test_versions_of_a_charter_are_told_in_its_place_only(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "charter everywhere: No recruiting.", ADMIN)
    assert "No recruiting" in (await coach.hear(ANA, "charter everywhere versions", ADMIN)).text
    assert "No recruiting" not in (await coach.hear(ANA, "charter versions", Room())).text


async def test_a_workspace_that_leaves_takes_its_drafts_along(judging: Judging, store: Store, clock: Clock) -> None:
    coach, elsewhere = Coach(judging, store, clock), Person("slack:T2", "ana")
    for person in (ANA, elsewhere):
        await coach.hear(person, f"check on slack in a channel: {ASK}")
    await coach.leave("slack:T1")
    assert "No draft is remembered" in (await coach.hear(ANA, "sent")).text
    assert "Written down" in (await coach.hear(elsewhere, "sent")).text


async def test_who_was_erased_is_told_anew_that_messages_are_noticed(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert await coach.seen(ANA, ASK, Room("C1"), "1") is not None
    assert await coach.seen(ANA, ASK, Room("C1"), "2") is None
    await coach.hear(ANA, "privacy erase confirm")
    assert await coach.seen(ANA, ASK, Room("C1"), "3") is not None


async def test_an_answer_follows_nobody_to_another_host() -> None:
    """I09: the address that came with a request is Slack's own, and stays so."""
    met: list[str] = []

    async def away(request: web.Request) -> web.Response:
        met.append(request.path)
        raise web.HTTPTemporaryRedirect("/metadata")

    app = web.Application()
    app.router.add_post("/{path:.*}", away)
    async with TestServer(app) as slack, TestServer(app) as inside, aiohttp.ClientSession() as session:
        clients = Clients(str(slack.make_url("/api/")), session)
        answers = Answers(words.load(), OneWorkspace(clients, "xoxb-1"), session, clients.api_url)
        for url in (
            str(slack.make_url("/commands")),
            str(inside.make_url("/x")),
            "http://169.254.169.254/x",
            "file:///etc/passwd",
            "",
            "x:\ud800",
        ):
            incoming = Incoming(ANA, "T1", "T1", "U1", "C1", "k", response_url=url)
            await answers.more(incoming, render(Reply("hello")))
    assert met == ["/commands"]
