"""What the store must do with ties and turning points on either engine."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.letters import Address
from bot.model import Entry, EntryKind, Person
from bot.reviews import Course, Review, State, Turn, begin, load
from bot.schedule import Schedule
from bot.storage.store import Store
from bot.ties import Stage, Tie

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = Person("t1", "ana"), Person("t1", "ben")
TIE = Tie("M", Stage.LIKE, NOW, NOW, ("hello", "share"))
ZONE = Schedule("Europe/Berlin", days=frozenset())


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def promotion() -> Review:
    return begin(Turn.PROMOTION, NOW.date(), NOW.date(), NOW, load())


async def running(store: Store, person: Person = ANA) -> Review:
    (review,) = [r for r in await store.reviews.all_of(person) if r.course is Course.RUNNING]
    return review


async def test_a_tie_comes_back_as_kept_and_is_its_owners_alone(store: Store) -> None:
    await store.ties.keep(ANA, TIE, NOW)
    assert await store.ties.of(ANA, "m") == TIE
    assert await store.ties.of(BEN, "M") is None
    assert await store.ties.all_of(BEN) == ()
    changed = TIE.moved(Stage.TRUST, NOW + timedelta(days=1))
    await store.ties.keep(ANA, changed, NOW)
    assert await store.ties.all_of(ANA) == (changed,)
    assert not await store.ties.forget(BEN, "M")
    assert await store.ties.forget(ANA, "m")
    assert not await store.ties.forget(ANA, "M")
    assert await store.ties.all_of(ANA) == ()


async def test_a_give_or_an_ask_is_a_word_as_well(store: Store) -> None:
    await store.ties.keep(ANA, TIE, NOW)
    for days, who in ((3, "m"), (1, "M"), (9, "K")):
        await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW + timedelta(days=days), who))
    await store.ledger.record(BEN, Entry(EntryKind.GAVE, "help", NOW + timedelta(days=20), "M"))
    assert await store.ties.of(ANA, "M") == replace(TIE, warm_at=NOW + timedelta(days=3))
    await store.ledger.record(ANA, Entry(EntryKind.ASKED, "help", NOW - timedelta(days=30), "M"))
    assert await store.ties.of(ANA, "M") == replace(TIE, warm_at=NOW + timedelta(days=3))


async def test_a_thousand_ties_and_two_writers_of_one(store: Store) -> None:
    async with store.together():
        for number in range(1000):
            await store.ties.keep(ANA, replace(TIE, who=f"N{number}"), NOW)
    assert len(await store.ties.all_of(ANA)) == 1000
    await asyncio.gather(*(store.ties.keep(ANA, replace(TIE, who="Both", stage=stage), NOW) for stage in Stage))
    assert len(await store.ties.all_of(ANA)) == 1001


async def test_a_review_comes_back_as_kept_one_at_a_time(store: Store) -> None:
    assert await store.reviews.begin(ANA, promotion(), NOW, NOW)
    assert not await store.reviews.begin(ANA, promotion(), NOW, NOW)
    kept = await running(store)
    assert replace(kept, number=0) == promotion()
    assert await store.reviews.all_of(BEN) == ()
    done = replace(kept, steps=(replace(kept.steps[0], state=State.DONE), *kept.steps[1:]))
    await store.reviews.change(ANA, done, None)
    assert await running(store) == done
    await store.reviews.change(ANA, replace(done, course=Course.STOPPED), None)
    assert await store.reviews.begin(ANA, promotion(), None, NOW + timedelta(days=1))
    assert [review.course for review in await store.reviews.all_of(ANA)] == [Course.RUNNING, Course.STOPPED]


async def test_two_that_begin_at_once_begin_one(store: Store) -> None:
    begun = await asyncio.gather(*(store.reviews.begin(ANA, promotion(), NOW, NOW) for _ in range(4)))
    assert sorted(begun) == [False, False, False, True]
    assert len((await running(store)).steps) == len(promotion().steps)


async def test_who_is_due_is_claimed_with_what_decides(store: Store) -> None:
    await store.addresses.keep(ANA, Address("slack", "t1", "ana"), NOW)
    await store.schedules.keep(ANA, ZONE, None, NOW)
    await store.reviews.begin(ANA, promotion(), NOW + timedelta(days=1), NOW)
    await store.reviews.begin(BEN, promotion(), NOW, NOW)
    (ben,) = await store.reviews.claim_due(NOW, 10)
    assert (ben.schedule, ben.failures, ben.tenant) == (None, None, "t1")
    ana, _ = sorted(await store.reviews.claim_due(NOW + timedelta(days=1), 10), key=lambda one: one.failures is None)
    assert (ana.schedule, ana.failures, ana.review) == (ZONE, 0, await running(store))
    assert set(await store.reviews.claim_of([ana.person_id])) == {ana.person_id}
    told = replace(ana.review, steps=tuple(replace(step, told_at=NOW) for step in ana.review.steps))
    await store.reviews.told([(told, None), (ben.review, NOW + timedelta(days=2))])
    assert await store.reviews.claim_due(NOW + timedelta(days=1), 10) == ()
    assert await running(store) == told


async def test_no_two_processes_get_the_same_review(store: Store) -> None:
    await store.reviews.begin(ANA, promotion(), NOW, NOW)
    if store.alone:
        pytest.skip("SQLite has one process")
    inside, done = asyncio.Event(), asyncio.Event()

    async def first() -> int:
        async with store.together():
            found = await store.reviews.claim_due(NOW, 10)
            inside.set()
            await done.wait()
            return len(found)

    task = asyncio.create_task(first())
    await inside.wait()
    async with store.together():
        assert await store.reviews.claim_due(NOW, 10) == ()
    done.set()
    assert await task == 1


async def test_after_a_wrong_clock_every_running_review_is_looked_at(store: Store) -> None:
    await store.reviews.begin(ANA, promotion(), NOW + timedelta(days=900), NOW)
    assert await store.reviews.claim_due(NOW, 10) == ()
    await store.reviews.look_again(NOW)
    assert len(await store.reviews.claim_due(NOW, 10)) == 1


async def test_forgetting_and_sweeping_take_ties_and_reviews(store: Store) -> None:
    for person in (ANA, BEN):
        await store.ties.keep(person, TIE, NOW)
        await store.reviews.begin(person, promotion(), NOW, NOW)
    assert await store.forget(ANA, NOW) == 1 + 1 + len(promotion().steps) + 1
    assert await store.ties.all_of(ANA) == ()
    assert await store.reviews.all_of(ANA) == ()
    assert len(await store.ties.all_of(BEN)) == 1
    assert await store.sweep(NOW + timedelta(days=366)) == 2  # his review, and the note that she was erased
    assert await store.reviews.all_of(BEN) == ()
    assert len(await store.ties.all_of(BEN)) == 1
