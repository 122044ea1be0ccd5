"""The scheduler of tips: who is due gets one written into the outbox, in the transaction that says when the next is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.attention import Notice, Push, Refusal, good_until, settle
from bot.language import speaking
from bot.letters import LetterKind
from bot.model import Button, Purpose, Reply
from bot.progress import WEEK, progress
from bot.render import render
from bot.retries import DAYS, UNREACHABLE
from bot.reviewing import Reviewing, Telling
from bot.schedule import local_day, spread
from bot.storage import Judged, StoreError
from bot.wording import Wording
from bot.zones import BadZone, load_zone

if TYPE_CHECKING:
    from bot.storage import Store
    from bot.storage.outbox import NewLetter
    from bot.storage.pushes import Pushed
    from bot.storage.schedules import Due

    Settlement = tuple[NewLetter | None, Pushed | None, datetime | None]
    """A letter or none, what is written down of it, and when the next is due."""

log = logging.getLogger("tact.tipping")

BATCH = 500
"""People in one transaction: claiming is quickest in hundreds, and a crash repeats no more than that."""
IDLE = 5.0
"""Seconds between looks when nobody is due."""
LOOKED_AT = timedelta(days=30)
"""How far back verdicts are looked at, which is as long as they are kept."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a tip for somebody is chosen by. For a channel nothing is known but what it was shown."""

    judged: Sequence[Judged] = ()
    purposes: Sequence[Purpose] = ()
    shown: Sequence[str] = ()
    """Ids of the tips of a year, oldest first."""
    put_off: str = ""
    """The last tip, if it was put off: it comes again in place of the next."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A tip, and why it is this one."""

    id: str
    text: str
    action: str
    because: str
    evidence: str
    source: str


class Book(Protocol):
    """The tips there are."""

    def choose(self, facts: Facts, now: datetime) -> Chosen | None:
        """The next tip for somebody; None when there is none that was not just shown."""

    def explain(self, tip: str, facts: Facts) -> Chosen | None:
        """A tip by its id, with why it suits somebody; None when there is none of that id any more."""


class _NoTips:
    def choose(self, facts: Facts, now: datetime) -> Chosen | None:  # noqa: ARG002
        return None

    def explain(self, tip: str, facts: Facts) -> Chosen | None:  # noqa: ARG002
        return None


NO_TIPS: Book = _NoTips()
"""A book without a tip in it."""


class Tipping:
    """Writes what is due. Any number of processes may: nobody is claimed twice."""

    def __init__(self, store: Store, book: Book, wording: Wording, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._book = book
        self._wording = wording
        self._clock = clock
        self._reviewing = Reviewing(store, wording, clock)

    async def run(self, wake: Callable[[], None]) -> None:
        """Writes tips until it is cancelled, and calls `wake` when some were written."""
        while True:
            try:
                written = await self.step()
            except StoreError as problem:
                log.warning("tips wait: %s", problem)
                written = 0
            if written:
                wake()
            if written < BATCH:
                await asyncio.sleep(IDLE)

    async def step(self) -> int:
        """Settles one batch of those whose tip, or whose step in a turning point, is due; how many there were."""
        return await self._tips() + await self._reviewing.step()

    async def _tips(self) -> int:
        """In one transaction; a step that is due takes the place of the tip."""
        now = self._clock()
        async with self._store.together():
            due = await self._store.schedules.claim_due(now, BATCH)
            if not due:
                return 0
            ids = [one.person_id for one in due]
            pushes = await self._store.pushes.latest(ids)
            facts = await self._facts(ids, now)
            languages = await self._store.languages.of_many(ids)
            steps = await self._reviewing.in_place_of_tips(ids, pushes, languages, now)
            done = []
            for one in due:
                with speaking(languages.get(one.person_id, "")):
                    sent, step = _noticed(one, pushes), steps.get(one.person_id)
                    done.append(self._surely(one, now, sent, facts[one.person_id], step))
            written = {letter.person_id for letter, _, _ in done if letter}
            await self._store.outbox.put_all([letter for letter, _, _ in done if letter], now)
            await self._store.pushes.record_all(
                [(one.person_id, pushed) for one, (_, pushed, _) in zip(due, done, strict=True) if pushed]
            )
            await self._reviewing.told([step for person_id, step in steps.items() if person_id in written], now)
            await self._store.schedules.advance(
                [(one.person_id, then) for one, (_, _, then) in zip(due, done, strict=True)]
            )
        return len(due)

    async def _facts(self, ids: Sequence[int], now: datetime) -> Mapping[int, Facts]:
        judged = await self._store.verdicts.since_of(ids, now - LOOKED_AT)
        purposes = await self._store.purposes.of_many(ids)
        shown = await self._store.pushes.shown(ids)
        put_off = await self._store.pushes.put_off(ids)
        return {i: Facts(judged.get(i, ()), purposes.get(i, ()), shown.get(i, ()), put_off.get(i, "")) for i in ids}

    def _surely(self, due: Due, now: datetime, sent: Sequence[Push], facts: Facts, step: Telling | None) -> Settlement:
        """What becomes of one person's due tip, also where it cannot be worked out: one must not hold up the others."""
        from bot.storage.pushes import Pushed

        try:
            return self._settled(due, now, sent, facts, step)
        except Exception as error:  # a zone that is gone, a tip that cannot be rendered
            log.warning("a tip could not be written: %s", type(error).__name__)
            skipped = "no_zone" if isinstance(error, BadZone) else "failed"
            return None, Pushed("tip", "", due.due, skipped=skipped), now + timedelta(days=1)

    def _settled(self, due: Due, now: datetime, sent: Sequence[Push], facts: Facts, step: Telling | None) -> Settlement:
        """What becomes of one person's due tip: a letter or none, what is written down of it, and when the next is due."""
        from bot.storage.outbox import NewLetter  # here, so that the core starts without a database
        from bot.storage.pushes import Pushed

        settled = settle(due.due, now, due.schedule, sent)
        if settled.refusal is Refusal.NOT_DUE:
            return None, None, settled.next_due
        unwanted = settled.refusal or due.failures >= DAYS
        said = None if unwanted else self._said(due, now, settled.notice, sent, facts, step)
        if said is None:
            skipped = UNREACHABLE if due.failures >= DAYS else settled.refusal or "nothing_new"
            return None, Pushed("tip", "", settled.due, skipped=skipped), settled.next_due
        at = max(spread(settled.due, str(due.person_id), due.schedule), now)
        reply, topic = said
        letter = NewLetter(
            due.tenant,
            due.person_id,
            LetterKind.TIP,
            reply,
            at,
            good_until(at, due.schedule),
            f"tip/{local_day(settled.due, load_zone(due.schedule.zone))}",
        )
        return letter, Pushed("tip", topic, at), settled.next_due

    def _said(
        self, due: Due, now: datetime, notice: Notice | None, sent: Sequence[Push], facts: Facts, step: Telling | None
    ) -> tuple[Reply, str] | None:
        """What is said, a step or a tip, and its topic; None when there is neither."""
        if step:
            return step.reply, step.topic
        chosen = self._next(facts, now)
        if chosen is None:
            return None
        week = self._week(facts, sent, now)
        return tip_reply(chosen, self._wording, notice, week, here=due.is_channel), chosen.id

    def _next(self, facts: Facts, now: datetime) -> Chosen | None:
        again = self._book.explain(facts.put_off, facts) if facts.put_off else None
        return again or self._book.choose(facts, now)

    def _week(self, facts: Facts, sent: Sequence[Push], now: datetime) -> str:
        """How the week went, on the first tip of every seven days."""
        if any(now - push.at < WEEK - timedelta(hours=12) and push.kind == "tip" for push in sent):
            return ""
        return progress_words(facts.judged, self._wording, now)


def _noticed(due: Due, pushes: Mapping[int, tuple[Push, ...]]) -> Sequence[Push]:
    """What somebody was pushed; in a channel nobody's presses are kept, so all of it counts as used there."""
    sent = pushes.get(due.person_id, ())
    return [replace(push, used_at=push.at) for push in sent] if due.is_channel else sent


def tip_reply(
    chosen: Chosen, wording: Wording, notice: Notice | None = None, week: str = "", *, here: bool = False
) -> Reply:
    """A tip as it is said, with a way to use it, to put it off, to ask why, and to end them; `here` is in a channel."""
    text = render("tip", text=chosen.text, action=chosen.action, notice=notice or "", progress=week)
    own = {"done": chosen.id, "snooze": chosen.id, "why": chosen.id, "off": ""}
    ways = {"why": chosen.id, "here pause": "2 weeks", "here off": ""} if here else own
    buttons = tuple(Button(wording.label("tip_button", way), f"tips {way} {of}".strip()) for way, of in ways.items())
    return Reply(text, private=not here, buttons=buttons)


def progress_words(judged: Sequence[Judged], wording: Wording, now: datetime) -> str:
    """How the week went in words; empty when too little was checked."""
    found = progress(judged, now)
    if found is None:
        return ""
    fewer, most = (wording.label("reason", reason) if reason else "" for reason in (found.fewer, found.most))
    return render("progress", progress=found, fewer=fewer, most=most)
