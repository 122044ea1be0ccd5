"""What the outbox must do on either engine: nothing lost, nothing sent a third time, in order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Button, Person, Reply, Tone
from bot.retries import Fate, State, fate
from bot.storage.leases import LEASE
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)
ANA, BEN = Person("t1", "ana"), Person("t2", "ben")
REPLY = Reply("Say **thanks** to K.", tone=Tone.FITS, buttons=(Button("Done", "tips done"),))
DONE = Report(Outcome.DELIVERED)


@pytest.fixture
async def store(either_store: Store) -> Store:
    for person in (ANA, BEN):
        await either_store.addresses.keep(person, _home(person), NOW)
    return either_store


def _home(person: Person) -> Address:
    return Address("slack", person.tenant, person.user)


async def put(store: Store, cause: str, person: Person = ANA, due: datetime = NOW, **more: object) -> bool:
    return await store.outbox.put(person, LetterKind.TIP, REPLY, due, cause=cause, at=NOW, **more)  # type: ignore[arg-type]


async def claim(store: Store, now: datetime = NOW, limit: int = 10, **more: object) -> tuple[Letter, ...]:
    return await store.leases.claim(now, limit, "slack", **more)  # type: ignore[arg-type]


async def settle(store: Store, letter: Letter, report: Report = DONE, now: datetime = NOW) -> Fate:
    after = fate(letter, report, now, Random(1))
    await store.leases.settle(letter, report, after)
    return after


async def test_a_letter_is_claimed_as_it_was_written_and_once(store: Store) -> None:
    await put(store, "tip/1")
    (letter,) = await claim(store)
    assert (letter.person, letter.address, letter.reply) == (ANA, _home(ANA), REPLY)
    assert (letter.kind, letter.due, letter.attempt, letter.unknowns) == (LetterKind.TIP, NOW, 1, 0)
    assert len(letter.id) <= 25
    assert await claim(store) == ()


async def test_two_people_may_have_letters_of_the_same_cause(store: Store) -> None:
    assert await put(store, "tip/1", ANA)
    assert await put(store, "tip/1", BEN)
    assert not await put(store, "tip/1", BEN)
    assert {letter.person for letter in await claim(store)} == {ANA, BEN}


async def test_what_is_not_due_or_for_another_platform_or_held_back_is_left(store: Store) -> None:
    await put(store, "tip/1", due=SOON)
    assert await claim(store) == ()
    assert await store.leases.claim(SOON, 10, "discord") == ()
    assert await claim(store, SOON, held={"t1"}) == ()
    assert len(await claim(store, SOON)) == 1


async def test_letters_of_one_person_go_one_after_the_other_in_the_order_they_are_due(store: Store) -> None:
    for cause, due in (("b", NOW), ("c", NOW), ("a", NOW - timedelta(1))):
        await put(store, cause, due=due)
    sent = []
    for _ in range(3):
        (letter,) = await claim(store)
        assert await claim(store) == ()
        sent.append(letter)
        await settle(store, letter)
    assert [letter.due for letter in sent] == [NOW - timedelta(1), NOW, NOW]
    assert sent[1].id < sent[2].id


async def test_a_letter_that_has_to_wait_holds_back_the_next_one_of_the_same_person_only(store: Store) -> None:
    await put(store, "a")
    await put(store, "b", due=SOON)
    (first,) = await claim(store)
    after = await settle(store, first, Report(Outcome.LATER, wait=90))
    assert after.ready >= NOW + timedelta(seconds=90)
    await put(store, "c", BEN)
    assert [letter.person for letter in await claim(store, SOON)] == [BEN]
    (again,) = await claim(store, after.ready)
    assert (again.id, again.attempt) == (first.id, 2)


async def test_after_an_attempt_that_nobody_settled_a_letter_is_tried_once_more_and_alone(store: Store) -> None:
    await put(store, "a")
    (lost,) = await claim(store)
    later = NOW + LEASE
    assert await store.leases.crashed(NOW) == 0
    assert await store.leases.claim_crashed(NOW, "slack") is None
    assert await claim(store, later) == ()
    assert await store.leases.crashed(later) == 1
    again = await store.leases.claim_crashed(later, "slack")
    assert again is not None
    assert (again.id, again.attempt, again.unknowns) == (lost.id, 2, 1)
    assert await store.leases.claim_crashed(later + LEASE, "slack") is None
    assert [(dead.id, dead.why) for dead in await store.outbox.undelivered(ANA)] == [(lost.id, "unknown")]


async def test_two_unknown_outcomes_end_a_letter(store: Store) -> None:
    await put(store, "a")
    (letter,) = await claim(store)
    after = await settle(store, letter, Report(Outcome.UNKNOWN, why="timeout"))
    (again,) = await claim(store, after.ready)
    assert again.unknowns == 1
    await settle(store, again, Report(Outcome.UNKNOWN, why="timeout"))
    assert await claim(store, NOW + timedelta(days=1)) == ()
    assert [dead.why for dead in await store.outbox.undelivered(ANA)] == ["timeout"]


async def test_a_crash_and_a_timeout_are_two_unknown_outcomes(store: Store) -> None:
    await put(store, "a")
    await claim(store)
    again = await store.leases.claim_crashed(NOW + LEASE, "slack")
    assert again is not None
    after = await settle(store, again, Report(Outcome.UNKNOWN))
    assert after.state is State.DEAD


async def test_who_lost_the_lease_may_only_say_that_it_was_shown(store: Store) -> None:
    await put(store, "a")
    (slow,) = await claim(store)
    later = NOW + LEASE
    await store.leases.claim_crashed(later, "slack")
    await settle(store, slow, Report(Outcome.LATER), later)
    assert await store.leases.crashed(later + LEASE) == 1
    await settle(store, slow, DONE, later)
    assert (await store.outbox.backlog(later)).sending == 0
    assert await store.leases.claim_crashed(later + LEASE, "slack") is None
    assert await store.outbox.undelivered(ANA) == ()


async def test_a_letter_that_is_too_late_is_given_up_and_not_sent(store: Store) -> None:
    await put(store, "a", good_until=NOW + timedelta(hours=6))
    await put(store, "b", BEN, good_until=NOW + timedelta(hours=6))
    late = NOW + timedelta(hours=7)
    assert await claim(store, late, limit=1) == ()
    await store.sweep(late)
    assert [dead.why for dead in await store.outbox.all_undelivered()] == ["too_late", "too_late"]


async def test_a_letter_given_up_can_be_tried_anew(store: Store) -> None:
    await put(store, "a")
    (letter,) = await claim(store)
    await settle(store, letter, Report(Outcome.REFUSED, why="msg_too_long"))
    assert [dead.why for dead in await store.outbox.undelivered(ANA)] == ["msg_too_long"]
    assert await store.outbox.undelivered(BEN) == ()
    assert await store.outbox.replay(SOON, BEN) == 0
    assert await store.outbox.replay(SOON, ANA) == 1
    (again,) = await claim(store, SOON)
    assert (again.id, again.reply, again.attempt) == (letter.id, REPLY, 1)


async def test_a_letter_may_go_to_an_address_of_its_own(store: Store) -> None:
    aside = Address("slack", "t1", "ana", "C-ASIDE")
    await put(store, "a", to=aside)
    stranger = Person("t1", "nobody")
    await put(store, "b", stranger, to=Address("slack", "t1", "nobody"))
    await put(store, "c", Person("t1", "without address"))
    assert {letter.address.user for letter in await claim(store)} == {"ana", "nobody"}
    assert (await store.outbox.backlog(NOW)).waiting == 1


async def test_a_channel_opened_for_a_letter_is_kept_and_failures_are_counted_until_one_arrives(store: Store) -> None:
    await put(store, "a")
    (letter,) = await claim(store)
    after = await settle(store, letter, Report(Outcome.UNREACHABLE, why="50007"))
    assert after.ready == NOW + timedelta(days=1)
    assert await store.addresses.failures(ANA) == 1
    (again,) = await claim(store, after.ready)
    await settle(store, again, Report(Outcome.DELIVERED, channel="D7"), after.ready)
    kept = await store.addresses.of(ANA)
    assert kept == Address("slack", "t1", "ana", "D7")
    assert await store.addresses.failures(ANA) == 0


async def test_release_gives_back_what_was_not_tried_and_abandon_ends_all_leases(store: Store) -> None:
    await put(store, "a")
    letters = await claim(store)
    await store.leases.release(letters, NOW)
    (again,) = await claim(store)
    assert again.attempt == 1
    await store.leases.abandon(NOW)
    assert await store.leases.crashed(NOW) == 1


async def test_a_suspended_tenant_waits_and_is_resumed(store: Store) -> None:
    for cause, person in (("a", ANA), ("b", BEN)):
        await put(store, cause, person)
    hour = NOW + timedelta(hours=1)
    await store.leases.postpone("t1", hour, "token_revoked")
    (of_ben,) = await claim(store)
    assert of_ben.person == BEN
    await store.leases.resume("t1", SOON)
    assert [letter.person for letter in await claim(store, SOON)] == [ANA]


async def test_a_clock_that_ran_ahead_costs_no_letter(store: Store) -> None:
    await put(store, "a")
    ahead = NOW + timedelta(days=30)
    (letter,) = await claim(store, ahead - timedelta(days=24))
    await settle(store, letter, Report(Outcome.LATER), ahead)
    assert await claim(store, SOON) == ()
    await store.leases.realign(SOON, timedelta(days=1))
    assert len(await claim(store, SOON)) == 1


async def test_who_takes_letters_back_gets_none_of_them(store: Store) -> None:
    await put(store, "a")
    await put(store, "b", BEN)
    assert await store.outbox.stop(ANA, (LetterKind.NUDGE,))
    assert await store.outbox.stop(ANA, (LetterKind.TIP,))
    (letter,) = await claim(store)
    assert letter.person == BEN
    assert not await store.outbox.stop(BEN, (LetterKind.TIP,))
    await settle(store, letter)
    assert await store.outbox.stop(BEN, (LetterKind.TIP,))


async def test_letters_go_with_the_person_and_settling_one_that_is_gone_is_nothing(store: Store) -> None:
    await put(store, "a")
    (letter,) = await claim(store)
    await store.forget(ANA, NOW)
    await settle(store, letter)
    await settle(store, letter, Report(Outcome.LATER))
    backlog = await store.outbox.backlog(NOW)
    assert (backlog.waiting, backlog.sending, backlog.dead) == (0, 0, 0)


async def test_the_backlog_counts_what_is_due(store: Store) -> None:
    assert (await store.outbox.backlog(NOW)).oldest_due is None
    await put(store, "a")
    await put(store, "b", due=NOW + timedelta(days=1))
    await put(store, "c", BEN)
    await claim(store, limit=1)
    backlog = await store.outbox.backlog(NOW)
    assert (backlog.waiting, backlog.sending, backlog.dead, backlog.oldest_due) == (1, 1, 0, NOW)


async def test_what_was_settled_a_week_ago_is_swept(store: Store) -> None:
    await put(store, "a")
    (letter,) = await claim(store)
    await settle(store, letter)
    await put(store, "b", due=NOW + timedelta(days=60))
    assert await store.sweep(NOW + timedelta(days=7)) == 0
    assert await store.sweep(NOW + timedelta(days=7, seconds=1)) == 1
    assert len(await claim(store, NOW + timedelta(days=60))) == 1


async def test_many_workers_never_claim_the_same_letter(store: Store) -> None:
    people = [Person("t1", f"p{number}") for number in range(40)]
    for person in people:
        await store.addresses.keep(person, _home(person), NOW)
        await put(store, "a", person)

    async def work() -> list[str]:
        mine = []
        while letters := await claim(store, limit=3):
            for letter in letters:
                mine.append(letter.id)
                await settle(store, letter)
        return mine

    taken = [letter for worker in await asyncio.gather(*(work() for _ in range(4))) for letter in worker]
    assert len(taken) == len(set(taken)) == len(people)


async def test_a_nudge_is_a_push_and_one_that_is_withdrawn_is_none(store: Store) -> None:
    for cause in ("ask/1", "ask/2"):
        await store.outbox.put(ANA, LetterKind.NUDGE, REPLY, SOON, cause=cause, at=NOW)
    assert await store.outbox.withdraw(ANA, "ask/2")
    assert not await store.outbox.withdraw(ANA, "ask/2")
    assert not await store.outbox.withdraw(BEN, "ask/1")
    await claim(store, SOON)
    assert not await store.outbox.withdraw(ANA, "ask/1")
    assert [(pushed.kind, pushed.topic) for pushed in await store.pushes.of(ANA, NOW)] == [("nudge", "ask/1")]


async def test_what_could_not_be_brought_took_no_attention_until_it_was(store: Store) -> None:
    await store.outbox.put(ANA, LetterKind.NUDGE, REPLY, NOW, cause="ask/1", at=NOW)
    (letter,) = await claim(store)
    after = await settle(store, letter, Report(Outcome.UNREACHABLE))
    assert [pushed.counts for pushed in await store.pushes.of(ANA, NOW)] == [False]
    (again,) = await claim(store, after.ready)
    await settle(store, again, DONE, after.ready)
    assert [pushed.counts for pushed in await store.pushes.of(ANA, NOW)] == [True]


async def test_a_letter_that_was_leaving_when_it_was_taken_back_is_not_tried_again(store: Store) -> None:
    await put(store, "a")
    await put(store, "b", BEN)
    letters = await claim(store)
    for person in (ANA, BEN):
        assert not await store.outbox.stop(person, (LetterKind.TIP,))
    later = next(letter for letter in letters if letter.person == ANA)
    after = await settle(store, later, Report(Outcome.LATER))
    assert await claim(store, after.ready) == ()
    assert await store.leases.claim_crashed(NOW + LEASE, "slack") is None
    assert (await store.outbox.backlog(after.ready)).sending == 0
