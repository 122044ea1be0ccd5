"""What every store must do, run against the real database and the fake alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

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
    Verdict,
)
from bot.storage import Store, open_store
from tests.fakes import MemoryStore

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = Person("t1", "ana"), Person("t1", "ben")
OTHER_ANA = Person("t2", "ana")
CASE = Case("a secret draft", Network.EMAIL, Delivery.DM, Relation.STRANGER)
VERDICT = Verdict(Fit.ADJUST, (Reason.TOO_SOON, Reason.PRESSURE), (), 0.8, (), version="v1")


@pytest.fixture(params=["database", "memory"])
async def any_store(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else await open_store(database)
    yield opened
    await opened.close()


async def test_verdicts_come_back_oldest_first_and_since_a_time(any_store: Store) -> None:
    for hours in (2, 0, 1):
        await any_store.record_verdict(ANA, CASE, VERDICT, NOW + timedelta(hours=hours))
    kept = await any_store.verdicts_of(ANA, NOW + timedelta(hours=1))
    assert [v.at for v in kept] == [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    assert kept[0].reasons == ("too_soon", "pressure")
    assert (kept[0].network, kept[0].delivery, kept[0].relation, kept[0].fit) == ("email", "dm", "stranger", "adjust")
    assert kept[0].judge_version == "v1"


async def test_a_case_without_context_is_kept_as_unknown(any_store: Store) -> None:
    await any_store.record_verdict(ANA, Case("x"), VERDICT, NOW)
    assert [(v.network, v.delivery, v.relation) for v in await any_store.verdicts_of(ANA, NOW)] == [("", "", "")]


async def test_purposes_are_replaced_by_network_and_keep_their_order(any_store: Store) -> None:
    await any_store.state_purposes(ANA, None, (Purpose.BRAND,), NOW)
    await any_store.state_purposes(ANA, Network.X, (Purpose.STRATEGIC, Purpose.BRAND), NOW)
    await any_store.state_purposes(ANA, Network.X, (Purpose.OPERATIONAL, Purpose.BRAND), NOW)
    assert await any_store.purposes_of(ANA) == {
        None: (Purpose.BRAND,),
        Network.X: (Purpose.OPERATIONAL, Purpose.BRAND),
    }
    await any_store.state_purposes(ANA, Network.X, (), NOW)
    assert await any_store.purposes_of(ANA) == {None: (Purpose.BRAND,)}


async def test_nobody_sees_what_is_kept_of_another(any_store: Store) -> None:
    await any_store.state_purposes(ANA, None, (Purpose.BRAND,), NOW)
    await any_store.record_entry(ANA, Entry(EntryKind.ASKED, "help", NOW, "M"))
    await any_store.record_verdict(ANA, CASE, VERDICT, NOW)
    for stranger in (BEN, OTHER_ANA):
        assert await any_store.purposes_of(stranger) == {}
        assert await any_store.entries_of(stranger, NOW) == ()
        assert await any_store.verdicts_of(stranger, NOW) == ()


async def test_entries_come_back_as_written(any_store: Store) -> None:
    late, early = Entry(EntryKind.GAVE, "thanks", NOW + timedelta(1), "K"), Entry(EntryKind.ASKED, "advice", NOW)
    await any_store.record_entry(ANA, late)
    await any_store.record_entry(ANA, early)
    assert await any_store.entries_of(ANA, NOW) == (early, late)
    assert await any_store.entries_of(ANA, NOW + timedelta(hours=1)) == (late,)


async def test_forgetting_takes_all_of_one_person_and_nothing_of_another(any_store: Store) -> None:
    for person in (ANA, BEN):
        await any_store.state_purposes(person, None, (Purpose.BRAND,), NOW)
        await any_store.record_entry(person, Entry(EntryKind.ASKED, "help", NOW))
        await any_store.record_verdict(person, CASE, VERDICT, NOW)
    assert await any_store.forget(ANA) == 4
    assert await any_store.forget(ANA) == 0
    assert await any_store.purposes_of(ANA) == {}
    assert await any_store.entries_of(ANA, NOW) == ()
    assert await any_store.verdicts_of(ANA, NOW) == ()
    assert len(await any_store.verdicts_of(BEN, NOW)) == 1


async def test_what_is_past_its_time_is_swept(any_store: Store) -> None:
    old_verdict, old_entry = NOW - timedelta(days=31), NOW - timedelta(days=366)
    for at in (old_verdict, NOW):
        await any_store.record_verdict(ANA, CASE, VERDICT, at)
    for at in (old_entry, NOW):
        await any_store.record_entry(ANA, Entry(EntryKind.GAVE, "help", at))
    assert await any_store.sweep(NOW) == 2
    assert [v.at for v in await any_store.verdicts_of(ANA, old_entry)] == [NOW]
    assert [e.at for e in await any_store.entries_of(ANA, old_entry)] == [NOW]


async def test_an_answer_that_was_a_question_is_kept_as_unsure(any_store: Store) -> None:
    asked = Verdict(Fit.FITS, (Reason.NONE,), (), 0.4, (), Question("Which?", "network", ()))
    await any_store.record_verdict(ANA, CASE, asked, NOW)
    assert [v.fit for v in await any_store.verdicts_of(ANA, NOW)] == ["unsure"]
