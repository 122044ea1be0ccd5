"""The worker: everything due is sent, whatever senders and the database do to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from bot.delivery import Delivery, Pace
from bot.letters import Address, Letter, LetterKind, Outcome, Report, Sender
from bot.model import Person, Reply
from bot.storage.leases import LEASE
from bot.storage.store import Store
from tests.conftest import Clock

DONE = Report(Outcome.DELIVERED)
FAST = Pace(at_once=8, a_second=10_000)


@dataclass
class Platform:
    """A platform that writes down what reaches it and answers as it is told."""

    platform: str = "slack"
    answer: Callable[[Letter], Awaitable[Report]] | None = None
    got: list[Letter] = field(default_factory=list)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, letter: Letter) -> Report:
        self.got.append(letter)
        self.stirred.set()
        return await self.answer(letter) if self.answer else DONE

    async def until(self, letters: int) -> None:
        async with asyncio.timeout(20):
            while len(self.got) < letters:
                self.stirred.clear()
                await self.stirred.wait()


async def put(store: Store, clock: Clock, *users: str, tenant: str = "t1", platform: str = "slack") -> None:
    for user in users:
        person = Person(tenant, user)
        await store.addresses.keep(person, Address(platform, tenant, user), clock())
        await store.outbox.put(person, LetterKind.TIP, Reply(user), clock(), cause=f"tip/{user}", at=clock())


@asynccontextmanager
async def delivering(store: Store, clock: Clock, *senders: Sender, pace: Pace = FAST) -> AsyncIterator[Delivery]:
    delivery = Delivery(store, {sender.platform: sender for sender in senders}, clock, Random(1), pace)
    task = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await delivery.drain(within=5)


async def settled(store: Store, clock: Clock, dead: int = 0) -> None:
    """Waits until nothing is on its way and so many letters were given up."""
    async with asyncio.timeout(20):
        while True:
            backlog = await store.outbox.backlog(clock())
            if (backlog.waiting, backlog.sending, backlog.dead) == (0, 0, dead):
                return
            await asyncio.sleep(0.01)


async def test_everything_due_is_sent_once_and_its_words_are_wiped(store: Store, clock: Clock) -> None:
    users = [f"u{number}" for number in range(50)]
    await put(store, clock, *users)
    platform = Platform()
    async with delivering(store, clock, platform):
        await settled(store, clock)
    assert sorted(letter.person.user for letter in platform.got) == sorted(users)
    async with store.together() as connection:
        kept = await connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL")
        assert kept.scalar() == 0


async def test_what_is_put_later_is_sent_when_the_worker_is_woken(store: Store, clock: Clock) -> None:
    platform = Platform()
    async with delivering(store, clock, platform) as delivery:
        await put(store, clock, "late")
        delivery.wake()
        await platform.until(1)


async def test_a_platform_that_hangs_holds_up_no_other(store: Store, clock: Clock) -> None:
    stuck = asyncio.Event()

    async def hang(_: Letter) -> Report:
        await stuck.wait()
        return DONE

    slow, quick = Platform("slack", hang), Platform("discord")
    await put(store, clock, *(f"s{n}" for n in range(20)))
    await put(store, clock, *(f"d{n}" for n in range(20)), tenant="t2", platform="discord")
    async with delivering(store, clock, slow, quick):
        await quick.until(20)
        stuck.set()
        await settled(store, clock)


@pytest.mark.parametrize("error", [RuntimeError("secret words"), RecursionError(), MemoryError(), KeyError("x")])
async def test_one_letter_that_breaks_its_sender_is_quarantined_and_the_others_go_on(
    store: Store, clock: Clock, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_(letter: Letter) -> Report:
        if letter.person.user == "poison":
            raise error
        return DONE

    platform = Platform(answer=break_)
    await put(store, clock, "poison", *(f"u{number}" for number in range(30)))
    async with delivering(store, clock, platform):
        await platform.until(31)
        clock.pass_(minutes=2)
        await settled(store, clock, dead=1)
    (given_up,) = await store.outbox.undelivered(Person("t1", "poison"))
    assert given_up.why == type(error).__name__
    assert [letter.attempt for letter in platform.got if letter.person.user == "poison"] == [1, 2]
    assert "secret words" not in caplog.text


async def test_what_crashed_a_worker_is_sent_alone(store: Store, clock: Clock) -> None:
    await put(store, clock, "a", "b", "c")
    assert len(await store.leases.claim(clock(), 3, "slack")) == 3
    clock.pass_(seconds=LEASE.total_seconds())
    flying, most = 0, 0

    async def count(letter: Letter) -> Report:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.2)  # long enough for another to begin beside it
        flying -= 1
        return DONE

    platform = Platform(answer=count)
    async with delivering(store, clock, platform):
        await settled(store, clock)
    assert (len(platform.got), most) == (3, 1)


async def test_a_jump_of_the_clock_sends_nothing_twice_that_is_on_its_way(store: Store, clock: Clock) -> None:
    gate = asyncio.Event()

    async def wait(_: Letter) -> Report:
        await gate.wait()
        return DONE

    platform = Platform(answer=wait)
    await put(store, clock, "a")
    async with delivering(store, clock, platform) as delivery:
        await platform.until(1)
        clock.pass_(hours=1)
        delivery.look_again()
        await put(store, clock, "b")
        delivery.wake()
        await asyncio.sleep(0.05)
        gate.set()
        await settled(store, clock)
    assert [letter.person.user for letter in platform.got] == ["a", "b"]


async def test_when_the_platform_asks_to_wait_the_whole_workspace_waits_and_others_go_on(
    store: Store, clock: Clock
) -> None:
    async def limited(letter: Letter) -> Report:
        return Report(Outcome.LATER, wait=30) if letter.person.tenant == "t1" and len(platform.got) < 5 else DONE

    platform = Platform(answer=limited)
    await put(store, clock, "a", "b", "c")
    await put(store, clock, "x", "y", "z", tenant="t2")
    async with delivering(store, clock, platform, pace=Pace(at_once=1, a_second=1000)) as delivery:
        await platform.until(4)
        assert [letter.person.tenant for letter in platform.got] == ["t1", "t2", "t2", "t2"]
        clock.pass_(seconds=61)
        delivery.wake()
        await settled(store, clock)
    assert len(platform.got) == 7


async def test_when_everybody_has_to_wait_nothing_is_sent(store: Store, clock: Clock) -> None:
    async def limited(_: Letter) -> Report:
        return Report(Outcome.LATER, wait=600, whole_platform=True) if len(platform.got) == 1 else DONE

    platform = Platform(answer=limited)
    await put(store, clock, "a")
    await put(store, clock, "b", tenant="t2")
    async with delivering(store, clock, platform, pace=Pace(at_once=1, a_second=1000)) as delivery:
        await platform.until(1)
        clock.pass_(seconds=599)
        delivery.wake()
        await asyncio.sleep(0.05)
        assert len(platform.got) == 1
        clock.pass_(seconds=2)
        delivery.wake()
        await settled(store, clock)


async def test_a_suspended_workspace_costs_one_call_and_is_resumed(store: Store, clock: Clock) -> None:
    revoked = True

    async def answer(letter: Letter) -> Report:
        return Report(Outcome.SUSPENDED, why="token_revoked") if revoked and letter.person.tenant == "t1" else DONE

    platform = Platform(answer=answer)
    await put(store, clock, "a", "b", "c")
    await put(store, clock, "x", "y", tenant="t2")
    async with delivering(store, clock, platform, pace=Pace(at_once=1, a_second=1000)) as delivery:
        await platform.until(3)
        await put(store, clock, "d")
        delivery.wake()
        await asyncio.sleep(0.05)
        assert [letter.person.tenant for letter in platform.got] == ["t1", "t2", "t2"]
        revoked = False
        await delivery.resume("t1")
        await settled(store, clock)
    assert len(platform.got) == 7


async def test_no_more_are_started_in_a_second_than_the_pace_allows(store: Store, clock: Clock) -> None:
    platform = Platform()
    await put(store, clock, *(f"u{number}" for number in range(30)))
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with delivering(store, clock, platform, pace=Pace(at_once=30, a_second=20)):
        await settled(store, clock)
    assert 20 + (loop.time() - began) * 20 + 1 >= 30


async def test_drain_lets_what_is_on_its_way_arrive_and_parks_what_hangs(store: Store, clock: Clock) -> None:
    never = asyncio.Event()

    async def answer(letter: Letter) -> Report:
        if letter.person.user == "hangs":
            await never.wait()
        await asyncio.sleep(0.05)
        return DONE

    platform = Platform(answer=answer)
    await put(store, clock, "hangs", "arrives")
    delivery = Delivery(store, {"slack": platform}, clock, Random(1), FAST)
    task = asyncio.create_task(delivery.run())
    await platform.until(2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await delivery.drain(within=0.5)
    backlog = await store.outbox.backlog(clock())
    assert (backlog.waiting, backlog.sending) == (1, 0)
    (again,) = await store.leases.claim(clock() + timedelta(minutes=1), 5, "slack")
    assert (again.person.user, again.unknowns) == ("hangs", 1)


async def test_a_stop_at_any_moment_leaves_no_letter_half_sent(store: Store, clock: Clock) -> None:
    platform = Platform()
    await put(store, clock, *(f"u{number}" for number in range(60)))
    for steps in range(1, 31):
        delivery = Delivery(store, {"slack": platform}, clock, Random(1), Pace(2, 10_000))
        task = asyncio.create_task(delivery.run())
        for _ in range(steps * 3):
            await asyncio.sleep(0)
        await asyncio.sleep(steps / 2000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await delivery.drain(within=5)
        assert (await store.outbox.backlog(clock())).sending == 0
    async with delivering(store, clock, platform):
        await settled(store, clock)
    assert len(platform.got) == len({letter.id for letter in platform.got}) == 60


async def test_a_channel_that_was_opened_is_used_the_next_time(store: Store, clock: Clock) -> None:
    async def opened(_: Letter) -> Report:
        return Report(Outcome.DELIVERED, channel="D9")

    platform = Platform(answer=opened)
    await put(store, clock, "a")
    async with delivering(store, clock, platform):
        await settled(store, clock)
    assert await store.addresses.of(Person("t1", "a")) == Address("slack", "t1", "a", "D9")
