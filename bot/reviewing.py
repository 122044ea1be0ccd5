"""Tells people the steps of their turning point when they are due: in place of a tip, or as a reminder where there are no tips."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.attention import Kind, Notice, Push, good_until, notice, when_allowed
from bot.language import speaking
from bot.letters import LetterKind
from bot.model import Button, Reply
from bot.render import render
from bot.retries import DAYS
from bot.reviews import Guide, Review, Step, load
from bot.schedule import Schedule, day_begins, local_day, moment, reachable
from bot.wording import Wording
from bot.zones import load_zone

if TYPE_CHECKING:
    from bot.storage import Store
    from bot.storage.outbox import NewLetter
    from bot.storage.pushes import Pushed
    from bot.storage.reviews import Waiting

    Settlement = tuple[NewLetter | None, Pushed | None, Review, datetime | None]
    """A letter or none, what is written down of it, the review after it, and when to look at it again."""

log = logging.getLogger("tact.reviewing")

BATCH = 500
"""People in one transaction."""
AT_ONCE = 3
"""Steps in one letter; what else is due comes with the next."""
SOON = timedelta(minutes=1)
"""What is allowed within this counts as now."""
UNKNOWN = Schedule("UTC", days=frozenset())
"""When somebody may be reached who never said."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of a review, and the review after it."""

    reply: Reply
    review: Review
    topic: str
    cause: str


class Reviewing:
    """Tells what is due. Any number of processes may: no review is claimed twice."""

    def __init__(self, store: Store, wording: Wording, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._wording = wording
        self._clock = clock

    async def in_place_of_tips(
        self,
        person_ids: Sequence[int],
        pushes: Mapping[int, Sequence[Push]],
        languages: Mapping[int, str],
        now: datetime,
    ) -> Mapping[int, Telling]:
        """What is to be told to people whose tip is due, by the number of their row; call it inside `together`."""
        found = {}
        for person_id, one in (await self._store.reviews.claim_of(person_ids)).items():
            try:
                with speaking(languages.get(person_id, "")):
                    telling = self._telling(one, pushes.get(person_id, ()), now)
            except Exception as error:  # one must not hold up the others
                log.warning("a step could not be told: %s", type(error).__name__)
                continue
            if telling:
                found[person_id] = telling
        return found

    async def told(self, tellings: Sequence[Telling], now: datetime) -> None:
        """Keeps that these were told."""
        await self._store.reviews.told([(telling.review, now + timedelta(days=1)) for telling in tellings])

    async def step(self) -> int:
        """Looks at one batch of reviews in which something may be due, in one transaction; how many there were."""
        now = self._clock()
        async with self._store.together():
            waiting = await self._store.reviews.claim_due(now, BATCH)
            if not waiting:
                return 0
            ids = [one.person_id for one in waiting]
            pushes, languages = await self._store.pushes.latest(ids), await self._store.languages.of_many(ids)
            done = []
            for one in waiting:
                with speaking(languages.get(one.person_id, "")):
                    done.append(self._surely(one, now, pushes.get(one.person_id, ())))
            await self._store.outbox.put_all([letter for letter, _, _, _ in done if letter], now)
            told = [(one.person_id, pushed) for one, (_, pushed, _, _) in zip(waiting, done, strict=True) if pushed]
            await self._store.pushes.record_all(told)
            await self._store.reviews.told([(review, tell_at) for _, _, review, tell_at in done])
        return len(waiting)

    def _surely(self, one: Waiting, now: datetime, sent: Sequence[Push]) -> Settlement:
        """What becomes of one review, also where it cannot be worked out: one must not hold up the others."""
        try:
            return self._settled(one, now, sent)
        except Exception as error:  # a zone that is gone, a step that cannot be rendered
            log.warning("a step could not be told: %s", type(error).__name__)
            return None, None, one.review, now + timedelta(days=1)

    def _settled(self, one: Waiting, now: datetime, sent: Sequence[Push]) -> Settlement:
        """What becomes of one review: a letter or none, what is written down of it, the review, when to look again."""
        from bot.storage.outbox import NewLetter  # here, so that the core starts without a database
        from bot.storage.pushes import Pushed

        tomorrow = now + timedelta(days=1)
        schedule = one.schedule or UNKNOWN
        due = tell_at(one.review, now, schedule)
        if due is None or due > now:
            return None, None, one.review, due
        if schedule.days or one.failures is None or one.failures >= DAYS:
            return None, None, one.review, tomorrow  # with the next tip, or when they can be reached again
        at = when_allowed(Kind.REMINDER, sent, now, schedule)
        telling = self._telling(one, sent, now)
        if telling is None or at is None:
            return None, None, one.review, tomorrow
        if at > now + SOON:
            return None, None, one.review, at
        letter = NewLetter(
            one.tenant, one.person_id, LetterKind.REMINDER, telling.reply, now, good_until(now, schedule), telling.cause
        )
        return (
            letter,
            Pushed("reminder", telling.topic, now),
            telling.review,
            tell_at(telling.review, tomorrow, schedule),
        )

    def _telling(self, one: Waiting, sent: Sequence[Push], now: datetime) -> Telling | None:
        schedule = one.schedule or UNKNOWN
        return tell(one.review, now, schedule, self._wording, notice(sent, now, schedule))


def tell_at(review: Review, now: datetime, schedule: Schedule) -> datetime | None:
    """When the next step is to be told: at the hour of tips on its day, or from now on where that is over; None when all was."""
    day = review.next_to_tell()
    if day is None or not review.open:
        return None
    zone = load_zone(schedule.zone)
    due = moment(day, schedule.at, zone) or day_begins(day, zone)
    return reachable(max(due, now), schedule)


def tell(
    review: Review, now: datetime, schedule: Schedule, wording: Wording, said: Notice | None = None
) -> Telling | None:
    """What is due and was not told yet, a few steps at most; None when there is nothing."""
    guide, today = load()[review.turn], local_day(now, load_zone(schedule.zone))
    due = tuple(step for step in review.untold(today) if guide.step(step.code))[:AT_ONCE]
    if not due:
        return None
    after = replace(review, steps=tuple(replace(s, told_at=now) if s in due else s for s in review.steps))
    text = render(
        "review_push",
        guide=guide,
        rows=rows_of(due, guide),
        all=len(review.steps),
        done=review.done,
        overdue=[step.number for step in review.overdue(today) if step not in due],
        notice=said or "",
    )
    first = due[0]
    return Telling(
        Reply(text, buttons=(*done_buttons(due, wording), *usual_buttons(wording))),
        after,
        f"review/{review.turn}",
        f"review/{review.number}/{first.number}/{first.due}",
    )


def rows_of(steps: Sequence[Step], guide: Guide) -> list[tuple[Step, str, str]]:
    """Steps with what to do and why; those that this version knows no more are left out."""
    known = [(step, guide.step(step.code)) for step in steps]
    return [(step, words.do, words.why) for step, words in known if words]


def done_buttons(steps: Sequence[Step], wording: Wording) -> tuple[Button, ...]:
    """A button for each step to say that it is done."""
    label = wording.labels["review_button"]["done"]
    return tuple(Button(label.format(number=step.number), f"review done {step.number}") for step in steps)


def usual_buttons(wording: Wording) -> tuple[Button, ...]:
    """To put it off, to ask why, and to end it."""
    labels = wording.labels["review_button"]
    commands = {"later": "review later 1 week", "why": "review why", "stop": "review stop"}
    return tuple(Button(labels[name], command) for name, command in commands.items())
