"""The short tier of tenant isolation; `python -m tests.isolation` takes 200,000 steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.judging import Judging
from bot.model import Reply, Room
from bot.storage import open_store
from bot.storage.ledger import entries
from tests.isolation.homes import MEMBERSHIPS, Member
from tests.isolation.oracles import Rows, Statements, in_reply
from tests.isolation.steps import BEGIN, World, counts

pytestmark = pytest.mark.no_cover  # counting lines would take longer than the steps

STEPS, SEED = 250, 20260302
ANA, BO = Member(1, 1), Member(2, 1)


async def test_nothing_of_a_community_reaches_another(
    judging: Judging, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(judging, tmp_path, SEED)
    await world.run(STEPS, rows_every=50)
    with capsys.disabled():
        print(f"\nisolation: {STEPS} steps over 20 communities, seed {SEED}: {counts(world)}")
    assert world.problems == []
    assert world.statements.count > STEPS
    assert sum(postman.letters for postman in world.postmen) > 5


def test_a_foreign_code_in_a_reply_is_seen() -> None:
    assert in_reply(Reply(f"gave help ({ANA.code})"), ANA, Room()) == []
    assert in_reply(Reply(f"gave help ({ANA.code})"), BO, Room()) == [ANA.code]
    assert in_reply(Reply("charter", quotes=(ANA.charter_code,)), ANA, Room("C1")) == []
    assert in_reply(Reply("charter", quotes=(ANA.charter_code,)), BO, Room("C1")) == [ANA.charter_code]
    assert in_reply(Reply("charter", quotes=(ANA.charter_code,)), ANA, Room()) == [ANA.charter_code]


async def test_a_statement_without_its_tenant_and_a_row_of_another_are_seen(judging: Judging, tmp_path: Path) -> None:
    world = World(judging, tmp_path, SEED)
    await world.open()
    for member in (ANA, BO):
        await world.meet(member)
    heard = Statements()
    with heard.listening():
        async with world.store.together() as connection:
            with heard.within(ANA):
                await connection.execute(select(entries).where(entries.c.kind == "gave"))
            assert [problem[:10] for problem in heard.problems] == ["not scoped"]
            with heard.within(ANA):
                await connection.execute(text("UPDATE people SET entries = 0"))
            assert len(heard.problems) == 2
            with heard.within(ANA):
                row = {
                    "person_id": 1,
                    "kind": "gave",
                    "what": "help",
                    "who": BO.code,
                    "at": BEGIN,
                    "number": 7,
                    "outcome": "",
                }
                await connection.execute(insert(entries).values(**row))
            assert "foreign code" in heard.problems[2]
            with heard.within(BO):
                await connection.execute(select(entries).where(entries.c.person_id == 1))
            assert Rows(tmp_path / "tact.db").owners(heard.numbers) == {ANA.person.tenant}
    assert any(BO.code in problem for problem in world.rows.problems())
    await world.store.close()


async def test_ids_are_the_same_everywhere_and_people_are_not(tmp_path: Path) -> None:
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}")
    people = {member.person for member in MEMBERSHIPS}
    assert len({person.user for person in people}) < len(people) / 4
    for person in sorted(people, key=lambda one: (one.tenant, one.user)):
        await store.mutes.mute(person, "nudges", None, BEGIN)
    async with store.together() as connection:
        keys = list(await connection.scalars(text("SELECT user_key FROM people")))
    assert len(set(keys)) == len(keys) == len(people)
    await store.close()
