"""Closes polls whose time is over: the result takes the place of the question, and what follows is told to who looks after it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import gallery, reading
from bot.attention import notice_at, notice_until
from bot.language import speaking
from bot.letters import LetterKind, channel_of
from bot.model import Button, Reply
from bot.polls import WIDE, Choice, Poll, Posed
from bot.render import render
from bot.reviewing import UNKNOWN
from bot.schedule import Schedule
from bot.storage import StoreError
from bot.wording import Wording, offered

if TYPE_CHECKING:
    from bot.storage import Store
    from bot.storage.polls import Ended

log = logging.getLogger("tact.polling")

BATCH = 50
"""Polls closed in one transaction."""
MUTE = "polls"
"""What is switched off by `quiet polls`."""
IDLE = 5.0
"""Seconds between looks for polls whose time is over."""


class Polling:
    """Closes polls. Any number of processes may: no poll is closed twice."""

    def __init__(self, store: Store, wording: Wording, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._wording = wording
        self._clock = clock

    async def run(self, wake: Callable[[], None]) -> None:
        """Closes what is due until it is cancelled, and calls `wake` when letters were written."""
        while True:
            try:
                closed = await self.step()
            except StoreError as problem:
                log.warning("polls wait: %s", problem)
                closed = 0
            if closed:
                wake()
            await asyncio.sleep(0 if closed == BATCH else IDLE)

    async def step(self) -> int:
        """Closes one batch, in one transaction with the letters that tell of it; how many."""
        now = self._clock()
        async with self._store.together():
            ended = await self._store.polls.close_due(now, BATCH)
            owners = [one.person_id for one in ended]
            languages = await self._store.languages.of_many(owners)
            schedules = await self._store.schedules.of_many(owners)
            muted = await self._store.mutes.by(owners, MUTE, now)
            for one in ended:
                with speaking(languages.get(one.person_id, "")):
                    await self._tell(one, now)
                    if one.poll.tally and one.person_id not in muted:
                        await self._follow(one, now, schedules.get(one.person_id, UNKNOWN))
        return len(ended)

    async def _tell(self, one: Ended, now: datetime) -> None:
        """The result for all."""
        poll, channel = one.poll, channel_of(one.tenant, one.poll.room)
        unposted = await self._store.outbox.withdraw(channel, f"poll/{poll.number}")
        if not unposted:
            result = Reply(told(poll, self._wording), private=False)
            cause = f"poll/{poll.number}/result"
            await self._store.outbox.put(channel, LetterKind.POLL, result, now, cause=cause, at=now, to=one.address)

    async def _follow(self, one: Ended, now: datetime, schedule: Schedule) -> None:
        """What follows, to who looks after the place, where they are reached and outside their quiet hours."""
        from bot.storage.outbox import NewLetter  # here, so that the core starts without a database

        line, number = line_after(one.poll), one.poll.number
        text = render("poll_follows", result=told(one.poll, self._wording), line=line, number=number)
        accept = (Button(self._wording.overall["poll_line"], f"poll accept {number}"),) if line else ()
        due = notice_at(now, schedule)
        letter = NewLetter(
            one.tenant,
            one.person_id,
            LetterKind.RESULT,
            Reply(text, buttons=(*accept, *offered(self._wording, MUTE))),
            due,
            notice_until(due, schedule),
            f"poll/{number}/line",
        )
        await self._store.outbox.put_all([letter], now)


def poll_reply(number: int, posed: Posed, closes: datetime, wording: Wording) -> Reply:
    """The question as all see it, with a button for each choice."""
    text = render("poll", posed=posed, place=_place(posed, wording), closes=closes)
    buttons = tuple(Button(wording.label("choice", choice), f"poll vote {number} {choice}") for choice in Choice)
    return Reply(text, private=False, buttons=buttons)


def told(poll: Poll, wording: Wording) -> str:
    """How a poll stands, in words; figures only when it is closed and enough people voted."""
    known = gallery.load().find(poll.posed.code)
    counted = poll.tally
    rows = (
        [(wording.label("choice", c), counted.of(c), _bar(counted.bar(c), wording)) for c in Choice] if counted else []
    )
    leading = counted.leading if counted else None
    return render(
        "poll_told",
        poll=poll,
        place=_place(poll.posed, wording),
        rows=rows,
        leading=leading.value if leading else "",
        says=known.says if known and not poll.is_open else "",
    )


def line_after(poll: Poll) -> str:
    """The line of a charter that follows from a poll that is closed; empty where none does."""
    if poll.tally is None:
        return ""
    subject = gallery.load().subject_of(poll.posed, reading.read(poll.posed.text))
    return subject.line(poll.tally.leading or Choice.BORDERLINE) if subject else ""


def _place(posed: Posed, wording: Wording) -> str:
    known = (("network", posed.network), ("delivery", posed.delivery), ("relation", posed.relation))
    return ", ".join(wording.label(kind, code) for kind, code in known if code)


def _bar(full: int, wording: Wording) -> str:
    signs = wording.labels["bar"]
    return signs["full"] * full + signs["empty"] * (WIDE - full)
