"""Use cases around the person's own data: what is kept and why, the whole of it, and its erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.coach.stopping import stopped
from bot.commands import Privacy
from bot.export import as_json
from bot.ledger import Outcome
from bot.model import Person, Reply
from bot.render import render

if TYPE_CHECKING:
    from bot.coach.purposes import Purposes
    from bot.storage import Store

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = (
    "verdicts",
    "entries",
    "purposes",
    "mutes",
    "remarks",
    "ties",
    "reviews",
    "review_steps",
    "model_consents",
    "model_calls",
)
"""The tables that are shown in words of their own."""


class OwnData:
    """Shows, exports and erases what is kept of a person."""

    def __init__(self, purposes: Purposes, store: Store, now: Callable[[], datetime]) -> None:
        self._purposes = purposes
        self._store = store
        self._now = now

    async def answer(self, person: Person, command: Privacy) -> Reply:
        """What is kept and why; the whole of it to take away; or its erasure after a confirmation."""
        unheard = await self._store.mutes.opted_out(person, self._now())
        if command.action == "erase confirm":
            await stopped(self._store, person)
            return Reply(render("erased", rows=await self._store.forget(person, self._now()), unheard=unheard))
        if command.action == "export json":
            tables = await self._store.taken_out(person)
            return Reply(render("privacy_export_json", json=as_json(tables, self._now())))
        kept = {
            "verdicts": await self._store.verdicts.since(person, _EVER),
            "entries": await self._store.ledger.since(person, _EVER),
            "asks": {ask.number: ask for ask in await self._store.ledger.asks(person, *Outcome)},
            "purposes": await self._purposes.rows(person),
            "mutes": await self._store.mutes.of(person, _EVER),
            "ties": await self._store.ties.all_of(person),
            "reviews": await self._store.reviews.all_of(person),
            "remarks": await self._store.remarks.of(person),
            "consent": await self._store.consents.of(person),
            "calls": await self._store.spending.calls(person),
            "rest": await self._store.held(person, beside=_SHOWN),
        }
        return Reply(render(f"privacy_{command.action}", unheard=unheard, **kept))
