"""What the ledger, mutes, remarks and served purposes must do on either engine."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.ledger import Outcome, Step
from bot.model import Case, Entry, EntryKind, Fit, Network, Person, Purpose, Reason, Verdict
from bot.storage import StoreError
from bot.storage.mutes import OptOut
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = Person("t1", "ana"), Person("t1", "ben")
OTHER_ANA = Person("t2", "ana")
HELP, THANKS = Entry(EntryKind.ASKED, "help", NOW), Entry(EntryKind.GAVE, "thanks", NOW)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def test_entries_are_numbered_by_person_and_no_number_comes_twice(store: Store) -> None:
    assert [e.number for e in await store.ledger.record(ANA, HELP, THANKS)] == [1, 2]
    assert [e.number for e in await store.ledger.record(BEN, HELP)] == [1]
    await store.ledger.take_back(ANA)
    assert [e.number for e in await store.ledger.record(ANA, HELP)] == [3]


async def test_an_event_counts_once_by_person_and_side(store: Store) -> None:
    assert len(await store.notes.note(ANA, (HELP, THANKS), "m1")) == 2
    assert await store.notes.note(ANA, (HELP, THANKS), "m1") == ()
    assert len(await store.notes.note(BEN, (HELP,), "m1")) == 1
    assert len(await store.notes.note(OTHER_ANA, (HELP,), "m1")) == 1
    assert (await store.ledger.balance(ANA, NOW)).phrase == "asked 1, gave 1 in the last 30 days"


async def test_events_at_once_out_of_order_and_twice_are_each_counted_once(store: Store) -> None:
    events = [f"m{number % 10}" for number in (*range(30), *reversed(range(30)))]
    await asyncio.gather(*(store.notes.note(ANA, (HELP,), event) for event in events))
    asks = await store.ledger.asks(ANA, Outcome.OPEN)
    assert len(asks) == 10
    assert len({ask.number for ask in asks}) == 10


async def test_one_note_that_cannot_be_written_takes_no_other_with_it(store: Store) -> None:
    bad = Entry(EntryKind.ASKED, "help", NOW, None)  # type: ignore[arg-type]
    notes = [store.notes.note(ANA, (bad if n == 3 else HELP,), f"m{n}") for n in range(6)]
    results = await asyncio.gather(*notes, return_exceptions=True)
    assert [isinstance(result, StoreError) for result in results] == [n == 3 for n in range(6)]
    assert sorted(entry.number for result in results if isinstance(result, tuple) for entry in result) == [
        1,
        2,
        3,
        4,
        5,
    ]


async def test_a_note_within_a_transaction_is_part_of_it(store: Store) -> None:
    async def fail_midway() -> None:
        async with store.together():
            assert len(await store.notes.note(ANA, (HELP,), "m1")) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_midway()
    assert len(await store.notes.note(ANA, (HELP,), "m1")) == 1


async def test_notes_and_entries_by_command_share_their_numbers(store: Store) -> None:
    both = [store.notes.note(ANA, (HELP, THANKS), f"m{n}") for n in range(10)]
    both += [store.ledger.record(ANA, HELP) for _ in range(10)]
    kept = [entry.number for entries in await asyncio.gather(*both) for entry in entries]
    assert sorted(kept) == list(range(1, 31))


async def test_of_who_opted_out_nothing_is_noted(store: Store) -> None:
    await store.mutes.opt_out(ANA, NOW)
    found = await asyncio.gather(*(store.notes.note(person, (HELP,), "m1") for person in (ANA, BEN, OTHER_ANA)))
    assert [len(entries) for entries in found] == [0, 1, 1]


async def test_the_balance_counts_thirty_days_by_kind_and_no_future(store: Store) -> None:
    for days in (31, 30, 0, -1):
        await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW - timedelta(days=days)))
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "praise", NOW), HELP)
    balance = await store.ledger.balance(ANA, NOW)
    assert (balance.gave, balance.asked) == (3, 1)
    assert balance.of(EntryKind.GAVE) == (("help", 2), ("praise", 1))
    assert (await store.ledger.balance(BEN, NOW)).phrase == ""


async def test_the_latest_are_the_newest_oldest_first(store: Store) -> None:
    for days in (2, 0, 1):
        await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW - timedelta(days=days)))
    assert [e.number for e in await store.ledger.latest(ANA, NOW - timedelta(days=9), 2)] == [3, 2]


async def test_an_ask_keeps_what_became_of_it(store: Store) -> None:
    await store.ledger.record(ANA, Entry(EntryKind.ASKED, "advice", NOW, "K"))
    ask = await store.ledger.ask(ANA, 1)
    assert ask is not None
    changed = ask.after(Step.THANKED, NOW + timedelta(days=1))
    await store.ledger.change(ANA, changed)
    assert await store.ledger.ask(ANA, 1) == changed
    assert await store.ledger.asks(ANA, Outcome.ANSWERED) == (changed,)
    assert await store.ledger.asks(ANA, Outcome.OPEN) == ()
    assert await store.ledger.ask(BEN, 1) is None


async def test_a_give_is_no_ask(store: Store) -> None:
    await store.ledger.record(ANA, THANKS)
    assert await store.ledger.ask(ANA, 1) is None


async def test_the_last_entry_is_taken_back_with_all_of_its_event(store: Store) -> None:
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW))
    await store.ledger.record(ANA, HELP, THANKS, event="sent/1")
    assert [e.number for e in await store.ledger.take_back(ANA)] == [2, 3]
    assert [e.number for e in await store.ledger.take_back(ANA)] == [1]
    assert await store.ledger.take_back(ANA) == ()


async def test_thanks_that_are_taken_back_are_owed_again(store: Store) -> None:
    await store.ledger.record(ANA, HELP)
    later = NOW + timedelta(hours=1)
    ask = await store.ledger.ask(ANA, 1)
    assert ask is not None
    await store.ledger.change(ANA, ask.after(Step.TOLD, NOW).after(Step.THANKED, later))
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "thanks", later))
    await store.ledger.take_back(ANA)
    (again,) = await store.ledger.asks(ANA, Outcome.ANSWERED)
    assert again.thanked_at is None
    assert again.told_at == NOW


async def test_a_mute_holds_until_its_time_or_until_it_is_lifted(store: Store) -> None:
    await store.mutes.mute(ANA, "nudges", NOW + timedelta(days=1), NOW)
    assert await store.mutes.of(ANA, NOW) == {"nudges": NOW + timedelta(days=1)}
    assert await store.mutes.of(ANA, NOW + timedelta(days=1)) == {}
    await store.mutes.mute(ANA, "nudges", None, NOW)
    assert await store.mutes.of(ANA, NOW + timedelta(days=999)) == {"nudges": None}
    assert await store.mutes.of(BEN, NOW) == {}
    await store.mutes.unmute(ANA, "nudges")
    assert await store.mutes.of(ANA, NOW) == {}


async def test_an_opt_out_outlasts_the_erasure_of_everything(store: Store) -> None:
    assert not await store.mutes.opted_out(ANA, NOW)
    for _ in range(2):
        await store.mutes.opt_out(ANA, NOW)
    await store.ledger.record(ANA, HELP)
    await store.forget(ANA, NOW)
    assert await store.mutes.opted_out(ANA, NOW)
    assert not await store.mutes.opted_out(BEN, NOW)
    assert not await store.mutes.opted_out(OTHER_ANA, NOW)
    await store.mutes.sweep(NOW + timedelta(days=999))
    assert await store.mutes.opted_out(ANA, NOW + timedelta(days=999))
    await store.mutes.opt_in(ANA)
    assert not await store.mutes.opted_out(ANA, NOW)


async def test_an_opt_out_for_a_while_ends_by_itself(store: Store) -> None:
    until = NOW + timedelta(days=14)
    await store.mutes.opt_out(ANA, NOW)
    await store.mutes.opt_out(ANA, NOW, until)
    seen = [
        await store.notes.note(ANA, (Entry(EntryKind.GAVE, "help", at),), f"m{at}")
        for at in (until - timedelta(seconds=1), until)
    ]
    assert [len(kept) for kept in seen] == [0, 1]
    assert await store.mutes.opted_out(ANA, until - timedelta(seconds=1)) == OptOut(until)
    assert await store.mutes.opted_out(ANA, until) is None
    assert await store.mutes.sweep(until + timedelta(seconds=1)) == 1


async def test_a_remark_keeps_its_last_time_and_goes_after_ninety_days(store: Store) -> None:
    for days in (0, 1):
        await store.remarks.said(ANA, "drift/x", "goal/all", "goal/all", at=NOW + timedelta(days=days))
    last = NOW + timedelta(days=1)
    assert await store.remarks.of(ANA) == {"drift/x": last, "goal/all": last}
    assert await store.remarks.of(BEN) == {}
    assert await store.sweep(last + timedelta(days=91)) == 2


async def test_served_purposes_come_newest_first_by_network(store: Store) -> None:
    verdict = Verdict(Fit.FITS, (Reason.NONE,), (), 0.8, ())
    for hours, network, aim in (
        (0, Network.X, Purpose.BRAND),
        (1, Network.X, None),
        (2, Network.X, Purpose.STRATEGIC),
        (3, Network.SLACK, Purpose.OPERATIONAL),
    ):
        await store.verdicts.record(ANA, Case("x", network), verdict, NOW + timedelta(hours=hours), aim)
    assert await store.verdicts.served(ANA, Network.X, NOW, 5) == (Purpose.STRATEGIC, Purpose.BRAND)
    assert await store.verdicts.served(ANA, Network.X, NOW, 1) == (Purpose.STRATEGIC,)
    assert await store.verdicts.served(ANA, Network.X, NOW + timedelta(hours=1), 5) == (Purpose.STRATEGIC,)
    assert await store.verdicts.served(BEN, Network.X, NOW, 5) == ()


async def test_a_purpose_that_is_kept_holds_from_then_on(store: Store) -> None:
    await store.purposes.state(ANA, None, (Purpose.BRAND,), NOW)
    await store.purposes.state(ANA, Network.X, (Purpose.STRATEGIC,), NOW)
    later = NOW + timedelta(days=31)
    assert await store.purposes.keep(ANA, Network.X, later)
    assert not await store.purposes.keep(ANA, Network.SLACK, later)
    assert await store.purposes.since(ANA) == {None: NOW, Network.X: later}
