"""Coached channels: own gives and asks are noted once, kind and date only, and one word ends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address
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


async def test_for_two_weeks_nothing_is_noted_and_after_them_it_is_told_anew(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    first = await coach.seen(ANA, ASK, HELP, "m1")
    assert first is not None
    why, snooze, off = (button.command for button in first.buttons)
    assert "nobody but you sees it" in (await coach.hear(ANA, why)).text
    assert "Until 2026-03-16 nothing" in (await coach.hear(ANA, snooze)).text
    assert await coach.seen(ANA, THANKS, HELP, "m2") is None
    assert "Switched off: listening until 2026-03-16" in (await coach.hear(ANA, "quiet")).text
    assert "not listened to until 2026-03-16T09:00" in (await coach.hear(ANA, "privacy export")).text
    assert '"until":"2026-03-16T09:00' in (await coach.hear(ANA, "privacy export json")).text
    assert "Nothing is noticed in channels until 2026-03-16" in (await coach.home(ANA)).text
    assert "not listened to until 2026-03-16" in (await coach.hear(ANA, why)).text
    await coach.hear(ANA, "privacy erase confirm")
    clock.pass_(days=13)
    assert await coach.seen(ANA, THANKS, HELP, "m3") is None
    clock.pass_(days=1)
    assert await coach.seen(ANA, ASK, HELP, "m4") is not None
    await coach.hear(ANA, off)
    assert await coach.seen(ANA, THANKS, HELP, "m5") is None
    assert len(await written(store, clock)) == 1


async def test_told_anew_also_by_a_process_that_told_them_before(judging: Judging, store: Store, clock: Clock) -> None:
    one, other = Coach(judging, store, clock), Coach(judging, store, clock)
    assert await one.seen(ANA, ASK, HELP, "m1") is not None
    await other.hear(ANA, "quiet listening 1 day")
    clock.pass_(days=1)
    assert await one.seen(ANA, THANKS, HELP, "m2") is not None


async def test_what_came_of_listening_and_waits_is_taken_back_when_it_ends(
    judging: Judging, store: Store, clock: Clock
) -> None:
    await store.addresses.keep(ANA, Address("discord", "", "ana"), clock())
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "quiet 8:00 to 20:00 in UTC")
    told = await coach.seen(ANA, ASK, HELP, "m1")
    assert told is not None
    await coach.notify(ANA, told, "seen:m1")
    clock.at = clock.at.replace(hour=19, minute=59)
    assert await store.leases.claim(clock(), 9, "discord") == ()
    clock.at = clock.at.replace(hour=20, minute=0)
    assert [letter.reply for letter in await store.leases.claim(clock(), 9, "discord")] == [told]
    await coach.notify(ANA, told, "seen:m2")
    assert (await store.outbox.backlog(clock())).waiting == 1
    await coach.hear(ANA, "ignore")
    assert (await store.outbox.backlog(clock())).waiting == 0


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
