"""Contract: where many people stand, on every engine, read together and the same as one by one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.ledger import Balance
from bot.letters import Address
from bot.model import Entry, EntryKind, Person
from bot.schedule import Schedule
from bot.storage.pushes import Pushed
from bot.storage.standings import Standing
from bot.storage.store import Store
from tests.conftest import Clock

ANA, BEN, CEM = (Person("slack:T1", name) for name in ("ana", "ben", "cem"))


async def test_everybody_stands_where_they_stand(either_store: Store, clock: Clock) -> None:
    store, now = either_store, clock()
    await store.addresses.keep(ANA, Address("slack", "T1", "U1"), now)
    await store.ledger.record(ANA, Entry(EntryKind.GAVE, "help", now), Entry(EntryKind.ASKED, "advice", now))
    await store.ledger.record(ANA, Entry(EntryKind.ASKED, "job", now - timedelta(days=31)))
    await store.ledger.record(BEN, Entry(EntryKind.ASKED, "job", now))
    await store.mutes.mute(BEN, "nudges", now + timedelta(days=1), now)
    await store.mutes.mute(BEN, "tips", now - timedelta(days=1), now)
    await store.remarks.said(BEN, "nudge/give", at=now)
    schedule = Schedule("Europe/Berlin", days=frozenset())
    await store.schedules.keep(ANA, schedule, None, now)
    await store.pushes.record(ANA, Pushed("nudge", "nudge/1", now))
    ana, again, ben, nobody = await asyncio.gather(*(store.standings.of(who, now) for who in (ANA, ANA, BEN, CEM)))
    assert ana == again
    assert (ana.reached, ana.schedule, ana.muted, ana.said) == (True, schedule, frozenset(), {})
    assert ana.balance == Balance(gave=1, asked=1) == await store.ledger.balance(ANA, now)
    assert [push.kind for push in ana.pushes] == ["nudge"]
    assert (ben.reached, ben.balance, ben.muted) == (False, Balance(asked=1), {"nudges"})
    assert ben.said == {"nudge/give": now}
    assert (ben.schedule, ben.pushes) == (None, ())
    assert nobody == Standing()
