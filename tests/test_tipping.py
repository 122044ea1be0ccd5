"""The scheduler: what becomes of everybody's due tip, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot import wording
from bot.letters import Address, Letter, LetterKind
from bot.model import Case, Fit, Network, Person, Purpose, Reason, Reply, Verdict
from bot.schedule import QuietHours, Schedule, Weekday, next_due
from bot.storage.pushes import Pushed, Use
from bot.storage.store import Store
from bot.tipping import BATCH, Chosen, Facts, Tipping, good_until
from tests.conftest import Clock

ANA = Person("t1", "ana")
DAILY = Schedule("Europe/Berlin", frozenset(Weekday), time(9), quiet=None)
EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Nine o'clock in Berlin, on a Monday."""


class Numbered:
    """A book that gives tip after tip and remembers for whom."""

    def __init__(self) -> None:
        self.facts: list[Facts] = []

    def choose(self, facts: Facts, now: datetime) -> Chosen | None:
        self.facts.append(facts)
        return self.explain(f"tip-{len(facts.shown)}", facts)

    def explain(self, tip: str, facts: Facts) -> Chosen:
        return Chosen(tip, f"words of {tip}", "Do it.", "because", "evidence", "source")


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


@pytest.fixture
def book() -> Numbered:
    return Numbered()


@pytest.fixture
def tipping(store: Store, book: Numbered, clock: Clock) -> Tipping:
    clock.at = EIGHT
    return Tipping(store, book, wording.load(), clock)


async def want(store: Store, person: Person = ANA, schedule: Schedule = DAILY, **more: bool) -> None:
    await store.addresses.keep(person, Address("slack", person.tenant, person.user), EIGHT)
    due = next_due(schedule, EIGHT - timedelta(seconds=1))
    await store.schedules.keep(person, schedule, due, EIGHT, **more)


async def letters(store: Store, now: datetime) -> tuple[Letter, ...]:
    return await store.leases.claim(now, 100, "slack")


async def decided(store: Store, person: Person = ANA) -> list[tuple[str, str]]:
    return [(one.topic, one.skipped) for one in await store.pushes.of(person, EIGHT - timedelta(days=99))]


async def next_of(store: Store, person: Person = ANA) -> datetime | None:
    kept = await store.schedules.of(person)
    assert kept is not None
    return kept.next_due


async def test_who_is_due_gets_a_tip_with_its_buttons_and_the_next_day(
    store: Store, tipping: Tipping, clock: Clock
) -> None:
    await want(store)
    assert await tipping.step() == 1
    assert await tipping.step() == 0
    (letter,) = await letters(store, EIGHT + timedelta(minutes=15))
    assert letter.kind is LetterKind.TIP
    assert letter.person == ANA
    assert EIGHT <= letter.due < EIGHT + timedelta(minutes=15)
    assert "words of tip-0" in letter.reply.text
    assert "Do it." in letter.reply.text
    commands = [button.command for button in letter.reply.buttons]
    assert commands == ["tips done tip-0", "tips snooze tip-0", "tips why tip-0", "tips off"]
    assert letter.reply.private
    assert await next_of(store) == EIGHT + timedelta(days=1)
    assert await decided(store) == [("tip-0", "")]


async def test_a_popular_hour_is_spread(store: Store, tipping: Tipping) -> None:
    for number in range(40):
        await want(store, Person("t1", f"u{number}"))
    await tipping.step()
    dues = {letter.due for letter in await letters(store, EIGHT + timedelta(minutes=15))}
    assert len(dues) > 30


async def test_what_is_late_is_sent_within_six_hours_and_else_skipped_for_a_reason(
    store: Store, tipping: Tipping, clock: Clock
) -> None:
    await want(store)
    clock.at = EIGHT + timedelta(hours=5, minutes=59)
    await tipping.step()
    assert await decided(store) == [("tip-0", "")]
    clock.at = EIGHT + timedelta(days=1, hours=6, minutes=1)
    await tipping.step()
    assert await decided(store) == [("tip-0", ""), ("", "too_late")]
    assert await next_of(store) == EIGHT + timedelta(days=2)


async def test_after_weeks_of_standing_still_there_is_one_tip_at_most(
    store: Store, tipping: Tipping, clock: Clock
) -> None:
    await want(store)
    clock.at = EIGHT + timedelta(days=30, hours=1)
    assert [await tipping.step() for _ in range(3)] == [1, 0, 0]
    assert await decided(store) == [("tip-0", "")]
    clock.at = EIGHT + timedelta(days=60, hours=9)
    await tipping.step()
    assert await decided(store) == [("tip-0", ""), ("", "too_late")]


async def test_a_tip_that_waits_in_the_outbox_ends_with_its_day_and_before_quiet_hours() -> None:
    assert good_until(EIGHT, DAILY) == EIGHT + timedelta(hours=6)
    quiet = replace(DAILY, quiet=QuietHours(time(12), time(13)))
    assert good_until(EIGHT, quiet) == EIGHT + timedelta(hours=3) - timedelta(seconds=1)
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    assert good_until(late, DAILY) == datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)


async def test_three_ignored_halve_the_pace_and_it_is_said_once(store: Store, tipping: Tipping, clock: Clock) -> None:
    await want(store)
    said = []
    for day in range(7):
        clock.at = EIGHT + timedelta(days=day)
        await tipping.step()
        for letter in await letters(store, clock.at + timedelta(minutes=15)):
            said.append((day, "half as often" in letter.reply.text))
            await store.leases.release([letter], clock.at)
            await store.outbox.stop(ANA, (LetterKind.TIP,))
    assert said == [(0, False), (1, False), (2, False), (4, True), (6, False)]
    assert [skipped for _, skipped in await decided(store) if skipped] == ["backing_off", "backing_off"]


async def test_a_nudge_on_the_same_day_is_the_days_share(store: Store, tipping: Tipping) -> None:
    await want(store)
    await store.outbox.put(ANA, LetterKind.NUDGE, Reply("hm"), EIGHT, cause="ask/1", at=EIGHT)
    await tipping.step()
    assert ("", "day_full") in await decided(store)


async def test_who_could_not_be_reached_on_three_days_is_left_alone_until_they_come(
    store: Store, tipping: Tipping, clock: Clock
) -> None:
    await want(store)
    for day in range(3):
        clock.at = EIGHT + timedelta(days=day)
        await tipping.step()
        async with store.together() as connection:
            (one,) = [p.person_id for p in await store.schedules.claim_due(EIGHT + timedelta(days=9), 9)]
            await store.addresses.failed(connection, one)
    clock.at = EIGHT + timedelta(days=3)
    await tipping.step()
    assert (await decided(store))[-1] == ("", "unreachable")
    await store.addresses.keep(ANA, Address("slack", "t1", "ana"), clock())
    clock.at = EIGHT + timedelta(days=4)
    await store.pushes.use(ANA, clock(), Use.DONE)
    await tipping.step()
    assert (await decided(store))[-1] == ("tip-3", "")


async def test_what_was_put_off_comes_again_in_place_of_the_next(store: Store, tipping: Tipping, clock: Clock) -> None:
    await want(store)
    await tipping.step()
    await store.pushes.use(ANA, EIGHT + timedelta(hours=1), Use.SNOOZED)
    clock.at = EIGHT + timedelta(days=1)
    await tipping.step()
    clock.at = EIGHT + timedelta(days=2)
    await tipping.step()
    assert await decided(store) == [("tip-0", ""), ("tip-0", ""), ("tip-2", "")]


async def test_the_book_is_told_what_is_known_and_nothing_of_others(
    store: Store, tipping: Tipping, book: Numbered
) -> None:
    await want(store)
    await want(store, Person("t1", "other"))
    await store.purposes.state(ANA, None, (Purpose.BRAND,), EIGHT)
    await store.pushes.record(ANA, Pushed("tip", "old", EIGHT - timedelta(days=2)))
    verdict = Verdict(Fit.ADJUST, (Reason.TOO_SOON,), (), 0.8, ())
    await store.verdicts.record(ANA, Case("x", Network.X), verdict, EIGHT - timedelta(days=1))
    await tipping.step()
    mine, other = sorted(book.facts, key=lambda facts: -len(facts.judged))
    assert [one.reasons for one in mine.judged] == [("too_soon",)]
    assert (tuple(mine.purposes), tuple(mine.shown)) == ((Purpose.BRAND,), ("old",))
    assert (tuple(other.judged), tuple(other.purposes), tuple(other.shown)) == ((), (), ())


async def test_the_first_tip_of_a_week_says_how_the_last_one_went(store: Store, tipping: Tipping, clock: Clock) -> None:
    await want(store)
    verdict = Verdict(Fit.FITS, (Reason.NONE,), (), 0.8, ())
    for hours in (1, 2, 3):
        await store.verdicts.record(ANA, Case("x"), verdict, EIGHT - timedelta(hours=hours))
    texts = []
    for day in range(2):
        clock.at = EIGHT + timedelta(days=day)
        await tipping.step()
        (letter,) = await letters(store, clock.at + timedelta(minutes=15))
        texts.append(letter.reply.text)
        await store.outbox.stop(ANA, ())
        await store.leases.release([letter], clock.at)
        await store.outbox.stop(ANA, (LetterKind.TIP,))
    assert "you checked 3 drafts, and 3 of them fitted" in texts[0]
    assert "you checked" not in texts[1]


async def test_a_channel_gets_its_tip_in_public_with_ways_out_and_is_never_written_to_less(
    store: Store, tipping: Tipping, clock: Clock
) -> None:
    channel = Person("t1", "#C1")
    await store.addresses.keep(channel, Address("slack", "t1", "", "C1"), EIGHT)
    weekly = replace(DAILY, days=frozenset({Weekday.MONDAY}))
    await store.schedules.keep(channel, weekly, EIGHT, EIGHT, is_channel=True)
    for week in range(6):
        clock.at = EIGHT + timedelta(weeks=week)
        await tipping.step()
        (letter,) = await letters(store, clock.at + timedelta(minutes=15))
        assert not letter.reply.private
        ways = [f"tips why tip-{week}", "tips here pause 2 weeks", "tips here off"]
        assert [button.command for button in letter.reply.buttons] == ways
        assert letter.address.channel == "C1"
        await store.leases.release([letter], clock.at)
        await store.outbox.stop(channel, (LetterKind.TIP,))
    assert [skipped for _, skipped in await decided(store, channel)] == [""] * 6


async def test_a_zone_that_is_gone_stops_nobody_else(store: Store, tipping: Tipping) -> None:
    await want(store, Person("t1", "other"))
    await store.schedules.keep(ANA, replace(DAILY, zone="Mars/Olympus"), EIGHT, EIGHT)
    assert await tipping.step() == 2
    assert await decided(store) == [("", "no_zone")]
    assert await decided(store, Person("t1", "other")) == [("tip-0", "")]


async def test_a_tip_that_cannot_be_written_stops_nobody_else(store: Store, clock: Clock) -> None:
    class Torn(Numbered):
        def choose(self, facts: Facts, now: datetime) -> Chosen | None:
            if facts.purposes:
                raise RuntimeError("torn")
            return super().choose(facts, now)

    clock.at = EIGHT
    await want(store)
    await want(store, Person("t1", "other"))
    await store.purposes.state(ANA, None, (Purpose.BRAND,), EIGHT)
    assert await Tipping(store, Torn(), wording.load(), clock).step() == 2
    assert await decided(store) == [("", "failed")]
    assert await decided(store, Person("t1", "other")) == [("tip-0", "")]


async def test_many_are_written_batch_by_batch_once_each(store: Store, tipping: Tipping) -> None:
    async with store.together():
        for number in range(BATCH + 20):
            await want(store, Person("t1", f"u{number}"))
    assert [await tipping.step() for _ in range(3)] == [BATCH, 20, 0]
    assert (await store.outbox.backlog(EIGHT + timedelta(hours=1))).waiting == BATCH + 20
