"""Recording fakes for the ports, one each; they pass the same contract tests as the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.model import Case, Entry, Network, Person, Purpose, Verdict
from bot.storage import Judged
from bot.storage.schema import ENTRIES_KEPT, VERDICTS_KEPT


class MemoryStore:
    """A store in memory."""

    def __init__(self) -> None:
        self._verdicts: dict[Person, list[Judged]] = {}
        self._purposes: dict[Person, dict[Network | None, tuple[Purpose, ...]]] = {}
        self._entries: dict[Person, list[Entry]] = {}

    async def record_verdict(self, person: Person, case: Case, verdict: Verdict, at: datetime) -> None:
        reasons = tuple(reason.value for reason in verdict.reasons)
        judged = Judged(
            at,
            case.network or "",
            case.delivery or "",
            case.relation or "",
            verdict.code,
            reasons,
            verdict.version,
        )
        self._verdicts.setdefault(person, []).append(judged)

    async def verdicts_of(self, person: Person, since: datetime) -> tuple[Judged, ...]:
        return tuple(sorted((v for v in self._verdicts.get(person, []) if v.at >= since), key=lambda v: v.at))

    async def state_purposes(
        self, person: Person, network: Network | None, purposes: tuple[Purpose, ...], at: datetime
    ) -> None:
        stated = self._purposes.setdefault(person, {})
        stated.pop(network, None)
        if purposes:
            stated[network] = purposes

    async def purposes_of(self, person: Person) -> Mapping[Network | None, tuple[Purpose, ...]]:
        return dict(self._purposes.get(person, {}))

    async def record_entry(self, person: Person, entry: Entry) -> None:
        self._entries.setdefault(person, []).append(entry)

    async def entries_of(self, person: Person, since: datetime) -> tuple[Entry, ...]:
        return tuple(sorted((e for e in self._entries.get(person, []) if e.at >= since), key=lambda e: e.at))

    async def forget(self, person: Person) -> int:
        known = any(person in kept for kept in (self._verdicts, self._purposes, self._entries))
        gone = len(self._verdicts.pop(person, [])) + len(self._entries.pop(person, []))
        gone += sum(map(len, self._purposes.pop(person, {}).values()))
        return gone + known

    async def sweep(self, now: datetime) -> int:
        old = 0
        for kept, keep in ((self._verdicts, VERDICTS_KEPT), (self._entries, ENTRIES_KEPT)):
            for person, rows in kept.items():
                young = [row for row in rows if row.at >= now - keep]
                old += len(rows) - len(young)
                kept[person] = young  # type: ignore[assignment]
        return old

    async def close(self) -> None:
        return None
