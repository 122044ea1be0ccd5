"""Give and take, from the first entry to thanks and the result, with a restart in the middle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address, LetterKind, Report
from bot.letters import Outcome as Delivered
from bot.loop import REMIND_AFTER
from bot.model import Entry, EntryKind, Person, Room, Tone
from bot.retries import Fate, State
from bot.storage import open_store
from bot.storage.store import Store
from tests.conftest import Clock

ANA = Person("slack:T1", "ana")
ADDRESS = Address("slack", "T1", "U1")
ASK = "check on linkedin as a dm to an acquaintance: Thank you for your talk on pumps. Could you introduce me to your editor? If it doesn't suit, no answer is needed."

START = datetime(2026, 1, 1, tzinfo=UTC)


async def pushed(store: Store, clock: Clock) -> list[tuple[str, datetime]]:
    """What is on its way to her, and when it is due."""
    return [(push.kind, push.at) for push in await store.pushes.of(ANA, clock.at)]


@pytest.fixture
async def coach(judging: Judging, store: Store, clock: Clock) -> Coach:
    await store.addresses.keep(ANA, ADDRESS, clock.at)
    return Coach(judging, store, clock)


async def said(coach: Coach, *lines: str) -> str:
    """The last reply to these lines."""
    for line in lines:
        reply = await coach.hear(ANA, line)
    return reply.text


async def test_an_ask_from_first_to_last_over_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    await store.addresses.keep(ANA, ADDRESS, clock.at)
    coach = Coach(judging, store, clock)
    await coach.hear(ANA, "gave help to M")
    asked = await coach.hear(ANA, "asked advice from K")
    assert "ask 2" in asked.text
    assert [button.command for button in asked.buttons] == ["asked 2 answered", "asked 2 declined", "undo"]
    clock.pass_(days=1)
    assert "now answered" in await said(coach, "asked K answered")
    assert await pushed(store, clock) == [(LetterKind.REMINDER, clock.at + REMIND_AFTER)]
    await store.close()

    store = await open_store(database)
    coach = Coach(judging, store, clock)
    assert "K (ask 2, advice): answered on 2026-03-03, not thanked yet" in await said(coach, "thanked")
    assert "waiting for thanks or the result: 1" in await said(coach, "balance")
    assert "K (advice, 2026-03-03): thanks" in (await coach.home(ANA)).text
    assert "Your ask for advice is thanked for" in await said(coach, "thanked K")
    assert await pushed(store, clock) == []
    assert "Nobody who answered" in await said(coach, "thanked")
    clock.pass_(days=8)
    owed = await coach.hear(ANA, "thanked")
    assert "did you tell them how it went?" in owed.text
    assert "is now closed" in await said(coach, owed.buttons[0].command)
    assert "Nobody who answered" in await said(coach, "thanked")
    assert "gave 2 and asked 1" in await said(coach, "balance")
    await store.close()


async def test_the_balance_is_words_with_a_picture_beside_them(coach: Coach) -> None:
    text = await said(coach, "gave help to M", "gave help to L", "gave praise to L", "asked job from K", "balance")
    assert "- gave 3: help 2, praise 1 ■■■■■■■■■■■■\n" in text
    assert "- asked 1: job 1 ■■■■\n" in text


async def test_one_reminder_comes_in_daytime_and_only_while_thanks_are_owed(
    coach: Coach, store: Store, clock: Clock
) -> None:
    clock.pass_(hours=13)
    await said(coach, "asked time from K", "asked K answered")
    ((kind, due),) = await pushed(store, clock)
    assert kind == LetterKind.REMINDER
    assert due == clock.at.replace(hour=8) + timedelta(days=8)
    await said(coach, "asked 1 answered", "asked 1 closed")
    assert await pushed(store, clock) == []


async def test_thanks_after_the_reminder_are_a_use_of_it(coach: Coach, store: Store, clock: Clock) -> None:
    await said(coach, "asked time from K", "asked K answered")
    clock.pass_(days=7, hours=1)
    (letter,) = await store.leases.claim(clock.at, 10, "slack")
    await store.leases.settle(letter, Report(Delivered.DELIVERED), Fate(State.SENT, clock.at, ""))
    assert [push.used_at for push in await store.pushes.of(ANA, START)] == [None]
    await said(coach, "thanked K")
    assert [push.used_at for push in await store.pushes.of(ANA, START)] == [clock.at]


async def test_reminders_can_be_put_off_explained_and_ended(coach: Coach, store: Store, clock: Clock) -> None:
    await said(coach, "asked time from K", "asked K answered")
    clock.pass_(days=7, hours=1)
    (letter,) = await store.leases.claim(clock.at, 10, "slack")
    steps = [button.command for button in letter.reply.buttons]
    assert steps[-3:] == ["quiet reminders why", "quiet reminders 2 weeks", "quiet reminders off"]
    assert "once for each ask" in await said(coach, "quiet reminders why")
    assert "until 2026-03-23" in await said(coach, "quiet reminders 2 weeks")
    await said(coach, "asked help from L", "asked L answered")
    assert await pushed(store, clock) == []
    assert "Reminders may come again" in await said(coach, "quiet reminders on")
    await said(coach, "asked advice from M", "asked M answered")
    assert len(await pushed(store, clock)) == 1
    assert "No reminders from now on" in await said(coach, "quiet reminders off")
    assert await pushed(store, clock) == []


async def test_of_an_ask_that_is_taken_back_nobody_is_reminded(coach: Coach, store: Store, clock: Clock) -> None:
    await said(coach, "asked time from K", "asked K answered")
    assert len(await pushed(store, clock)) == 1
    assert "Taken back: asked time (K)" in await said(coach, "undo")
    assert await pushed(store, clock) == []


async def test_what_was_sent_is_written_down_once_per_draft(coach: Coach) -> None:
    checked = await coach.hear(ANA, ASK)
    assert "sent" in [button.command for button in checked.buttons]
    first = await said(coach, "sent to Ed")
    assert "gave thanks (Ed); asked introduction (Ed), ask 2" in first
    assert "nothing was counted twice" in await said(coach, "sent")
    assert "nothing was counted twice" in await said(coach, ASK, "I sent it")
    assert "gave 1 and asked 1" in await said(coach, "balance")
    assert "gave thanks (Ed); asked introduction (Ed)" in await said(coach, "undo")
    assert "gave 0 and asked 0" in await said(coach, "balance")


async def test_a_draft_that_was_sent_and_then_seen_is_one(coach: Coach) -> None:
    await said(coach, ASK, "sent")
    await coach.seen(ANA, ASK.partition(": ")[2], Room("C1"), "m1")
    assert "gave 1 and asked 1" in await said(coach, "balance")
    other = "Could anyone help me get the pump script to run? It stops with a KeyError."
    await said(coach, f"check on slack in a channel to acquaintances: {other}")
    await coach.seen(ANA, other, Room("C1"), "m2")
    assert "nothing was counted twice" in await said(coach, "sent")
    assert "asked 2" in await said(coach, "balance")


async def test_among_friends_nothing_is_kept_and_there_is_no_button(coach: Coach) -> None:
    reply = await coach.hear(ANA, ASK.replace("an acquaintance", "a friend"))
    assert "sent" not in [button.command for button in reply.buttons]
    assert "nobody keeps count" in await said(coach, "sent")
    assert "gave 0 and asked 0" in await said(coach, "balance")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("sent", "No draft is remembered"),
        ("undo", "nothing to take back"),
        ("asked answered", "No ask is written down"),
        ("asked 7 answered", "There is no ask 7"),
        ("asked M answered declined", "cannot both be said"),
        ("gave help to M on 2026-04-01", "still to come"),
        ("gave help to M on 2025-03-01", "over a year ago"),
        ("gave help to M 500 days ago", "over a year ago"),
        ("gave help to M 9999 days ago", "over a year ago"),
    ],
)
async def test_what_cannot_be_gets_one_clear_sentence(coach: Coach, line: str, says: str) -> None:
    assert says in await said(coach, line)
    assert "gave 0 and asked 0" in await said(coach, "balance")


async def test_dates_in_the_past_are_kept_as_such(coach: Coach) -> None:
    text = await said(
        coach, "gave help to M yesterday", "gave help to M on 2026-02-20", "gave help 40 days ago", "balance"
    )
    assert "2026-03-01: gave help (M)" in text
    assert "2026-02-20: gave help (M)" in text
    assert "you gave 2" in text


async def test_a_step_twice_or_taken_back_is_said_so(coach: Coach) -> None:
    await said(coach, "asked job from L")
    assert "now declined" in await said(coach, "asked L declined")
    assert "nothing was changed" in await said(coach, "asked 1 declined")
    assert "was declined and is now answered" in await said(coach, "asked 1 answered")
    assert "is now open" in await said(coach, "asked L reopen")


async def test_two_asks_of_one_person_are_told_apart(coach: Coach) -> None:
    await said(coach, "asked job from L", "asked advice from l")
    which = await coach.hear(ANA, "asked L answered")
    assert "Several asks" in which.text
    assert [button.command for button in which.buttons] == ["asked 2 answered", "asked 1 answered"]
    assert "advice, l) was open and is now answered" in await said(coach, which.buttons[0].command)


async def test_an_unknown_contact_among_a_thousand_gets_the_nearest(coach: Coach, store: Store, clock: Clock) -> None:
    async with store.together():
        for number in range(1000):
            await store.ledger.record(ANA, Entry(EntryKind.ASKED, "advice", clock.at, f"Contact{number}"))
    reply = await coach.hear(ANA, "asked Contcat77 answered")
    assert reply.tone is Tone.PROBLEM
    assert "asked Contact77 answered" in reply.text
    listed = await said(coach, "asked list")
    assert "and 990 more" in listed
    assert len(listed) < 1000


async def test_a_clock_that_jumped_back_counts_nothing_twice(coach: Coach, clock: Clock) -> None:
    clock.pass_(days=30)
    await said(coach, "gave help to M")
    clock.pass_(days=-30)
    assert "gave 1 and" in await said(coach, "gave help to L")
    clock.pass_(days=30)
    assert "gave 2 and" in await said(coach, "balance")


async def test_many_asks_are_not_held_against_what_asks_for_nothing(coach: Coach) -> None:
    await said(coach, *(f"asked advice from {who}" for who in "ABCD"))
    fine = await coach.hear(ANA, "check on linkedin as a post: What a fine spring morning in Leeds")
    assert fine.tone is Tone.FITS
    ask = await coach.hear(
        ANA, "check on slack in a channel to acquaintances: Could anyone help me fix my Python script?"
    )
    assert "several other asks" in ask.text
