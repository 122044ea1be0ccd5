"""What is kept ends, goes along and goes away, in every table there is: a new one is asked the same questions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address
from bot.model import Person
from bot.polls import Choice, Posed
from bot.storage import StoreError
from bot.storage.schema import keys_of_people, metadata, tables_of_people
from bot.storage.store import Store
from bot.storage.sweeping import IDLE
from bot.storage.tombstones import apart
from tests.rows import counts, fill

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = Person("slack:T1", "UANA"), Person("slack:T2", "UBEN")
HOUR = timedelta(hours=1)
OF_PEOPLE = frozenset(table.name for table in tables_of_people())
OTHER_ENDS = {"outbox": timedelta(days=7), "mutes": timedelta(0), "opt_outs": timedelta(0), "votes": timedelta(days=90)}
"""Tables whose module knows more of an end than an age."""


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def end_of(name: str) -> timedelta | None:
    """After how long a row nobody touches is gone; None for what belongs to a workspace."""
    if name in OTHER_ENDS:
        return OTHER_ENDS[name]
    return metadata.tables[name].info["swept"] or (IDLE if name in OF_PEOPLE | {"people"} else None)


async def sweep(store: Store, at: datetime) -> dict[str, int]:
    await store.sweep(at)
    await store.sweep_idle(at)
    return await counts(store)


async def test_every_row_ends_at_its_time_and_none_before(store: Store) -> None:
    await fill(store, ANA, NOW)
    ends = {name: end for name in metadata.tables if (end := end_of(name)) is not None}
    assert set(ends) >= OF_PEOPLE | {"people", "receipts"}
    for end in sorted(set(ends.values())):
        before = await sweep(store, NOW + end - HOUR)
        assert [name for name, its in ends.items() if its >= end and name != "review_steps" and not before[name]] == []
        after = await sweep(store, NOW + end + HOUR)
        assert [name for name, its in ends.items() if its <= end and after[name]] == []
    assert {name for name, number in after.items() if number} == set(metadata.tables) - set(ends)
    await store.uninstall(ANA.tenant, NOW)
    assert not any((await counts(store)).values())


async def test_who_is_still_there_keeps_everything(store: Store) -> None:
    await fill(store, ANA, NOW)
    await fill(store, BEN, NOW)
    later = NOW + IDLE + HOUR
    await fill(store, ANA, later - HOUR, only=frozenset({"verdicts"}))
    await sweep(store, later)
    assert (await counts(store))["people"] == 1
    assert len((await store.taken_out(ANA))["ties"]) == 1


async def test_the_export_has_every_personal_column_of_every_table(store: Store, judging: Judging) -> None:
    await fill(store, ANA, NOW)
    await fill(store, BEN, NOW)
    said = (await Coach(judging, store, lambda: NOW).hear(ANA, "privacy export json")).text
    exported = json.loads(said[said.index("{") :])
    assert exported["format"] == "tact export 1"
    for table in [*metadata.tables.values()]:
        personal = [c.name for c in table.c if c.info["tag"] == "personal" and c.name != "person_id"]
        for name in personal:
            assert [name in row for row in exported["tables"][table.name]] == [True], f"{table.name}.{name}"
    assert exported["tables"]["addresses"][0]["sealed"]["user"] == "UANA"
    assert exported["tables"]["receipts"][0]["answer_to"]["user"] == "UANA"
    assert "UBEN" not in said
    assert "pepper" not in said
    assert await store.taken_out(Person("slack:T3", "UANA")) == {}


async def test_every_column_is_tagged_also_what_is_kept_apart() -> None:
    for table in [*metadata.tables.values(), *apart.tables.values()]:
        for column in table.columns:
            assert column.info.get("tag") in {"personal", "secret", "neutral"}, f"{table.name}.{column.name}"
            assert column.info.get("kept"), f"{table.name}.{column.name}"


async def test_erasing_leaves_one_wish_and_no_name(store: Store) -> None:
    await fill(store, ANA, NOW)
    await fill(store, BEN, NOW)
    before = await counts(store)
    await store.forget(ANA, NOW)
    after = await counts(store)
    for name in OF_PEOPLE | {"people"}:
        assert after[name] == before[name] - 1, name
    left = await store.taken_out(ANA)
    assert set(left) == {"opt_outs"}, "the wish not to be listened to is all that stays"
    others = {c.table.name for c in keys_of_people()} | {"receipts", "votes"}
    assert set(await store.taken_out(BEN)) == OF_PEOPLE | others


async def test_an_erasure_that_is_cut_short_is_ended_by_the_next_start(store: Store) -> None:
    await fill(store, ANA, NOW)
    if not store.alone:
        pytest.skip("the tombstone goes with the transaction on PostgreSQL")
    cem = Person(ANA.tenant, "UCEM")
    owner = await store.polls.owner(cem, "C1", NOW, admin=True)
    assert owner is not None
    there = Address("slack", "T1", "", "C1")
    poll = await store.polls.open(ANA.tenant, owner, "C1", Posed("words"), there, NOW, NOW + HOUR)
    assert await store.polls.vote(ANA, "C1", poll, Choice.FOUL, NOW)
    async with store.together() as connection:
        await connection.execute(
            text("CREATE TRIGGER cut BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, 'the power went'); END")
        )
    with pytest.raises(StoreError, match="the power went"):
        await store.forget(ANA, NOW)
    async with store.together() as connection:
        await connection.execute(text("DROP TRIGGER cut"))
    assert "ties" in await store.taken_out(ANA)
    assert await store.erase_again() == 1
    assert set(await store.taken_out(ANA)) == {"opt_outs"}
    assert await store.polls.voters(poll) == 0


async def test_who_comes_back_after_an_erasure_is_new_and_stays(store: Store) -> None:
    await fill(store, ANA, NOW)
    await store.forget(ANA, NOW + HOUR)
    await fill(store, ANA, NOW + 2 * HOUR)
    await store.uninstall(BEN.tenant, NOW)
    assert await store.erase_again() == 0
    assert "ties" in await store.taken_out(ANA)


async def test_tombstones_stay_a_day_longer_than_backups(store: Store) -> None:
    async def stones() -> int:
        async with store.together() as connection:
            return len(await store._tombstones.all(connection))

    await fill(store, ANA, NOW)
    await store.forget(ANA, NOW)
    await fill(store, BEN, NOW)
    await store.uninstall(BEN.tenant, NOW)
    await store.sweep(NOW + timedelta(days=14, hours=23))
    assert await stones() == 2
    await store.sweep(NOW + timedelta(days=15, hours=1))
    assert await stones() == 0
