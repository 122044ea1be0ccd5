"""Contract: polls with their votes, what is turned down, and what was dismissed, on every engine."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.insights import Because, Dismissed, Seen
from bot.letters import Address, LetterKind, Outcome, Report
from bot.model import Case, Fit, Network, Person, Reason, Reply, Verdict
from bot.polls import Choice, Posed, Tally
from bot.retries import Fate, State
from bot.storage.polls import polls, votes
from bot.storage.store import Store
from tests.conftest import Clock

TENANT, ROOM = "slack:T1", "C1"
ADMIN = Person(TENANT, "admin")
PEOPLE = [Person(TENANT, f"U{number}") for number in range(12)]
CHANNEL = Address("slack", "T1", "", "C1")
POSED = Posed("CANARY words of a case", "A title", network=Network.SLACK)
DAY = timedelta(days=1)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def opened(store: Store, now: datetime, lasts: timedelta = DAY) -> int:
    owner = await store.polls.owner(ADMIN, ROOM, now, admin=True)
    assert owner is not None
    return await store.polls.open(TENANT, owner, ROOM, POSED, CHANNEL, now, now + lasts)


async def test_one_vote_each_changed_as_often_as_one_likes_also_all_at_once(store: Store, clock: Clock) -> None:
    poll = await opened(store, clock())
    cast = [(person, choice) for person in PEOPLE[:6] for choice in (Choice.FINE, Choice.BORDERLINE)]
    await asyncio.gather(*(store.polls.vote(who, ROOM, poll, what, clock()) for who, what in cast))
    for person in PEOPLE[:6]:
        await store.polls.vote(person, ROOM, poll, Choice.FOUL, clock())
    assert await store.polls.voters(poll) == 6
    clock.pass_(days=1)
    [ended] = await store.polls.close_due(clock(), 10)
    assert ended.poll.tally == Tally(0, 0, 6)
    assert (ended.poll.posed, ended.address, ended.tenant) == (POSED, CHANNEL, TENANT)
    assert await store.polls.close_due(clock(), 10) == ()


@pytest.mark.parametrize(("voters", "shown"), [(4, None), (5, Tally(5, 0, 0))])
async def test_of_fewer_than_five_votes_no_figure_is_kept_and_of_none_who_cast_it(
    store: Store, clock: Clock, voters: int, shown: Tally | None
) -> None:
    poll = await opened(store, clock())
    for person in PEOPLE[:voters]:
        await store.polls.vote(person, ROOM, poll, Choice.FINE, clock())
    clock.pass_(days=1)
    await store.polls.close_due(clock(), 10)
    found = await store.polls.find(TENANT, ROOM, poll)
    assert found is not None
    assert (found.tally, found.is_open) == (shown, False)
    async with store.together() as connection:
        assert (await connection.execute(select(votes))).all() == []
        [row] = (await connection.execute(select(polls))).all()
    assert row.salt is None
    assert (row.fine is None) == (shown is None)


async def test_nobody_votes_late_elsewhere_or_in_another_workspace(store: Store, clock: Clock) -> None:
    poll = await opened(store, clock())
    ana = PEOPLE[0]
    assert await store.polls.vote(ana, "C2", poll, Choice.FINE, clock()) is None
    assert await store.polls.vote(Person("slack:T2", "U0"), ROOM, poll, Choice.FINE, clock()) is None
    assert await store.polls.find("slack:T2", ROOM, poll) is None
    assert await store.polls.close_early(TENANT, ROOM, poll, clock())
    assert await store.polls.vote(ana, ROOM, poll, Choice.FINE, clock()) is None
    assert not await store.polls.close_early(TENANT, ROOM, poll, clock())


async def test_votes_of_one_person_in_two_polls_have_nothing_in_common_and_can_be_taken_back(
    store: Store, clock: Clock
) -> None:
    first, second = await opened(store, clock()), await opened(store, clock())
    for poll in (first, second):
        await store.polls.vote(PEOPLE[0], ROOM, poll, Choice.FOUL, clock())
    async with store.together() as connection:
        kept = (await connection.execute(select(votes.c.voter))).scalars().all()
    assert len(set(kept)) == 2
    assert await store.polls.votes_of(PEOPLE[0]) == ((first, Choice.FOUL), (second, Choice.FOUL))
    assert (await store.held(PEOPLE[0]))["votes"] == (f"poll {first}: foul", f"poll {second}: foul")
    assert await store.forget(PEOPLE[0], clock()) == 2
    assert await store.polls.voters(first) == 0


async def test_of_two_processes_one_closes_a_poll(store: Store, clock: Clock) -> None:
    for _ in range(6):
        await opened(store, clock())
    clock.pass_(days=1)
    ended = await asyncio.gather(*(store.polls.close_due(clock(), 4) for _ in range(4)))
    numbers = [one.poll.number for batch in ended for one in batch]
    assert len(numbers) == len(set(numbers))
    assert len(numbers) + len(await store.polls.close_due(clock(), 10)) == 6


async def test_where_a_poll_was_posted_is_kept_with_the_letter_and_moves_no_address(store: Store, clock: Clock) -> None:
    channel = Person(TENANT, "#C1")
    await store.addresses.keep(channel, CHANNEL, clock())
    poll = await opened(store, clock())
    await store.outbox.put(
        channel, LetterKind.POLL, Reply("Hm?"), clock(), cause=f"poll/{poll}", at=clock(), to=CHANNEL
    )
    [letter] = await store.leases.claim(clock(), 5, "slack")
    report = Report(Outcome.DELIVERED, channel="C1", message="17.5")
    await store.leases.settle(letter, report, Fate(State.SENT, clock()))
    assert await store.addresses.of(channel) == CHANNEL
    clock.pass_(days=1)
    [ended] = await store.polls.close_due(clock(), 10)
    assert ended.address == replace(CHANNEL, message="17.5")


async def test_members_ask_with_leave_on_behalf_of_who_gave_it(store: Store, clock: Clock) -> None:
    member, now = PEOPLE[0], clock()
    assert await store.polls.owner(member, ROOM, now, admin=False) is None
    await store.polls.let(ADMIN, ROOM, now, members=True)
    given = await store.polls.owner(member, ROOM, now, admin=False)
    assert given == await store.polls.owner(ADMIN, ROOM, now, admin=True)
    assert await store.polls.owner(member, "C2", now, admin=False) is None
    await store.polls.let(ADMIN, ROOM, now, members=False)
    assert await store.polls.owner(member, ROOM, now, admin=False) is None


async def test_what_a_community_turns_down_is_its_own(store: Store, clock: Clock) -> None:
    for _ in range(2):
        await store.turned_down.turn(ADMIN, "", Reason.BIG_ASK, clock(), down=True)
    assert await store.turned_down.of(TENANT, "") == {Reason.BIG_ASK}
    assert await store.turned_down.of("slack:T2", "") == frozenset()
    assert await store.turned_down.of(TENANT, "S1/") == frozenset()
    await store.turned_down.turn(ADMIN, "", Reason.BIG_ASK, clock(), down=False)
    assert await store.turned_down.of(TENANT, "") == frozenset()


async def test_a_dismissal_is_of_the_last_verdict_once_and_goes_with_it(store: Store, clock: Clock) -> None:
    ana, place, now = PEOPLE[0], f"{TENANT}/", clock()
    assert await store.dismissals.dismiss(ana, Because.MISREAD, now, DAY) == ""
    verdict = Verdict(Fit.ADJUST, (Reason.BIG_ASK, Reason.PRESSURE), (), 0.8, ())
    await store.verdicts.record(ana, Case("x"), verdict, now, trend="better", place=place)
    for because in (Because.MISREAD, Because.FINE_HERE):
        assert await store.dismissals.dismiss(ana, because, now, DAY) == "big_ask"
    [kept] = await store.dismissals.at(place, now - DAY, now + DAY)
    [seen] = await store.verdicts.at(place, now - DAY, now + DAY)
    assert kept == Dismissed(seen.person, "big_ask", "fine-here")
    assert seen == Seen(seen.person, "better", ("big_ask", "pressure"))
    assert await store.dismissals.at("slack:T2/", now - DAY, now + DAY) == ()
    await store.verdicts.record(
        ana, Case("y"), Verdict(Fit.FITS, (Reason.NONE,), (), 0.8, ()), now + timedelta(hours=1)
    )
    assert await store.dismissals.dismiss(ana, Because.MISREAD, now + timedelta(hours=2), DAY) == ""
    await store.sweep(now + timedelta(days=31))
    assert await store.dismissals.at(place, now - DAY, now + DAY) == ()
