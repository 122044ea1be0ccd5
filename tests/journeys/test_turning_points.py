"""A turning point, from the checklist to its end, with a restart in the middle."""

from __future__ import annotations

import pytest

from bot import wording
from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address, Outcome, Report
from bot.model import Person, Reply, Room, Tone
from bot.retries import Fate, State
from bot.reviews import Turn
from bot.storage import open_store
from bot.storage.store import Store
from bot.tipping import NO_TIPS, Tipping
from tests.conftest import Clock

ANA = Person("slack:T1", "ana")
ADDRESS = Address("slack", "T1", "U1")
LISBON = Room(zone="Europe/Lisbon")


@pytest.fixture
async def coach(judging: Judging, store: Store, clock: Clock) -> Coach:
    await store.addresses.keep(ANA, ADDRESS, clock())
    return Coach(judging, store, clock)


async def said(coach: Coach, *lines: str) -> str:
    """The last reply to these lines."""
    for line in lines:
        reply = await coach.hear(ANA, line)
    return reply.text


async def pushed(store: Store, clock: Clock) -> list[Reply]:
    """What the scheduler has for somebody now."""
    await Tipping(store, NO_TIPS, wording.load(), clock).step()
    letters = await store.leases.claim(clock(), 10, "slack")
    for letter in letters:
        await store.leases.settle(letter, Report(Outcome.DELIVERED), Fate(State.SENT, clock(), ""))
    return [letter.reply for letter in letters]


async def test_a_promotion_from_first_to_last_over_a_restart(judging: Judging, database: str, clock: Clock) -> None:
    store = await open_store(database)
    await store.addresses.keep(ANA, ADDRESS, clock())
    coach = Coach(judging, store, clock)
    begun = await coach.hear(ANA, "review promotion", LISBON)
    for word in ("help with day-to-day tasks", "personal board", "career", "friends and family", "brand"):
        assert word in begun.text
    assert "**Your manager's part.**" in begun.text
    assert "committed to your success" in begun.text
    assert "Don't abandon the old network" in begun.text
    assert "- **1.** 2026-03-02 (today)" in begun.text
    assert "- **12.** 2026-05-01" in begun.text
    assert [b.command for b in begun.buttons] == [
        "review done 1", "review done 2", "review done 3", "review later 1 week", "review why", "review stop",
    ]  # fmt: skip
    assert "1 of 12 steps done" in await said(coach, begun.buttons[0].command)
    assert await pushed(store, clock) == []
    await store.close()

    clock.pass_(days=2)
    store = await open_store(database)
    coach = Coach(judging, store, clock)
    (told,) = await pushed(store, clock)
    assert "name the ten people you need" in told.text
    assert len(told.text.split()) <= 60
    assert await pushed(store, clock) == []
    assert "2 of 12 steps done" in await said(coach, told.buttons[0].command)
    assert "Step 2 was done already; nothing was counted twice" in await said(coach, told.buttons[0].command)
    assert "2 of 12 steps done" in await said(coach, "review")
    for number in range(3, 13):
        last = await said(coach, f"review done {number}" if number % 2 else f"review skip {number}")
    assert "the review is finished: well done" in last
    assert "7 of 12 steps done, 5 skipped" in last
    assert "Step 12 was skipped already" in await said(coach, "review skip 12")
    assert "1 of 12 steps done" not in await said(coach, "review")
    clock.pass_(days=90)
    assert await pushed(store, clock) == []
    assert "**Your promotion, from 2026-06-02 on.**" in await said(coach, "review promotion")
    await store.close()


@pytest.mark.parametrize("turn", Turn)
async def test_every_turning_point_begins_and_stops(coach: Coach, turn: Turn) -> None:
    assert f"review {turn}" in await said(coach, "review")
    begun = await coach.hear(ANA, f"review {turn}")
    assert begun.text.startswith("**Your ")
    assert begun.tone is Tone.PLAIN
    assert "under way since" in await said(coach, f"review {turn}")
    assert "Stopped" in await said(coach, "review stop")
    assert "nothing was changed" in await said(coach, "review stop")
    assert "No turning point is under way" in await said(coach, "review")


async def test_one_at_a_time_and_one_that_is_long_over_stands_in_no_way(coach: Coach, clock: Clock) -> None:
    await said(coach, "review moved")
    other = await said(coach, "review promotion")
    assert "One turning point at a time" in other
    assert "review moved from 2026-02-20" in await said(coach, "review moved from 2026-02-20")
    assert "0 of 10 steps done" in await said(coach, "review")
    clock.pass_(days=61)
    assert "**Your promotion" in await said(coach, "review promotion")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("review promotion from 2025-12-31", "over 60 days ago"),
        ("review promotion from 2028-01-01", "over a year ahead"),
        ("review promotion from 2026-02-30", "is no day"),
        ("review promotio", "Did you mean “review promotion”"),
        ("review divorce", "They are promotion, new-job"),
        ("review done", "Which step?"),
        ("review done 3", "No turning point is under way"),
    ],
)
async def test_what_cannot_begin_is_said_in_one_sentence(coach: Coach, line: str, says: str) -> None:
    reply = await coach.hear(ANA, line)
    assert reply.tone is Tone.PROBLEM
    assert says in reply.text
    assert "No turning point is under way" in await said(coach, "review")


async def test_a_start_in_the_past_or_to_come_has_its_own_dates(coach: Coach, store: Store, clock: Clock) -> None:
    past = await said(coach, "review promotion from 2026-02-20")
    assert "- **1.** 2026-02-20 (still worth doing)" in past
    assert "- **4.** 2026-03-01 (still worth doing)" in past
    assert await pushed(store, clock) == []
    await said(coach, "review stop")
    ahead = await said(coach, "review new job from 2026-04-01")
    assert "- **1.** 2026-04-01: " in ahead
    clock.pass_(days=29)
    assert await pushed(store, clock) == []
    clock.pass_(days=1)
    (told,) = await pushed(store, clock)
    assert "recommended you" in told.text


async def test_put_off_stopped_and_opened_again(coach: Coach, clock: Clock) -> None:
    await said(coach, "review promotion")
    later = await said(coach, "review later 1 week")
    assert "- **1.** 2026-03-09" in later
    assert "- **2.** 2026-03-11" in later
    assert "nothing was changed" in await said(coach, "review later 1 week")
    assert "over 60 days" in await said(coach, "review later 90 days")
    assert "can't read" in await said(coach, "review later someday")
    assert "over already" in await said(coach, "review later until 2026-01-01")
    assert "There is no step 99; they go from 1 to 12" in await said(coach, "review done 99")
    assert "Step 4 is open again" in await said(coach, "review 4 done", "review open 4")
    assert "Step 4 was open already" in await said(coach, "review open 4")
    why = await said(coach, "review why")
    assert "You received a promotion" in why
    assert "What changes" in why


async def test_a_button_is_a_use(coach: Coach, store: Store, clock: Clock) -> None:
    await said(coach, "review promotion")
    clock.pass_(days=2)
    (told,) = await pushed(store, clock)
    assert [p.used_at for p in await store.pushes.of(ANA, clock())] == [None]
    await coach.hear(ANA, next(b.command for b in told.buttons if b.command == "review why"))
    (push,) = await store.pushes.of(ANA, clock())
    assert (push.kind, push.topic, push.used_at) == ("reminder", "review/promotion", clock())


async def test_turning_points_are_in_the_export_and_go_with_the_rest(coach: Coach) -> None:
    await said(coach, "review promotion", "review done 1")
    assert "1 turning point (" in await said(coach, "privacy")
    exported = await said(coach, "privacy export")
    assert "- review promotion from 2026-03-02 running: 1 expectations 2026-03-02 done" in exported
    await said(coach, "privacy erase confirm")
    assert "No turning point is under way" in await said(coach, "review")


async def test_help_says_how(coach: Coach) -> None:
    assert "review new-job from 2026-12-01" in await said(coach, "help review")
    assert "**review**" in await said(coach, "help")
