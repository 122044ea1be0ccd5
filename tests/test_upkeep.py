"""What a start and every hour have to put right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.letters import Address, LetterKind
from bot.model import Person, Reply
from bot.schedule import Schedule, next_due
from bot.storage.store import Store
from bot.upkeep import Upkeep
from tests.conftest import Clock

ANA = Person("t1", "ana")
HOME = Address("slack", "t1", "ana", "D1")
ASIDE = Address("slack", "t1", "ana", "C2")


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def test_who_was_accepted_and_not_answered_is_asked_to_send_it_again_once(store: Store, clock: Clock) -> None:
    await store.receipts.accept("t1", "Ev1", clock(), ASIDE)
    await store.receipts.accept("t1", "Ev2", clock())
    await store.receipts.accept("t1", "Ev3", clock(), HOME)
    await store.receipts.answered("t1", "Ev3")
    clock.pass_(minutes=5)
    upkeep = Upkeep(store, clock)
    assert await upkeep.say_restarted(clock()) == 1
    assert await upkeep.say_restarted(clock()) == 0
    (letter,) = await store.leases.claim(clock(), 10, "slack")
    assert (letter.kind, letter.person, letter.address) == (LetterKind.ANSWER, ANA, ASIDE)
    assert "send it again" in letter.reply.text


async def test_a_start_has_nothing_owed_left_and_no_lease_of_a_process_that_is_gone(store: Store, clock: Clock) -> None:
    await store.addresses.keep(ANA, HOME, clock())
    await store.outbox.put(ANA, LetterKind.TIP, Reply("Hi"), clock(), cause="a", at=clock())
    await store.leases.claim(clock(), 1, "slack")
    await store.receipts.accept("t1", "Ev1", clock(), HOME)
    clock.pass_(seconds=1)
    await Upkeep(store, clock).begin()
    alone = int(store.alone)  # on PostgreSQL both may belong to a process that is well
    assert await store.leases.crashed(clock()) == alone
    assert (await store.outbox.backlog(clock())).waiting == alone


async def test_after_a_clock_ran_ahead_no_day_of_tips_is_lost(store: Store, clock: Clock) -> None:
    schedule = Schedule("Europe/Berlin")
    right = next_due(schedule, clock())
    await store.schedules.keep(ANA, schedule, next_due(schedule, clock() + timedelta(days=30)), clock())
    assert await Upkeep(store, clock).realign(clock()) == 1
    kept = await store.schedules.of(ANA)
    assert kept is not None
    assert kept.next_due == right
    assert await Upkeep(store, clock).realign(clock()) == 0
