"""Use cases around a draft: check it, check it again after an edit, and find where it belongs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.coach.speaking import speak
from bot.commands import BadCommand, Check, Where
from bot.judge import across
from bot.judging import Judging
from bot.model import Case, Fit, Network, Person, Reply, Verdict
from bot.purposes import purposes_on
from bot.reading import form_of
from bot.reading.masks import LIMIT
from bot.render import render

if TYPE_CHECKING:
    from bot.storage import Store

REMEMBERED = 500
"""Last drafts held in memory, never on disk, so that a draft can be checked again."""

ALIKE = 0.5
"""From this share of common words on, a pasted text is an edit of the last draft."""
COMPARED = 4_000
"""Characters compared for it."""


class Checking:
    """Checks drafts and remembers each person's last one, in memory only."""

    def __init__(self, judging: Judging, store: Store, now: Callable[[], datetime]) -> None:
        self._judging = judging
        self._store = store
        self._now = now
        self._last: OrderedDict[Person, tuple[Case, Verdict]] = OrderedDict()

    async def check(self, person: Person, command: Check) -> Reply:
        """The verdict on a draft, what changed since the last one, and the one change to make."""
        case = await self._case(person, command)
        verdict = self._judging.judge(case)
        before = self._last.get(person)
        self._remember(person, case, verdict)
        await self._store.verdicts.record(person, case, verdict, self._now())
        return speak(case, verdict, self._judging, _trend(before, case, verdict))

    async def where(self, command: Where) -> Reply:
        """The draft on every network and way of sending, best first."""
        _refuse_long(command.text)
        case = Case(command.text, relation=command.relation, form=form_of(command.text))
        words = self._judging.wording
        groups: dict[tuple[Fit, str], list[str]] = {}
        for placed in across(case, self._judging.places()):
            verdict = self._judging.judge(placed)
            said = verdict.findings[0].say if verdict.findings else ""
            where = f"{words.label('network', str(placed.network))} ({words.label('delivery', str(placed.delivery))})"
            groups.setdefault((verdict.fit, said), []).append(where)
        rows = [
            (words.label("verdict", fit.code), ", ".join(places), said)
            for (fit, said), places in sorted(groups.items(), key=lambda item: item[0][0])
        ]
        return Reply(render("where", rows=rows))

    def about(self, network: Network) -> Reply:
        """What a network is for, what is welcome and out of line there, and its custom."""
        charter, words = self._judging.charters.network(network), self._judging.wording
        ways = [(words.label("delivery", way), custom) for way, custom in charter.by_delivery.items()]
        close = [(words.label("relation", who), custom) for who, custom in charter.by_relation.items()]
        return Reply(render("network", charter=charter, ways=ways, close=close))

    def forget(self, person: Person) -> None:
        """Drops the last draft from memory."""
        self._last.pop(person, None)

    async def _case(self, person: Person, command: Check) -> Case:
        """The case a command means: its own words, else the last draft in a new context, with what is kept."""
        last = self._last.get(person)
        if not command.text and last is None:
            raise BadCommand("There is no text to check yet; nothing was kept. Example: check on linkedin as a post: …")
        _refuse_long(command.text)
        case = Case(command.text)
        if last and (not command.text or _is_edit(command.text, last[0].text)):
            case = replace(last[0], text=command.text or last[0].text)
        case = replace(
            case,
            network=command.network or case.network,
            delivery=command.delivery or case.delivery,
            relation=command.relation or case.relation,
            form=command.form or form_of(case.text),
        )
        case = self._judging.heard(case)
        stated = purposes_on(await self._store.purposes.of(person), case.network)
        given = await self._store.ledger.balance(person, self._now())
        return replace(
            case,
            purpose=stated[0] if stated else None,
            history=given.phrase or None,
        )

    def _remember(self, person: Person, case: Case, verdict: Verdict) -> None:
        self._last[person] = (case, verdict)
        self._last.move_to_end(person)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)


def _refuse_long(text: str) -> None:
    if len(text) > LIMIT:
        raise BadCommand(f"That has over {LIMIT:,} characters; nothing was judged. Check the part you are unsure of.")


def _is_edit(text: str, before: str) -> bool:
    """Whether a text is the last draft after an edit, so that its context still holds."""
    return SequenceMatcher(None, text[:COMPARED].split(), before[:COMPARED].split()).ratio() >= ALIKE


def _trend(before: tuple[Case, Verdict] | None, case: Case, verdict: Verdict) -> str:
    """better, worse or same against the last check of the same context; empty when it is another one."""
    if before is None or before[0] == case or before[0].text == case.text:
        return ""
    was, now = before[1], verdict
    if (before[0].network, before[0].delivery, before[0].relation) != (case.network, case.delivery, case.relation):
        return ""
    if (was.fit, len(was.findings)) == (now.fit, len(now.findings)):
        return "same"
    return "better" if (now.fit, len(now.findings)) < (was.fit, len(was.findings)) else "worse"
