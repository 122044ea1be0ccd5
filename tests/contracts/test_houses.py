"""Contract: what belongs to a server goes when it removes Tact, in every table; other servers and people keep all of theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, select

from bot.insights import Because
from bot.letters import Address, LetterKind, channel_of
from bot.model import Case, Entry, EntryKind, Finding, Fit, Layer, Person, Reason, Reply, Verdict
from bot.polls import Choice, Posed
from bot.schedule import Schedule, Weekday
from bot.storage.marks import COACHED
from bot.storage.outbox import NewLetter
from bot.storage.schema import columns_of_rooms, metadata
from bot.storage.spending import Budget
from bot.storage.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TENANT, OWN = "discord", {"verdicts", "entries", "model_calls"}
ANA, ADMIN = Person(TENANT, "1"), Person(TENANT, "2")
FINDING = Finding("r", Layer.UNIVERSAL, Reason.BROADCAST, Fit.ADJUST, "", "", "", "")
VERDICT = Verdict(Fit.ADJUST, (Reason.BROADCAST,), (), 0.8, (FINDING,))
TIPS = Schedule("Europe/Berlin", days=frozenset({Weekday.MONDAY}))


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


async def furnish(store: Store, server: str) -> None:
    """Something of a server in every table that has such things."""
    house, room, tipped = f"{server}/", f"{server}/7", channel_of(TENANT, f"{server}/8")
    for where in (house, room):
        await store.charters.write(ADMIN, where, f"CANARY{server} rules", NOW)
    await store.turned_down.turn(ADMIN, house, Reason.BROADCAST, NOW, down=True)
    await store.consents.allow(TENANT, house, "a model", NOW)
    await store.spending.book(ANA, house, 10, Budget(), NOW)
    await store.marks.change(TENANT, f"{COACHED}{server}", NOW, lambda _: "7")
    await store.addresses.keep(tipped, Address("discord", server, "", "8"), NOW)
    await store.schedules.keep(tipped, TIPS, NOW, NOW, is_channel=True)
    await pose(store, room)
    await store.verdicts.record(ANA, Case("x"), VERDICT, NOW, place=f"{TENANT}/{house}")
    await store.dismissals.dismiss(ANA, Because.MISREAD, NOW, timedelta(days=1))
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", NOW))


async def pose(store: Store, room: str) -> None:
    """A poll with a vote, the letter that posts it, and one about what follows to who looks after the room."""
    await store.polls.let(ADMIN, room, NOW, members=True)
    owner = await store.polls.owner(ADMIN, room, NOW, admin=True)
    assert owner is not None
    to = Address("discord", "", "", room.rpartition("/")[2])
    poll = await store.polls.open(TENANT, owner, room, Posed("words"), to, NOW, NOW + timedelta(days=1))
    await store.polls.vote(ANA, room, poll, Choice.FOUL, NOW)
    letter, channel = Reply("said"), channel_of(TENANT, room)
    await store.outbox.put(channel, LetterKind.POLL, letter, NOW, cause=f"poll/{poll}", at=NOW, to=to)
    follows = NewLetter(TENANT, owner, LetterKind.NOTICE, letter, NOW, NOW, f"poll/{poll}/line")
    await store.outbox.put_all([follows], NOW)


async def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All there is, but for how many entries a person has."""
    async with store.together() as connection:
        return {
            table.name: sorted(
                map(tuple, await connection.execute(select(*(c for c in table.c if c.name != "entries")))), key=str
            )
            for table in metadata.sorted_tables
        }


async def test_all_of_a_server_goes_and_nothing_else(store: Store, tmp_path: Path) -> None:
    await furnish(store, "200")
    before = await rows(store)
    await furnish(store, "100")
    filled = await rows(store)
    assert all(len(filled[name]) > len(before[name]) for name in {c.table.name for c in columns_of_rooms()} | OWN)
    assert await store.houses.of(TENANT) == {"100/", "200/"}
    await store.leave_house(TENANT, "100/")
    after = await rows(store)
    assert {name for name in after if after[name] != before[name]} == OWN
    assert all(set(after[name]) > set(before[name]) for name in OWN)
    assert "100/" not in str(after)
    assert await store.houses.of(TENANT) == {"200/"}
    if store.alone:
        assert not any(b"CANARY100" in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())


async def test_using_a_model_somewhere_makes_no_house_of_it_and_a_tip_does(store: Store) -> None:
    await store.spending.book(ANA, "300/", 10, Budget(), NOW)
    assert await store.houses.of(TENANT) == frozenset()
    tipped = channel_of(TENANT, "300/8")
    await store.addresses.keep(tipped, Address("discord", "300", "", "8"), NOW)
    await store.schedules.keep(tipped, TIPS, NOW, NOW, is_channel=True)
    assert await store.houses.of(TENANT) == {"300/"}


async def test_a_workspace_is_not_erased_by_mistake(store: Store) -> None:
    await store.charters.write(Person("slack:T1", "U1"), "", "rules", NOW)
    with pytest.raises(ValueError, match="every house"):
        await store.leave_house("slack:T1", "")
    assert await store.charters.holding("slack:T1", "")


def test_no_table_of_rooms_or_communities_is_forgotten() -> None:
    columns = [column for table in metadata.sorted_tables for column in table.c if isinstance(column.type, String)]
    assert columns_of_rooms() == [column for column in columns if column.name in ("room", "house")]
    assert {column.table.name for column in columns if column.name == "place"} == {"verdicts", "dismissals"}
