"""The second opinion on Slack: after the local answer is shown, what a language model adds takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from adapters.slack.answers import Answers
from adapters.slack.incoming import Incoming, room_of
from adapters.slack.outgoing import render
from adapters.slack.work import Work
from bot.coach import Coach
from bot.model import Reply

HEAD_START = 0.5
"""Seconds that an acknowledgement with the first answer in it has to be shown: a quick model must not overtake it."""
Show = Callable[[Reply], Awaitable[object]]
"""Puts a reply in the place of the one that was shown."""


class Seconds:
    """Waits for second opinions while everything else goes on."""

    def __init__(self, coach: Coach, answers: Answers, work: Work, elapsed: Callable[[], float]) -> None:
        self._coach = coach
        self._answers = answers
        self._work = work
        self._elapsed = elapsed

    def after(self, incoming: Incoming, first: Reply, show: Show) -> None:
        """Once the first reply was shown: what a second opinion makes of it, where everybody concerned allowed one."""
        if first.draft:
            self._work.start(self._add(incoming, first, show))

    def after_url(self, incoming: Incoming, first: Reply) -> None:
        """The same where the answer went out by the address that came with the request."""

        async def show(second: Reply) -> None:
            await self._answers.here(incoming, second, instead=in_one(first) and in_one(second))

        self.after(incoming, first, show)

    async def _add(self, incoming: Incoming, first: Reply, show: Show) -> None:
        began = self._elapsed()
        second = await self._coach.second_opinion(incoming.person, first, room_of(incoming))
        if second is not None:
            await asyncio.sleep(max(0.0, began + HEAD_START - self._elapsed()))
            await show(second)


def in_one(reply: Reply) -> bool:
    """Whether a reply is a single message, which another one can take the place of."""
    return len(render(reply)) == 1
