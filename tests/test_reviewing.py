"""Steps of a turning point are told when they are due: once each, within the attention budget, in place of a tip where there are tips."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bot import wording
from bot.attention import DEFAULT, STOPS, WEEK
from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Room
from bot.retries import Fate, State
from bot.reviewing import AT_ONCE
from bot.reviews import Review, Step, Turn, load
from bot.schedule import WORKDAYS, Schedule, Weekday, next_due
from bot.storage.store import Store
from bot.tipping import NO_TIPS, Tipping
from bot.upkeep import Upkeep
from tests.conftest import Clock

ANA, BEN = Person("slack:T1", "ana"), Person("slack:T1", "ben")
BERLIN = Room(zone="Europe/Berlin")
DONE = Report(Outcome.DELIVERED)


HOURS = (22, 23, 24)
"""Hours after nine in UTC at which the scheduler looks: seven, eight and nine, which are nine in Berlin in summer and winter, and in UTC."""


class Month:
    """A person's days: the scheduler runs in the mornings, and what it writes is taken."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tipping = Tipping(store, NO_TIPS, wording.load(), clock)
        self.letters: list[tuple[datetime, Letter]] = []

    async def pass_(self, days: int) -> None:
        for _ in range(days):
            begins = self._clock()
            for hours in HOURS:
                self._clock.at = begins + timedelta(hours=hours)
                await self.now()

    async def now(self) -> None:
        await self._tipping.step()
        soon = self._clock() + timedelta(minutes=20)  # a popular hour is spread
        if (await self._store.outbox.backlog(soon)).waiting:
            for letter in await self._store.leases.claim(soon, 10, "slack"):
                self.letters.append((self._clock(), letter))
                await self._store.leases.settle(letter, DONE, Fate(State.SENT, self._clock(), ""))

    @property
    def told(self) -> list[int]:
        """The numbers of the steps that were told, in order."""
        return [
            int(button.command.split()[-1])
            for _, letter in self.letters
            for button in letter.reply.buttons
            if button.command.startswith("review done")
        ]


@pytest.fixture
async def coach(judging: Judging, store: Store, clock: Clock) -> Coach:
    await store.addresses.keep(ANA, Address("slack", "T1", "U1"), clock())
    return Coach(judging, store, clock)


@pytest.fixture
def month(store: Store, clock: Clock) -> Month:
    return Month(store, clock)


async def used(coach: Coach, month: Month, days: int) -> None:
    """Days on which every step that is told is done on the same day."""
    for _ in range(days):
        before = len(month.told)
        await month.pass_(1)
        for number in month.told[before:]:
            await coach.hear(ANA, f"review done {number}")


async def test_each_step_comes_once_on_its_day_in_the_morning(coach: Coach, month: Month, clock: Clock) -> None:
    begun = clock().date()
    await coach.hear(ANA, "review promotion", BERLIN)
    await used(coach, month, 70)
    assert month.told == list(range(2, 13))
    days = [step.day for step in load()[Turn.PROMOTION].steps][1:]
    assert [(at.date() - begun).days for at, _ in month.letters] == days
    assert {letter.kind for _, letter in month.letters} == {LetterKind.REMINDER}
    assert {at.hour for at, _ in month.letters} <= {7, 8}  # 9 in Berlin, before and after clocks change


async def test_ignored_steps_are_told_once_each_and_ever_less_often(coach: Coach, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    await month.pass_(100)
    assert len(month.told) == len(set(month.told))
    assert len(month.letters) == STOPS
    assert "last one for now" in month.letters[-1][1].reply.text
    assert any("half as often" in letter.reply.text for _, letter in month.letters)
    gaps = [b - a for (a, _), (b, _) in zip(month.letters, month.letters[1:], strict=False)]
    assert max(gaps[3:]) >= timedelta(days=7)
    assert "Open from before, whenever it suits: 1" in month.letters[0][1].reply.text


async def test_with_tips_a_step_takes_the_place_of_the_tip(
    coach: Coach, store: Store, month: Month, clock: Clock
) -> None:
    weekly = Schedule("Europe/Berlin", frozenset({Weekday.MONDAY}), time(9))
    await store.schedules.keep(ANA, weekly, next_due(weekly, clock()), clock())
    assert "in place of a tip" in (await coach.hear(ANA, "review promotion")).text
    await used(coach, month, 75)
    assert month.told == list(range(2, 13))
    assert {letter.kind for _, letter in month.letters} == {LetterKind.TIP}
    assert {at.weekday() for at, _ in month.letters} == {0}
    assert max(len([b for b in letter.reply.buttons if "done" in b.command]) for _, letter in month.letters) <= AT_ONCE


async def test_the_budget_holds_over_tips_reminders_and_steps(
    coach: Coach, store: Store, month: Month, clock: Clock
) -> None:
    await coach.hear(ANA, "review new-job", BERLIN)
    await coach.hear(ANA, "asked advice from K")
    for _ in range(60):
        await used(coach, month, 1)
        await coach.hear(ANA, "asked advice from K")
        await coach.hear(ANA, "asked K answered")
    pushed = [p.at for p in await store.pushes.of(ANA, clock() - timedelta(days=70)) if p.counts and p.at <= clock()]
    days: list[date] = [at.date() for at in pushed]
    assert len(days) == len(set(days))
    for day in days:
        assert sum(day <= other < day + timedelta(days=WEEK) for other in days) <= DEFAULT.reminders_per_week
    assert set(month.told) == set(range(2, 12))


async def test_who_cannot_be_reached_is_told_when_they_can(
    judging: Judging, store: Store, month: Month, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert "can't write to you by myself" in (await coach.hear(BEN, "review moved")).text
    await month.pass_(10)
    assert month.letters == []
    await store.addresses.keep(BEN, Address("slack", "T1", "U2"), clock())
    await month.pass_(2)
    assert month.told == [2, 3, 4]


async def test_after_a_long_stop_there_is_one_letter_and_no_burst(coach: Coach, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    clock.pass_(days=30)
    await month.now()
    await month.now()
    assert month.told == [2, 3, 4]
    await month.pass_(1)
    assert len(month.letters) == 2


async def test_stopped_is_stopped_also_for_what_waits(coach: Coach, store: Store, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    clock.pass_(days=2)
    await Tipping(store, NO_TIPS, wording.load(), clock).step()
    assert (await store.outbox.backlog(clock())).waiting == 1
    await coach.hear(ANA, "review stop")
    assert (await store.outbox.backlog(clock())).waiting == 0
    await month.pass_(20)
    assert month.letters == []


async def test_a_step_that_was_done_before_its_day_is_not_told(coach: Coach, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    await coach.hear(ANA, "review done 2")
    await coach.hear(ANA, "review skip 3")
    await month.pass_(9)
    assert month.told == [4]


async def test_put_off_it_comes_again_on_its_new_day(coach: Coach, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    await month.pass_(3)
    assert month.told == [2]
    await coach.hear(ANA, "review done 1")
    await coach.hear(ANA, "review later 1 week")
    await month.pass_(6)
    assert month.told == [2]
    await month.pass_(1)
    assert month.told == [2, 2]


async def test_a_clock_that_ran_ahead_loses_no_step(coach: Coach, store: Store, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    right = clock()
    clock.pass_(days=20)
    await coach.hear(ANA, "review later until 2026-04-20")
    await month.now()
    clock.at = right
    await coach.hear(ANA, "review stop")
    await coach.hear(ANA, "review moved", BERLIN)
    await Upkeep(store, clock).realign(clock())
    await month.pass_(4)
    assert month.told == [2]


async def test_tips_on_workdays_leave_room_for_nothing_more(
    coach: Coach, store: Store, month: Month, clock: Clock
) -> None:
    daily = Schedule("UTC", WORKDAYS, time(9))
    await store.schedules.keep(ANA, daily, next_due(daily, clock()), clock())
    await coach.hear(ANA, "review promotion")
    await used(coach, month, 14)
    assert {letter.kind for _, letter in month.letters} == {LetterKind.TIP}
    assert month.told == [2, 3, 4, 5]


async def test_one_that_cannot_be_told_holds_up_no_other(
    coach: Coach, store: Store, month: Month, clock: Clock
) -> None:
    await store.addresses.keep(BEN, Address("slack", "T1", "U2"), clock())
    await coach.hear(BEN, "review promotion", BERLIN)
    await coach.hear(ANA, "review promotion", BERLIN)
    await store.schedules.keep(BEN, Schedule("Mars/Olympus", days=frozenset()), None, clock())
    await month.pass_(3)
    assert [letter.address.user for _, letter in month.letters] == ["U1"]
    async with store.together():
        assert await store.reviews.claim_due(clock(), 9) == ()  # looked at again a day later, not at each look
    await store.schedules.keep(BEN, Schedule("Europe/Berlin", days=frozenset()), None, clock())
    await month.pass_(2)
    assert [letter.address.user for _, letter in month.letters][:2] == ["U1", "U2"]


async def test_a_step_this_version_does_not_know_holds_up_no_other(
    coach: Coach, store: Store, month: Month, clock: Clock
) -> None:
    await store.addresses.keep(BEN, Address("slack", "T1", "U2"), clock())
    gone, known = Step(1, "gone", clock().date()), Step(2, "manager", clock().date())
    await store.reviews.begin(BEN, Review(Turn.PROMOTION, clock().date(), (gone,)), clock(), clock())
    await store.reviews.begin(ANA, Review(Turn.PROMOTION, clock().date(), (gone, known)), clock(), clock())
    await month.pass_(3)
    assert month.told == [2]
    async with store.together():
        assert await store.reviews.claim_due(clock(), 9) == ()


async def test_a_step_that_was_opened_again_comes_on_its_day(coach: Coach, month: Month, clock: Clock) -> None:
    await coach.hear(ANA, "review promotion", BERLIN)
    await coach.hear(ANA, "review done 2")
    await coach.hear(ANA, "review open 2")
    await month.pass_(3)
    assert month.told == [2]
