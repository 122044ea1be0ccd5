"""What schedules and pushes must do on either engine."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.attention import Kind
from bot.letters import Address
from bot.model import Person
from bot.schedule import QuietHours, Schedule, Weekday
from bot.storage.pushes import ASKED, Pushed, Use
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = Person("t1", "ana"), Person("t2", "ben")
SCHEDULE = Schedule(
    "Europe/Berlin", frozenset({Weekday.MONDAY, Weekday.FRIDAY}), time(7, 30), QuietHours(time(22), time(6))
)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def test_a_schedule_comes_back_as_it_was_kept_and_only_to_its_owner(store: Store) -> None:
    paused = replace(SCHEDULE, paused_until=NOW + timedelta(days=3))
    for schedule in (SCHEDULE, paused, replace(SCHEDULE, quiet=None)):
        await store.schedules.keep(ANA, schedule, NOW, NOW)
        kept = await store.schedules.of(ANA)
        assert kept is not None
        assert (kept.schedule, kept.next_due) == (schedule, NOW)
    assert await store.schedules.of(BEN) is None


async def test_since_when_somebody_wants_tips_is_kept_while_they_do(store: Store) -> None:
    later = NOW + timedelta(days=1)
    await store.schedules.keep(ANA, SCHEDULE, NOW, NOW)
    await store.schedules.keep(ANA, SCHEDULE, NOW, later)
    kept = await store.schedules.of(ANA)
    assert kept is not None
    assert kept.opted_in_at == NOW
    await store.schedules.keep(ANA, replace(SCHEDULE, days=frozenset()), None, later)
    kept = await store.schedules.of(ANA)
    assert kept is not None
    assert (kept.opted_in_at, kept.next_due, kept.schedule.days) == (None, None, frozenset())


async def test_who_is_due_is_claimed_longest_first_with_what_is_needed(store: Store) -> None:
    await store.addresses.keep(ANA, Address("slack", "t1", "ana"), NOW)
    await store.schedules.keep(ANA, SCHEDULE, NOW, NOW)
    await store.schedules.keep(BEN, SCHEDULE, NOW - timedelta(hours=1), NOW, is_channel=True)
    await store.schedules.keep(Person("t1", "later"), SCHEDULE, NOW + timedelta(seconds=1), NOW)
    await store.schedules.keep(Person("t1", "never"), SCHEDULE, None, NOW)
    due = await store.schedules.claim_due(NOW, 10)
    assert [(one.tenant, one.is_channel, one.failures) for one in due] == [("t2", True, 0), ("t1", False, 0)]
    assert due[0].schedule == SCHEDULE
    await store.schedules.advance([(one.person_id, NOW + timedelta(days=4)) for one in due])
    assert await store.schedules.claim_due(NOW, 10) == ()


async def test_nobody_is_claimed_by_two_at_once(store: Store) -> None:
    for number in range(30):
        await store.schedules.keep(Person("t1", f"u{number}"), SCHEDULE, NOW, NOW)
    claimed: list[int] = []

    async def work() -> None:
        while True:
            async with store.together():
                due = await store.schedules.claim_due(NOW, 4)
                claimed.extend(one.person_id for one in due)
                await asyncio.sleep(0.001)
                await store.schedules.advance([(one.person_id, None) for one in due])
            if not due:
                return

    await asyncio.gather(*(work() for _ in range(4)))
    assert len(claimed) == len(set(claimed)) == 30


async def test_schedules_far_ahead_are_found_page_by_page(store: Store) -> None:
    for number in range(5):
        await store.schedules.keep(Person("t1", f"u{number}"), SCHEDULE, NOW + timedelta(days=number), NOW)
    found, beyond = [], 0
    while page := await store.schedules.later_than(NOW + timedelta(days=1), beyond, 2):
        found += [due for _, due, _ in page]
        beyond = page[-1][0]
    assert found == [NOW + timedelta(days=number) for number in (2, 3, 4)]


async def test_pushes_count_for_the_budget_unless_skipped_or_asked_for(store: Store) -> None:
    for hours, pushed in enumerate(
        (
            Pushed("tip", "a", NOW),
            Pushed("nudge", "n", NOW),
            Pushed("tip", "", NOW, "too_late"),
            Pushed(ASKED, "b", NOW),
        )
    ):
        await store.pushes.record(ANA, replace(pushed, at=NOW + timedelta(hours=hours)))
    (person_id,) = await ids(store, ANA)
    latest = await store.pushes.latest([person_id])
    assert [(push.kind, push.at) for push in latest[person_id]] == [
        (Kind.TIP, NOW),
        (Kind.NUDGE, NOW + timedelta(hours=1)),
    ]
    assert [one.counts for one in await store.pushes.of(ANA, NOW)] == [True, True, False, False]
    assert (await store.pushes.shown([person_id]))[person_id] == ("a", "n", "b")
    assert await store.pushes.of(BEN, NOW) == ()


async def test_only_the_last_thirty_pushes_are_looked_at(store: Store) -> None:
    for days in range(33):
        await store.pushes.record(ANA, Pushed("tip", f"t{days}", NOW + timedelta(days=days)))
    (person_id,) = await ids(store, ANA)
    latest = (await store.pushes.latest([person_id]))[person_id]
    assert [push.at for push in latest] == [NOW + timedelta(days=days) for days in range(3, 33)]


async def test_using_the_last_push_or_one_by_its_topic(store: Store) -> None:
    for days, topic in enumerate(("a", "b", "c")):
        await store.pushes.record(ANA, Pushed("tip", topic, NOW + timedelta(days=days)))
    at = NOW + timedelta(days=1, hours=1)
    used = await store.pushes.use(ANA, at, Use.SNOOZED)
    assert used is not None
    assert used.topic == "b"  # "c" is not there yet
    assert (await store.pushes.use(ANA, at, Use.DONE, "a")) is not None
    assert await store.pushes.use(ANA, at, Use.DONE, "x") is None
    assert await store.pushes.use(BEN, at, Use.DONE) is None
    assert [(p.used_at, p.how) for p in await store.pushes.of(ANA, NOW)] == [(at, "done"), (at, "snoozed"), (None, "")]


async def test_what_was_put_off_last_is_known_until_something_else_is_shown(store: Store) -> None:
    await store.pushes.record(ANA, Pushed("tip", "a", NOW))
    (person_id,) = await ids(store, ANA)
    assert await store.pushes.put_off([person_id]) == {}
    await store.pushes.use(ANA, NOW, Use.SNOOZED)
    assert await store.pushes.put_off([person_id]) == {person_id: "a"}
    await store.pushes.record(ANA, Pushed("tip", "", NOW, "day_full"))
    assert await store.pushes.put_off([person_id]) == {person_id: "a"}
    await store.pushes.record(ANA, Pushed("tip", "a", NOW))
    assert await store.pushes.put_off([person_id]) == {}


async def ids(store: Store, *persons: Person) -> list[int]:
    found = []
    for person in persons:
        await store.schedules.keep(person, SCHEDULE, NOW, NOW)
        found += [one.person_id for one in await store.schedules.claim_due(NOW, 10) if one.tenant == person.tenant]
    return found


async def test_two_who_keep_the_same_thing_at_once_both_succeed(store: Store) -> None:
    address = Address("slack", "t1", "ana")
    both = [store.schedules.keep(ANA, SCHEDULE, NOW, NOW) for _ in range(8)]
    await asyncio.gather(*both, *(store.addresses.keep(ANA, address, NOW) for _ in range(8)))
    assert await store.addresses.of(ANA) == address
