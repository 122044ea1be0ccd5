"""Nudges: inside a check and after an ask in a coached channel; snoozed, explained and switched off; with a restart."""

from __future__ import annotations

from datetime import timedelta

from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address, LetterKind, Outcome, Report
from bot.model import Person, Room
from bot.retries import Fate, State
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("slack:T1", "ana")
ADDRESS = Address("slack", "T1", "U1")
HELP = Room("C-help")
SEEN = "Could anyone help me get the pump script to run? It stops with a KeyError."
ASK = "Could anyone help me get my Python script to run? It does not work any more."
CHECK = f"check on slack in a channel to acquaintances: {ASK}"
GIVES = "Five minutes each:"


async def taker(judging: Judging, store: Store, clock: Clock) -> Coach:
    """A coach of somebody who asked twice and gave nothing."""
    await store.addresses.keep(ANA, ADDRESS, clock.at)
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "asked advice from K")
    await coach.hear(ANA, "asked job from L")
    return coach


async def nudges(store: Store, clock: Clock) -> int:
    pushed = await store.pushes.of(ANA, clock.at - timedelta(days=90))
    return [push.kind for push in pushed].count(LetterKind.NUDGE)


async def test_at_the_ask_once_a_week_over_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    coach = await taker(judging, store, clock)
    reply = await coach.hear(ANA, CHECK)
    assert f"asked 2, gave 0). {GIVES}" in reply.text
    assert reply.text.count("\n- ") >= 3
    assert "what you tried already" in reply.text
    assert reply.private
    assert [b.command for b in reply.buttons][-3:] == ["quiet nudges why", "quiet nudges 2 weeks", "quiet nudges off"]
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    again = await coach.hear(ANA, CHECK)
    assert GIVES not in again.text
    assert "what you tried already" not in again.text
    clock.pass_(days=7)
    assert GIVES in (await coach.hear(ANA, CHECK)).text
    await store.close()


async def test_after_an_ask_in_a_channel_as_a_letter_within_minutes(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = await taker(judging, store, clock)
    for _ in range(2):
        await coach.seen(ANA, SEEN, HELP, "m1")
    (push,) = await store.pushes.of(ANA, clock.at)
    assert (push.kind, push.at) == (LetterKind.NUDGE, clock.at + timedelta(minutes=2))
    clock.pass_(days=1)
    await coach.seen(ANA, f"{SEEN} Please!", HELP, "m2")
    assert await nudges(store, clock) == 1


async def test_none_at_night_and_it_does_not_come_in_the_morning(judging: Judging, store: Store, clock: Clock) -> None:
    coach = await taker(judging, store, clock)
    clock.pass_(hours=13)
    await coach.seen(ANA, SEEN, HELP, "m1")
    assert await nudges(store, clock) == 0
    clock.pass_(hours=14)
    await coach.seen(ANA, SEEN, HELP, "m2")
    assert await nudges(store, clock) == 1


async def test_none_that_could_come_only_the_next_morning(judging: Judging, store: Store, clock: Clock) -> None:
    coach = await taker(judging, store, clock)
    clock.pass_(hours=10, minutes=59)
    await coach.seen(ANA, SEEN, HELP, "m1")
    assert await nudges(store, clock) == 0


async def test_who_never_wrote_to_tact_is_not_written_to(judging: Judging, store: Store, clock: Clock) -> None:
    coach = Coach(judging, store, clock)
    for number in range(4):
        await coach.seen(ANA, SEEN, HELP, f"m{number}")
    assert await nudges(store, clock) == 0
    assert GIVES in (await coach.hear(ANA, CHECK)).text


async def test_writing_less_is_said_once_and_a_button_on_a_nudge_ends_it(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = await taker(judging, store, clock)
    said = []
    for number in range(5):
        await coach.seen(ANA, SEEN, HELP, f"m{number}")
        (letter,) = await store.leases.claim(clock.at + timedelta(minutes=5), 9, "slack")
        await store.leases.settle(letter, Report(Outcome.DELIVERED), Fate(State.SENT, clock.at, ""))
        said.append("I will write half as often" in letter.reply.text)
        await coach.hear(ANA, "asked job from L")
        clock.pass_(days=14)
    assert said == [False, False, False, True, False]
    for command, how in (("quiet nudges why", "why"), ("quiet nudges 2 weeks", "snoozed")):
        await coach.hear(ANA, command)
        pushed = await store.pushes.of(ANA, clock.at - timedelta(days=90))
        assert [(push.used_at is not None, push.how) for push in pushed][-2:] == [(False, ""), (True, how)]


async def test_snoozed_explained_switched_off_and_on(judging: Judging, store: Store, clock: Clock) -> None:
    coach = await taker(judging, store, clock)
    await coach.seen(ANA, SEEN, HELP, "m1")
    why = (await coach.hear(ANA, "quiet nudges why")).text
    assert "gave 0, asked 3" in why
    assert "so ask" in why
    assert "until 2026-03-16" in (await coach.hear(ANA, "quiet nudges 2 weeks")).text
    assert (await store.outbox.backlog(clock.at + timedelta(days=1))).waiting == 0
    assert GIVES not in (await coach.hear(ANA, CHECK)).text
    assert "They are off until 2026-03-16" in (await coach.hear(ANA, "quiet nudges why")).text
    clock.pass_(days=14)
    assert GIVES in (await coach.hear(ANA, CHECK)).text
    await coach.hear(ANA, "quiet nudges off")
    clock.pass_(days=16)
    await coach.hear(ANA, "asked job from L")
    await coach.hear(ANA, "asked job from M")
    assert GIVES not in (await coach.hear(ANA, CHECK)).text
    assert "may come again" in (await coach.hear(ANA, "quiet nudges on")).text
    assert GIVES in (await coach.hear(ANA, CHECK)).text


async def test_none_to_friends_none_at_what_should_not_go_out(judging: Judging, store: Store, clock: Clock) -> None:
    coach = await taker(judging, store, clock)
    assert GIVES not in (await coach.hear(ANA, CHECK.replace("acquaintances", "friends"))).text
    vote = "check on linkedin as a mass_dm to acquaintances: Please vote for my neighbour's blog in the contest!"
    reply = await coach.hear(ANA, vote)
    assert "Avoid here" in reply.text
    assert GIVES not in reply.text


async def test_one_word_ends_being_listened_to(judging: Judging, store: Store, clock: Clock) -> None:
    coach = await taker(judging, store, clock)
    await coach.seen(ANA, SEEN, HELP, "m1")
    assert "asked 3" in (await coach.hear(ANA, "balance")).text
    assert "noticed any more" in (await coach.hear(ANA, "ignore")).text
    await coach.seen(ANA, SEEN, HELP, "m2")
    assert "asked 3" in (await coach.hear(ANA, "balance")).text
    assert "Nothing is noticed in channels" in (await coach.home(ANA)).text
    await coach.hear(ANA, "listen")
    await coach.seen(ANA, SEEN, HELP, "m3")
    assert "asked 4" in (await coach.hear(ANA, "balance")).text
