"""What a store must do on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.letters import Address, LetterKind
from bot.model import (
    Case,
    Delivery,
    Entry,
    EntryKind,
    Fit,
    Network,
    Person,
    Purpose,
    Question,
    Reason,
    Relation,
    Reply,
    Verdict,
)
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = Person("t1", "ana"), Person("t1", "ben")
OTHER_ANA = Person("t2", "ana")
CASE = Case("a secret draft", Network.EMAIL, Delivery.DM, Relation.STRANGER)
VERDICT = Verdict(Fit.ADJUST, (Reason.TOO_SOON, Reason.PRESSURE), (), 0.8, (), version="v1")


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def test_verdicts_come_back_oldest_first_and_since_a_time(store: Store) -> None:
    for hours in (2, 0, 1):
        await store.verdicts.record(ANA, CASE, VERDICT, NOW + timedelta(hours=hours))
    kept = await store.verdicts.since(ANA, NOW + timedelta(hours=1))
    assert [v.at for v in kept] == [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    assert kept[0].reasons == ("too_soon", "pressure")
    assert (kept[0].network, kept[0].delivery, kept[0].relation, kept[0].fit) == ("email", "dm", "stranger", "adjust")
    assert kept[0].judge_version == "v1"


async def test_a_case_without_context_is_kept_as_unknown(store: Store) -> None:
    await store.verdicts.record(ANA, Case("x"), VERDICT, NOW)
    assert [(v.network, v.delivery, v.relation) for v in await store.verdicts.since(ANA, NOW)] == [("", "", "")]


async def test_purposes_are_replaced_by_network_and_keep_their_order(store: Store) -> None:
    await store.purposes.state(ANA, None, (Purpose.BRAND,), NOW)
    await store.purposes.state(ANA, Network.X, (Purpose.STRATEGIC, Purpose.BRAND), NOW)
    await store.purposes.state(ANA, Network.X, (Purpose.OPERATIONAL, Purpose.BRAND), NOW)
    assert await store.purposes.of(ANA) == {
        None: (Purpose.BRAND,),
        Network.X: (Purpose.OPERATIONAL, Purpose.BRAND),
    }
    await store.purposes.state(ANA, Network.X, (), NOW)
    assert await store.purposes.of(ANA) == {None: (Purpose.BRAND,)}


async def test_nobody_sees_what_is_kept_of_another(store: Store) -> None:
    await store.purposes.state(ANA, None, (Purpose.BRAND,), NOW)
    await store.ledger.record(ANA, Entry(EntryKind.ASKED, "help", NOW, "M"))
    await store.verdicts.record(ANA, CASE, VERDICT, NOW)
    for stranger in (BEN, OTHER_ANA):
        assert await store.purposes.of(stranger) == {}
        assert await store.ledger.since(stranger, NOW) == ()
        assert await store.verdicts.since(stranger, NOW) == ()


async def test_entries_come_back_as_written(store: Store) -> None:
    late, early = Entry(EntryKind.GAVE, "thanks", NOW + timedelta(1), "K"), Entry(EntryKind.ASKED, "advice", NOW)
    await store.ledger.record(ANA, late)
    await store.ledger.record(ANA, early)
    assert await store.ledger.since(ANA, NOW) == (replace(early, number=2), replace(late, number=1))
    assert await store.ledger.since(ANA, NOW + timedelta(hours=1)) == (replace(late, number=1),)


async def test_forgetting_takes_all_of_one_person_and_nothing_of_another(store: Store) -> None:
    for person in (ANA, BEN):
        await store.purposes.state(person, None, (Purpose.BRAND,), NOW)
        await store.ledger.record(person, Entry(EntryKind.ASKED, "help", NOW))
        await store.verdicts.record(person, CASE, VERDICT, NOW)
    assert await store.forget(ANA, NOW) == 4
    assert await store.forget(ANA, NOW) == 0
    assert await store.purposes.of(ANA) == {}
    assert await store.ledger.since(ANA, NOW) == ()
    assert await store.verdicts.since(ANA, NOW) == ()
    assert len(await store.verdicts.since(BEN, NOW)) == 1


async def test_what_is_past_its_time_is_swept(store: Store) -> None:
    old_verdict, old_entry = NOW - timedelta(days=31), NOW - timedelta(days=366)
    for at in (old_verdict, NOW):
        await store.verdicts.record(ANA, CASE, VERDICT, at)
    for at in (old_entry, NOW):
        await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", at))
    assert await store.sweep(NOW) == 2
    assert [v.at for v in await store.verdicts.since(ANA, old_entry)] == [NOW]
    assert [e.at for e in await store.ledger.since(ANA, old_entry)] == [NOW]


async def test_an_answer_that_was_a_question_is_kept_as_unsure(store: Store) -> None:
    asked = Verdict(Fit.FITS, (Reason.NONE,), (), 0.4, (), Question("Which?", "network", ()))
    await store.verdicts.record(ANA, CASE, asked, NOW)
    assert [v.fit for v in await store.verdicts.since(ANA, NOW)] == ["unsure"]


ADDRESS = Address("slack", "T1", "U-CANARY", "D1")


async def test_an_address_comes_back_and_is_replaced(store: Store) -> None:
    assert await store.addresses.of(ANA) is None
    await store.addresses.keep(ANA, ADDRESS, NOW)
    await store.addresses.keep(ANA, replace(ADDRESS, channel="D2"), NOW)
    assert await store.addresses.of(ANA) == replace(ADDRESS, channel="D2")
    assert await store.addresses.of(OTHER_ANA) is None
    await store.forget(ANA, NOW)
    assert await store.addresses.of(ANA) is None


async def test_an_event_is_accepted_once_by_tenant(store: Store) -> None:
    assert await store.receipts.accept("t1", "Ev1", NOW)
    assert not await store.receipts.accept("t1", "Ev1", NOW)
    assert await store.receipts.accept("t2", "Ev1", NOW)


async def test_what_was_accepted_and_not_answered_is_owed(store: Store) -> None:
    for event in ("Ev1", "Ev2"):
        await store.receipts.accept("t1", event, NOW, ADDRESS)
    await store.receipts.accept("t1", "Ev3", NOW)
    await store.receipts.answered("t1", "Ev1")
    later = NOW + timedelta(minutes=1)
    assert await store.receipts.owed(NOW, later) == (("t1", "Ev2", ADDRESS),)
    assert await store.receipts.owed(later, later + timedelta(1)) == ()


async def test_receipts_go_after_two_days(store: Store) -> None:
    await store.receipts.accept("t1", "Ev1", NOW - timedelta(hours=49))
    assert await store.sweep(NOW) == 1


async def test_a_letter_with_the_same_cause_is_written_once(store: Store) -> None:
    put = partial(store.outbox.put, ANA, LetterKind.TIP, Reply("Say thanks."), NOW, at=NOW)
    assert await put(cause="tip/2026-03-02")
    assert not await put(cause="tip/2026-03-02")


async def test_together_keeps_all_or_nothing(store: Store) -> None:
    async def fail_midway() -> None:
        async with store.together():
            await store.ledger.record(ANA, Entry(EntryKind.ASKED, "help", NOW))
            assert await store.receipts.accept("t1", "Ev9", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_midway()
    assert await store.ledger.since(ANA, NOW) == ()
    assert await store.receipts.accept("t1", "Ev9", NOW)
