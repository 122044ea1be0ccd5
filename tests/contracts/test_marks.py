"""Contract: marks, on every engine."""

from __future__ import annotations

import asyncio

from bot.storage.store import Store
from tests.conftest import Clock


async def test_a_mark_is_empty_until_it_is_set_and_each_tenant_has_its_own(either_store: Store, clock: Clock) -> None:
    marks = either_store.marks
    assert await marks.read("discord", "commands") == ""
    assert await marks.change("discord", "commands", clock(), lambda _: "abc") == ""
    assert await marks.change("discord", "commands", clock(), lambda before: f"{before}d") == "abc"
    assert await marks.read("discord", "commands") == "abcd"
    assert await marks.read("slack:T1", "commands") == ""


async def test_changes_at_once_lose_none(either_store: Store, clock: Clock) -> None:
    marks = either_store.marks

    async def add(number: int) -> None:
        await marks.change("discord", "uses", clock(), lambda before: f"{before} {number}")

    await asyncio.gather(*map(add, range(12)))
    assert sorted(map(int, (await marks.read("discord", "uses")).split())) == list(range(12))
