"""Use cases of turning points: begin one, see how far one is, tick steps off, put them off, stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands import BadCommand
from bot.model import Button, Person, Reply, Room
from bot.problems import problem
from bot.render import render
from bot.review_commands import DelayReview, ReviewCommand, ShowReview, StartReview, StopReview, TickStep
from bot.reviewing import UNKNOWN, done_buttons, rows_of, tell_at, usual_buttons
from bot.reviews import Course, Review, State, Turn, begin, load
from bot.schedule import BadSchedule, Schedule, local_day
from bot.schedule_words import parse_until
from bot.wording import Wording
from bot.zones import BadZone, load_zone

if TYPE_CHECKING:
    from bot.coach.pushing import Pushing
    from bot.storage import Store

OFFERED = 3
"""Steps of which a button is offered."""
LONGEST = timedelta(days=60)
"""For how long steps can be put off; for longer a review is stopped."""
OVER = timedelta(days=14)
"""So long after its last step a review that was not finished stands in the way of no other."""
NEXT = 2
"""Steps named where the whole list is not asked for."""
_WHOLE = ("begun", "show", "delayed")
_SAID = {State.DONE: "done", State.SKIPPED: "skipped", State.OPEN: "open again"}


class Reviews:
    """Goes through turning points with people."""

    def __init__(self, wording: Wording, pushing: Pushing, store: Store, now: Callable[[], datetime]) -> None:
        self._wording = wording
        self._pushing = pushing
        self._store = store
        self._now = now

    async def answer(self, person: Person, command: ReviewCommand, room: Room) -> Reply:
        """The reply to a command about turning points; raises BadCommand."""
        schedule = await self._schedule(person, room)
        async with self._store.together():
            match command:
                case StartReview():
                    return await self._start(person, command, schedule)
                case ShowReview():
                    return await self._show(person, command, schedule)
                case TickStep():
                    return await self._tick(person, command, schedule)
                case StopReview():
                    return await self._stop(person)
                case DelayReview():
                    return await self._delay(person, command, schedule)

    async def _schedule(self, person: Person, room: Room) -> Schedule:
        """When a person may be reached; where they live by their profile, as long as they said nothing else."""
        kept = await self._store.schedules.of(person)
        if kept or not room.zone:
            return kept.schedule if kept else UNKNOWN
        try:
            load_zone(room.zone)
        except BadZone:
            return UNKNOWN
        return replace(UNKNOWN, zone=room.zone)

    async def _start(self, person: Person, command: StartReview, schedule: Schedule) -> Reply:
        now = self._now()
        today = local_day(now, load_zone(schedule.zone))
        start = command.day or today - timedelta(days=command.ago)
        try:
            review = begin(command.turn, start, today, now, load())
        except ValueError as error:
            raise BadCommand(str(error)) from error
        running = await self._running(person)
        if running and max(step.due for step in running.steps) + OVER < today:
            await self._store.reviews.change(person, replace(running, course=Course.STOPPED), None)
        elif running:
            return self._words(running, schedule, "running", asked=command.turn, start=start)
        if not await self._store.reviews.begin(person, review, tell_at(review, now, schedule), now):
            return await self._show(person, ShowReview(), schedule)
        if schedule.zone != UNKNOWN.zone and await self._store.schedules.of(person) is None:
            await self._store.schedules.keep(person, schedule, None, now)
        return self._words(review, schedule, "begun", reached=await self._pushing.reaches(person))

    async def _show(self, person: Person, command: ShowReview, schedule: Schedule) -> Reply:
        review = await self._current(person)
        if command.action == "why":
            await self._used(person, review, "why")
        if review is None:
            turns = [(turn, load()[turn].name) for turn in Turn]
            buttons = tuple(Button(name.capitalize(), f"review {turn}") for turn, name in turns)
            return Reply(render("review", what="none", turns=turns), buttons=buttons)
        return self._words(review, schedule, command.action)

    async def _tick(self, person: Person, command: TickStep, schedule: Schedule) -> Reply:
        review = await self._current(person)
        if review is None:
            raise BadCommand(problem("no_turning_point"))
        step = review.step(command.number)
        if step is None:
            raise BadCommand(problem("no_such_step", number=command.number, steps=len(review.steps)))
        await self._used(person, review, "done")
        if step.state is command.state:
            return self._words(review, schedule, "same", step=command.number)
        changed = replace(step, state=command.state)
        after = replace(review, steps=tuple(changed if s.number == step.number else s for s in review.steps))
        after = replace(after, course=Course.FINISHED if after.is_over else Course.RUNNING)
        due = None if after.is_over else tell_at(after, self._now(), schedule)
        await self._store.reviews.change(person, after, due)
        return self._words(after, schedule, "finished" if after.is_over else "ticked", step=command.number)

    async def _stop(self, person: Person) -> Reply:
        review = await self._running(person)
        if review is None:
            return Reply(render("review", what="not_running"))
        await self._store.reviews.change(person, replace(review, course=Course.STOPPED), None)
        for step in review.steps:
            await self._store.outbox.withdraw(person, f"review/{review.number}/{step.number}/{step.due}")
        await self._used(person, review, "done")
        return Reply(
            render(
                "review",
                what="stopped",
                guide=load()[review.turn],
                turn=review.turn,
                done=review.done,
                all=len(review.steps),
            )
        )

    async def _delay(self, person: Person, command: DelayReview, schedule: Schedule) -> Reply:
        review = await self._running(person)
        if review is None:
            return Reply(render("review", what="not_running"))
        now, zone = self._now(), load_zone(schedule.zone)
        try:
            until = parse_until(command.until, now, zone)
        except BadSchedule as error:
            raise BadCommand(problem("example", said=error, example="review later 1 week")) from error
        if until > now + LONGEST:
            raise BadCommand(problem("delay_too_long", most=LONGEST.days))
        await self._used(person, review, "snoozed")
        after = review.not_before(local_day(until, zone))
        if after != review:
            await self._store.reviews.change(person, after, tell_at(after, now, schedule))
        return self._words(after, schedule, "delayed" if after != review else "not_delayed")

    async def _running(self, person: Person) -> Review | None:
        found = await self._store.reviews.all_of(person)
        return next((review for review in found if review.course is Course.RUNNING), None)

    async def _current(self, person: Person) -> Review | None:
        """The review that runs, else the last one if it was finished."""
        found = await self._store.reviews.all_of(person)
        last = found[0] if found and found[0].course is Course.FINISHED else None
        return next((review for review in found if review.course is Course.RUNNING), last)

    async def _used(self, person: Person, review: Review | None, how: str) -> None:
        """Keeps that the last message about it was used: it was not ignored."""
        from bot.storage.pushes import Use  # here, so that the core starts without a database

        if review:
            await self._store.pushes.use(person, self._now(), Use(how), f"review/{review.turn}")

    def _words(self, review: Review, schedule: Schedule, what: str, **more: object) -> Reply:
        """How far a review is, with buttons for what is next."""
        rows = rows_of(review.open, load()[review.turn])
        shown = rows if what in _WHOLE else rows[:NEXT]
        states = [(step.number, step.state) for step in review.steps]
        said: dict[str, object] = {"step": 0, "asked": review.turn, "start": review.start} | more
        now = next((state for number, state in states if number == said["step"]), State.OPEN)
        text = render(
            {"begun": "review_begun", "why": "review_why"}.get(what, "review"),
            what=what,
            guide=load()[review.turn],
            review=review,
            rows=shown,
            more=len(shown) < len(rows),
            today=local_day(self._now(), load_zone(schedule.zone)),
            skipped=[number for number, state in states if state is State.SKIPPED],
            ticked=[number for number, state in states if state is State.DONE],
            networks=self._networks(review),
            state=now.value if what == "same" else _SAID[now],
            tips=bool(schedule.days),
            **said,
        )
        if review.course is not Course.RUNNING:
            return Reply(text)
        whole = () if what in _WHOLE else (Button(self._wording.labels["review_button"]["show"], "review"),)
        first = [step for step, _, _ in rows][:OFFERED]
        return Reply(text, buttons=(*done_buttons(first, self._wording), *usual_buttons(self._wording), *whole))

    def _networks(self, review: Review) -> list[tuple[str, str]]:
        """What must change in each network, those of daily work and of perspective first."""
        networks = load()[review.turn].networks
        return [(self._wording.label("purpose", name), getattr(networks, name)) for name in networks.__struct_fields__]
