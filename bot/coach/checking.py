"""Use cases around a draft: check it, check it again after an edit, and find where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot import purposes, reading
from bot.coach.community import community_of
from bot.coach.drafts import Draft, Drafts, is_edit
from bot.coach.listening import network_of
from bot.coach.remarking import SURE, Checked
from bot.coach.speaking import speak
from bot.commands import BadCommand, Check
from bot.judge import without
from bot.judging import Judging
from bot.ledger import Balance, entries_in
from bot.model import Case, EntryKind, Network, Person, Purpose, Reply, Room, Verdict
from bot.problems import problem
from bot.reading import form_of
from bot.reading.masks import LIMIT
from bot.render import render
from bot.watching import Watch

if TYPE_CHECKING:
    from bot.coach.charters import Charters
    from bot.coach.remarking import Remarking
    from bot.coach.turning_down import TurningDown
    from bot.storage import Store


class Checking:
    """Checks drafts, against each person's last one where it is an edit of it."""

    def __init__(
        self,
        judging: Judging,
        drafts: Drafts,
        remarking: Remarking,
        charters: Charters,
        turning_down: TurningDown,
        store: Store,
        now: Callable[[], datetime],
        watch: Watch,
    ) -> None:
        self._watch = watch
        self._judging = judging
        self._drafts = drafts
        self._remarking = remarking
        self._charters = charters
        self._turning_down = turning_down
        self._store = store
        self._now = now

    async def check(self, person: Person, command: Check, room: Room) -> Reply:
        """The verdict on a draft, what changed since the last one, the one change to make, and one remark at most."""
        stated = await self._store.purposes.of(person)
        case = self._case(person, command, stated)
        at_home = case.network is not None and network_of(person) in (None, case.network)
        case = replace(case, charter=await self._charters.holding(person, room) if at_home else None)
        read = reading.read(case.text, case.form)
        balance = Balance()
        if any(entry.kind is EntryKind.ASKED for entry in entries_in(read.intents, self._now(), SURE)):
            balance = await self._store.ledger.balance(person, self._now())
            case = replace(case, history=balance.phrase or None)  # what asks for nothing is not held against its writer
        judged = self._judging.judge(case, read)
        minded_not = await self._turning_down.of(person, room) if at_home else frozenset()
        verdict = without(judged, minded_not)
        left_out = tuple(dict.fromkeys(f.reason for f in judged.findings if f.reason in minded_not))
        aim = purposes.served(read, purposes.load(), SURE)
        trend, place = _trend(self._drafts.of(person), case, verdict), community_of(person, room)
        number = self._drafts.remember(person, case, verdict, trend, minded_not, left_out)
        self._watch.verdict(verdict.code)
        await self._store.verdicts.record(person, case, verdict, self._now(), aim, trend=trend, place=place)
        reply = replace(speak(case, verdict, self._judging, trend, down=left_out), draft=number)
        return await self._remarking.add(reply, person, Checked(case, verdict, read, aim, stated, balance))

    def about(self, network: Network) -> Reply:
        """What a network is for, what is welcome and out of line there, and its custom."""
        charter, words = self._judging.charters.network(network), self._judging.wording
        ways = [(words.label("delivery", way), custom) for way, custom in charter.by_delivery.items()]
        close = [(words.label("relation", who), custom) for who, custom in charter.by_relation.items()]
        return Reply(render("network", charter=charter, ways=ways, close=close))

    def _case(self, person: Person, command: Check, stated: purposes.Stated) -> Case:
        """The case a command means: its own words, else the last draft in a new context, with what is kept."""
        last = self._drafts.of(person)
        if not command.text and last is None:
            raise BadCommand(problem("no_text_kept"))
        refuse_long(command.text)
        case = Case(command.text)
        if last and (not command.text or is_edit(command.text, last.case.text)):
            case = replace(last.case, text=command.text or last.case.text)
        case = replace(
            case,
            network=command.network or case.network,
            delivery=command.delivery or case.delivery,
            relation=command.relation or case.relation,
            form=command.form or form_of(case.text),
        )
        case = self._judging.heard(case)
        return replace(case, purpose=_purpose(stated, case.network), history=None)


def _purpose(stated: purposes.Stated, network: Network | None) -> Purpose | None:
    """The first purpose that holds there, which the judge goes by."""
    known = purposes.purposes_on(stated, network)
    return known[0] if known else None


def refuse_long(text: str) -> None:
    """Raises BadCommand for a text that is too long to be judged."""
    if len(text) > LIMIT:
        raise BadCommand(problem("too_long", limit=LIMIT))


def _trend(before: Draft | None, case: Case, verdict: Verdict) -> str:
    """better, worse or same against the last check of the same context; empty when it is another one, or a question was asked."""
    if before is None or before.case == case or before.case.text == case.text:
        return ""
    was, now = before.verdict, verdict
    if was.question or now.question:
        return ""
    if (before.case.network, before.case.delivery, before.case.relation) != (
        case.network,
        case.delivery,
        case.relation,
    ):
        return ""
    if (was.fit, len(was.findings)) == (now.fit, len(now.findings)):
        return "same"
    return "better" if (now.fit, len(now.findings)) < (was.fit, len(was.findings)) else "worse"
