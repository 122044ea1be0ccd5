"""Coached channels: own gives and asks are noted once, kind and date only, and one word ends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.coach import Coach
from bot.judging import Judging
from bot.model import EntryKind, Person, Room
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("T1", "ana")
HELP = Room("C-help")
ASK = "Could anyone help me get the pump script to run? It stops with a KeyError."
THANKS = "Thank you so much for the review yesterday, it fixed everything!"


async def written(store: Store, clock: Clock, person: Person = ANA) -> list[tuple[EntryKind, str]]:
    return [(e.kind, e.what) for e in await store.ledger.latest(person, clock.at.replace(year=2000), 50)]


async def test_gives_and_asks_are_noted_once_over_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    first = await coach.seen(ANA, ASK, HELP, "m1")
    assert first is not None
    assert "ignore" in first.text
    assert await coach.seen(ANA, ASK, HELP, "m1") is None
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert await coach.seen(ANA, ASK, HELP, "m1") is None
    assert await coach.seen(ANA, THANKS, HELP, "m0") is None
    assert await written(store, clock) == [(EntryKind.ASKED, "help"), (EntryKind.GAVE, "thanks")]
    await store.close()


@pytest.mark.parametrize(
    "text",
    ["", "Lunch at one?", "> Could anyone help me fix my script?", "```\ncan you help me\n```", "Bitte helft mir mit dem Skript, es läuft nicht mehr", "Большое спасибо всем за помощь с проектом! Thank you so much!"],
)  # fmt: skip
async def test_ordinary_talk_quotes_and_code_are_not_noted(
    text: str, judging: Judging, store: Store, clock: Clock
) -> None:
    assert await Coach(judging, store, clock).seen(ANA, text, HELP, "m1") is None
    assert await written(store, clock) == []


async def test_the_same_event_of_two_people_or_communities_is_two(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    others = (ANA, Person("T1", "ben"), Person("T2", "ana"))
    for person in others:
        await coach.seen(person, ASK, HELP, "m1")
    assert [len(await written(store, clock, person)) for person in others] == [1, 1, 1]


async def test_neither_words_nor_the_event_reach_the_disk(
    judging: Judging, store: Store, clock: Clock, tmp_path: Path
) -> None:
    await Coach(judging, store, clock).seen(ANA, f"{ASK} CANARY", Room("C-CANARY"), "EV-CANARY")
    assert await written(store, clock)
    for file in tmp_path.iterdir():
        assert b"CANARY" not in file.read_bytes(), file


async def test_reactions_give_thanks_or_praise_once_a_day(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for emoji in (":pray:", "🙏", "tada", "+1", "👏"):
        await coach.reacted(ANA, emoji, HELP)
    assert await written(store, clock) == [(EntryKind.GAVE, "thanks"), (EntryKind.GAVE, "praise")]
    clock.pass_(days=1)
    await coach.reacted(ANA, "🙏", HELP)
    assert len(await written(store, clock)) == 3


async def test_who_opted_out_is_not_noted_even_after_erasing_everything(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    await store.mutes.opt_out(ANA, clock.at)
    assert await coach.seen(ANA, ASK, HELP, "m1") is None
    assert await coach.reacted(ANA, "🙏", HELP) is None
    assert "wish not to be listened to" in (await coach.hear(ANA, "privacy erase confirm")).text
    assert await coach.seen(ANA, ASK, HELP, "m2") is None
    assert await written(store, clock) == []
    await store.mutes.opt_in(ANA)
    assert await coach.seen(ANA, ASK, HELP, "m3") is not None
