"""What a store must do about consent to a language model and its budgets, on either engine."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Case, Delivery, Fit, Network, Person, Reason, Relation, Verdict
from bot.storage.spending import Budget
from bot.storage.store import Store

NOW = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
ANA, BEN = Person("t1", "ana"), Person("t1", "ben")
OTHER = Person("t2", "ana")
MODEL = "m at host.example"


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def asked(store: Store, person: Person, recipient: str = MODEL, house: str = "") -> bool:
    """Whether both consents are there."""
    consent = await store.consents.of(person, house)
    return consent.given(recipient) and consent.allowed(recipient)


async def test_consent_holds_when_both_gave_it_for_the_same_model(store: Store) -> None:
    consents = store.consents
    assert not await asked(store, ANA)
    await consents.give(ANA, MODEL, NOW)
    assert not await asked(store, ANA), "the workspace has not"
    await consents.allow("t1", "", MODEL, NOW)
    assert await asked(store, ANA)
    assert not await asked(store, ANA, "another at host.example")
    assert not await asked(store, ANA, ""), "no model, no consent"
    assert not await asked(store, BEN), "Ben has not"
    assert not await asked(store, OTHER), "another workspace has not"


async def test_a_server_that_allows_it_says_nothing_for_another(store: Store) -> None:
    await store.consents.give(ANA, MODEL, NOW)
    await store.consents.allow("t1", "G1/", MODEL, NOW)
    assert await asked(store, ANA, house="G1/")
    assert not await asked(store, ANA, house="G2/")
    await store.consents.forbid("t1", "G2/")
    assert await asked(store, ANA, house="G1/")


async def test_consent_ends_at_once_on_either_side_and_with_the_person(store: Store) -> None:
    consents = store.consents
    for _ in range(2):
        await consents.give(ANA, MODEL, NOW)
        await consents.allow("t1", "", MODEL, NOW)
    await consents.forbid("t1", "")
    assert not await asked(store, ANA)
    await consents.allow("t1", "", MODEL, NOW)
    await consents.withdraw(ANA)
    assert not await asked(store, ANA)
    await consents.give(ANA, MODEL, NOW)
    await store.forget(ANA, NOW)
    assert (await consents.of(ANA)).person == ""


async def test_a_day_has_an_end_for_a_person_in_calls_and_in_tokens(store: Store) -> None:
    few = Budget(person_a_day=2)
    later = [NOW + timedelta(hours=2 * number) for number in range(4)]
    assert [await store.spending.book(ANA, "", 1, few, at) for at in later] == [True, True, False, False]
    assert await store.spending.book(ANA, "", 1, few, NOW + timedelta(hours=25))
    tokens = Budget(person_tokens_a_day=1_000)
    assert await store.spending.book(BEN, "", 900, tokens, NOW)
    assert not await store.spending.book(BEN, "G2/", 101, tokens, later[1]), "wherever it is said"
    assert await store.spending.book(BEN, "", 100, tokens, later[1])


async def test_servers_have_budgets_of_their_own(store: Store) -> None:
    few = Budget(house_a_day=1)
    assert await store.spending.book(ANA, "G1/", 1, few, NOW)
    assert not await store.spending.book(BEN, "G1/", 1, few, NOW)
    assert await store.spending.book(BEN, "G2/", 1, few, NOW)


async def test_an_hour_has_twenty_calls_for_a_person(store: Store) -> None:
    booked = [await store.spending.book(ANA, "", 100, Budget(), NOW) for _ in range(25)]
    assert booked == [True] * 20 + [False] * 5
    assert await store.spending.book(BEN, "", 100, Budget(), NOW)
    assert not await store.spending.book(ANA, "", 100, Budget(), NOW + timedelta(minutes=59))
    assert await store.spending.book(ANA, "", 100, Budget(), NOW + timedelta(minutes=61))


async def test_a_day_and_a_month_have_an_end_for_a_tenant(store: Store) -> None:
    few = Budget(person_an_hour=100, house_a_day=3)
    assert [await store.spending.book(ANA, "", 1, few, NOW) for _ in range(4)] == [True] * 3 + [False]
    assert not await store.spending.book(BEN, "", 1, few, NOW)
    assert await store.spending.book(OTHER, "", 1, few, NOW)
    assert await store.spending.book(BEN, "", 1, few, NOW + timedelta(hours=1)), "the next day has its own"
    tokens = Budget(house_tokens_a_day=1_000, house_tokens_a_month=1_500)
    eve = Person("t3", "eve")
    assert await store.spending.book(eve, "", 900, tokens, NOW)
    assert not await store.spending.book(eve, "", 101, tokens, NOW)
    assert not await store.spending.book(eve, "", 700, tokens, NOW + timedelta(days=1))
    assert await store.spending.book(eve, "", 600, tokens, NOW + timedelta(days=1))
    assert await store.spending.book(eve, "", 900, tokens, NOW + timedelta(days=31))


async def test_erasing_oneself_gives_no_new_budget_to_the_tenant(store: Store) -> None:
    few = Budget(house_a_day=2)
    assert await store.spending.book(ANA, "", 1, few, NOW)
    await store.forget(ANA, NOW)
    assert await store.spending.book(ANA, "", 1, few, NOW)
    await store.forget(ANA, NOW)
    assert not await store.spending.book(ANA, "", 1, few, NOW)


async def test_calls_at_the_same_time_do_not_slip_through_together(store: Store) -> None:
    people = [Person("t1", f"p{number}") for number in range(30)]
    booked = await asyncio.gather(*(store.spending.book(p, "", 10, Budget(house_a_day=10), NOW) for p in people))
    assert sum(booked) == 10


async def test_calls_are_swept_after_a_day_and_figures_after_two_months(store: Store) -> None:
    await store.spending.book(ANA, "", 10, Budget(), NOW)
    assert await store.spending.calls(ANA) == 1
    await store.sweep(NOW + timedelta(hours=25))
    assert await store.spending.calls(ANA) == 0
    assert await store.sweep(NOW + timedelta(days=63)) == 1


async def test_a_refined_verdict_takes_the_place_of_the_first_one(store: Store) -> None:
    case = Case("a draft", Network.EMAIL, Delivery.DM, Relation.STRANGER)
    first = Verdict(Fit.ADJUST, (Reason.TOO_SOON,), (), 0.6, (), version="v1")
    both = Verdict(Fit.FITS, (Reason.NONE,), (), 0.5, (), version="v1+p1:" + "a-long-name-of-a-model" * 9)
    await store.verdicts.record(ANA, case, first, NOW)
    await store.verdicts.record(BEN, case, first, NOW)
    await store.verdicts.refine(ANA, first, both)
    (kept,) = await store.verdicts.since(ANA, NOW)
    assert (kept.fit, kept.reasons, kept.judge_version) == ("fits", ("none",), both.version[:120])
    assert (await store.verdicts.since(BEN, NOW))[0].judge_version == "v1"
    await store.verdicts.record(ANA, case, Verdict(Fit.AVOID, (Reason.PRESSURE,), (), 0.9, (), version="v1"), NOW)
    await store.verdicts.refine(ANA, first, both)
    assert [v.fit for v in await store.verdicts.since(ANA, NOW)] == ["fits", "avoid"], (
        "it was not the last one any more"
    )
