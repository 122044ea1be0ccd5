"""Which tip comes next: for what came up again and again, then for a stated purpose, then the rest.

None comes twice before all were shown. What somebody has put right since goes to the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from zlib import crc32

from bot.language import by_language
from bot.model import Fit, Purpose
from bot.progress import JudgedDraft
from bot.tipping import Chosen, Facts
from bot.tips import Tip
from bot.wording import Wording

REPEATED = 2
"""Times a finding has to come up before tips about it go first."""
GOOD = 3
"""Drafts that fit, after the last time a finding came up, by which it counts as put right."""
_FITS = Fit.FITS.code
_FOUND = frozenset({Fit.ADJUST.code, Fit.AVOID.code})


@dataclass(frozen=True, slots=True)
class Findings:
    """What came up repeatedly in somebody's drafts."""

    open: tuple[str, ...]
    """Codes of reasons, the most frequent first and of these the latest."""
    mended: frozenset[str]
    """Codes of those after which enough drafts were good."""
    times: Counter[str]


def repeated(judged: Iterable[JudgedDraft]) -> Findings:
    """What came up repeatedly in drafts, oldest draft first; those that were answered with a question do not count."""
    times: Counter[str] = Counter()
    last: dict[str, tuple[int, int]] = {}
    good = 0
    for number, draft in enumerate(judged):
        if draft.fit == _FITS:
            good += 1
        elif draft.fit in _FOUND:
            for code in {*draft.reasons} - {""}:
                times[code] += 1
                last[code] = (number, good)
    often = [code for code, found in times.items() if found >= REPEATED]
    mended = frozenset(code for code in often if good - last[code][1] >= GOOD)
    still = sorted({*often} - mended, key=lambda code: (-times[code], -last[code][0], code))
    return Findings(tuple(still), mended, times)


class Library:
    """The tips there are; read from where they are kept when the first is wanted."""

    def __init__(self, tips: Callable[[], Sequence[Tip]], wording: Wording) -> None:
        self._read = tips
        self._said = by_language(lambda: {tip.id: tip for tip in tips()})
        self._wording = wording

    def choose(self, facts: Facts, now: datetime) -> Chosen | None:
        """The next tip for somebody; None when there is none that was not just shown."""
        stale = self._stale(facts.shown)
        found = repeated(facts.judged)
        for tips in self._in_turn(found, facts.purposes):
            left = [tip for tip in tips if tip.id not in stale]
            if left:
                return self._chosen(self._best(left, facts, now), found, facts)
        return None

    def explain(self, tip: str, facts: Facts) -> Chosen | None:
        """A tip by its id, with why it suits somebody; None when there is none of that id any more."""
        known = self._tips.get(tip)
        return self._chosen(known, repeated(facts.judged), facts) if known else None

    @cached_property
    def _tips(self) -> dict[str, Tip]:
        """By id, in an order that mixes topics and is the same in every process."""
        return {tip.id: tip for tip in sorted(self._read(), key=lambda tip: crc32(tip.id.encode()))}

    @cached_property
    def _place(self) -> dict[str, int]:
        return {tip: place for place, tip in enumerate(self._tips)}

    @cached_property
    def _topics(self) -> int:
        return len({tip.topic for tip in self._tips.values()})

    @cached_property
    def _answering(self) -> dict[str, tuple[Tip, ...]]:
        codes = {code for tip in self._tips.values() for code in tip.answers}
        return {code: tuple(tip for tip in self._tips.values() if code in tip.answers) for code in codes}

    @cached_property
    def _serving(self) -> dict[Purpose, tuple[Tip, ...]]:
        return {p: tuple(tip for tip in self._tips.values() if p in tip.purposes) for p in Purpose}

    @cached_property
    def _general(self) -> tuple[Tip, ...]:
        return tuple(tip for tip in self._tips.values() if not tip.purposes)

    def _in_turn(self, found: Findings, purposes: Sequence[Purpose]) -> Iterator[Iterable[Tip]]:
        """Groups of tips, the most fitting first; the last holds them all."""
        for code in found.open:
            yield self._answering.get(code, ())
        stated = chain.from_iterable(self._serving[purpose] for purpose in purposes)
        for tips in (stated, self._general if purposes else (), self._tips.values()):
            yield [tip for tip in tips if not tip.answers or not tip.answers <= found.mended] if found.mended else tips
        yield self._tips.values()

    def _stale(self, shown: Sequence[str]) -> set[str]:
        """Tips that were shown since all were last shown, or are among the last half."""
        known = [tip for tip in shown if tip in self._tips]
        seen: set[str] = set()
        for tip in known:
            seen.add(tip)
            if len(seen) == len(self._tips):
                seen.clear()
        return seen.union(known[-max(1, len(self._tips) // 2) :])

    def _best(self, tips: Sequence[Tip], facts: Facts, now: datetime) -> Tip:
        """One for a network the person writes on, of the topic that was not shown longest; another on another day."""
        mine = _networks(facts)
        since: dict[str, int] = {}
        for ago, topic in enumerate(self._tips[tip].topic for tip in reversed(facts.shown) if tip in self._tips):
            since.setdefault(topic, -ago)
            if len(since) == self._topics:
                break
        place, turn, count = self._place, now.toordinal(), len(self._tips)

        def rank(tip: Tip) -> tuple[bool, int, int]:
            elsewhere = bool(mine and tip.networks) and mine.isdisjoint(tip.networks)
            return elsewhere, since.get(tip.topic, -len(facts.shown)), (place[tip.id] + turn) % count

        return min(tips, key=rank)

    def _chosen(self, tip: Tip, found: Findings, facts: Facts) -> Chosen:
        because, said = self._because(tip, found, facts), self._said()[tip.id]
        return Chosen(said.id, said.text, said.action, because, said.evidence, said.source)

    def _because(self, tip: Tip, found: Findings, facts: Facts) -> str:
        """Why this tip suits somebody, in words."""
        label = self._wording.label
        finding = next((code for code in found.open if code in tip.answers), None)
        if finding:
            said = label("tip_because", "finding")
            return said.format(what=label("reason", finding), times=found.times[finding])
        purpose = next((purpose for purpose in facts.purposes if purpose in tip.purposes), None)
        if purpose:
            return label("tip_because", "purpose").format(what=label("purpose", purpose))
        network = next(iter(sorted(_networks(facts) & tip.networks)), None)
        if network:
            return label("tip_because", "network").format(what=label("network", network))
        return label("tip_because", "general")


def _networks(facts: Facts) -> frozenset[str]:
    return frozenset(draft.network for draft in facts.judged if draft.network)
