"""Every kind of push says why it comes, and how there is less of it: each has buttons for that, and each does what it says."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.judging import Judging
from bot.letters import Address, Letter, LetterKind
from bot.library import Library
from bot.model import Person, Room, Tone
from bot.polling import Polling
from bot.storage.store import Store
from bot.tipping import Tipping
from bot.tips import load
from tests.conftest import Clock

ROOT = Path(__file__).parents[1]
ANA = Person("slack:T1", "ana")
HOME = Address("slack", "T1", "ana", "D1")
HERE = Room("C1", admin=True, zone="UTC")
DIRECT = {LetterKind.ANSWER, LetterKind.POLL}
"""Answers to what somebody has just done: a command, and a poll that is posted, with its result, where it was asked for."""
WAYS = {
    "why": re.compile(r" why\b"),
    "not for a while": re.compile(r" (snooze|later|2 weeks|pause)\b"),
    "off": re.compile(r" (off|stop)$"),
}
PUT = {
    "bot/tipping.py": {"TIP"},
    "bot/reviewing.py": {"REMINDER"},
    "bot/coach/asking.py": {"REMINDER"},
    "bot/coach/listening.py": {"NUDGE"},
    "bot/coach/pushing.py": {"NOTICE", "NUDGE"},
    "bot/polling.py": {"RESULT", "POLL"},
    "bot/coach/polls.py": {"POLL"},
    "bot/upkeep.py": {"ANSWER"},
    "adapters/discord/answering.py": {"ANSWER"},
}
"""Where letters are put into the outbox, and which."""


class World:
    """Somebody who is coached, who looks after a channel, and whom everything there is can be pushed to."""

    def __init__(self, judging: Judging, store: Store, clock: Clock) -> None:
        book = Library(load, judging.wording)
        self.coach, self.store, self.clock = Coach(judging, store, clock, book), store, clock
        self.tipping, self.polling = (
            Tipping(store, book, judging.wording, clock),
            Polling(store, judging.wording, clock),
        )

    async def say(self, *lines: str) -> None:
        for line in lines:
            assert (await self.coach.hear(ANA, line, HERE)).tone is not Tone.PROBLEM, line

    async def letters(self, **time: float) -> tuple[Letter, ...]:
        """What is sent after some time."""
        self.clock.pass_(**time)
        await self.tipping.step()
        await self.polling.step()
        return await self.store.leases.claim(self.clock() + timedelta(minutes=15), 50, "slack")

    async def tip(self) -> tuple[Letter, ...]:
        await self.say("tips on weekdays at 9")
        return await self.letters(days=1)

    async def tip_of_a_channel(self) -> tuple[Letter, ...]:
        await self.say("tips here on tuesdays at 9")
        return await self.letters(days=1)

    async def step_in_place_of_a_tip(self) -> tuple[Letter, ...]:
        await self.say("tips on weekdays at 9", "review promotion")
        return await self.letters(days=2)

    async def step(self) -> tuple[Letter, ...]:
        await self.say("review promotion")
        return await self.letters(days=2)

    async def thanks(self) -> tuple[Letter, ...]:
        await self.say("asked advice from K", "asked K answered")
        return await self.letters(days=7)

    async def nudge(self) -> tuple[Letter, ...]:
        await self.say("asked advice from K", "asked job from L")
        await self.coach.seen(ANA, "Could anyone help me get the pump script to run?", HERE, "m1")
        return await self.letters(minutes=5)

    async def listened(self) -> tuple[Letter, ...]:
        told = await self.coach.seen(ANA, "Thank you so much for the review yesterday, it fixed it!", HERE, "m1")
        assert told is not None
        await self.coach.notify(ANA, told, "seen:m1")
        return await self.letters()

    async def poll(self) -> tuple[Letter, ...]:
        await self.say("poll beekeeper-tool", "poll post")
        for number in range(5):
            await self.coach.hear(Person("slack:T1", f"U{number}"), "poll vote 1 foul", HERE)
        await self.say("poll close 1")
        return await self.letters()


PUSHES = {
    World.tip: LetterKind.TIP,
    World.tip_of_a_channel: LetterKind.TIP,
    World.step_in_place_of_a_tip: LetterKind.TIP,
    World.step: LetterKind.REMINDER,
    World.thanks: LetterKind.REMINDER,
    World.nudge: LetterKind.NUDGE,
    World.listened: LetterKind.NOTICE,
    World.poll: LetterKind.RESULT,
}


@pytest.mark.parametrize("made", PUSHES, ids=lambda made: made.__name__)
async def test_each_push_has_the_three_ways_out(
    made: Callable[[World], Awaitable[tuple[Letter, ...]]], judging: Judging, store: Store, clock: Clock
) -> None:
    await store.addresses.keep(ANA, HOME, clock())
    world = World(judging, store, clock)
    (push,) = [letter for letter in await made(world) if letter.kind is PUSHES[made]]
    for way, words in WAYS.items():
        (command,) = [button.command for button in push.reply.buttons if words.search(button.command)]
        assert (await world.coach.hear(ANA, command, HERE)).tone is not Tone.PROBLEM, way


def test_no_kind_of_letter_and_no_place_that_writes_one_is_left_out() -> None:
    assert set(PUSHES.values()) | DIRECT == set(LetterKind)
    found = {
        path.relative_to(ROOT).as_posix(): set(re.findall(r"LetterKind\.([A-Z]+)", source))
        for folder in ("bot", "adapters")
        for path in (ROOT / folder).rglob("*.py")
        if "storage" not in path.parts  # which writes what it is given
        if re.search(r"NewLetter\(|outbox\.put\(|pushing\.put\(", source := path.read_text(encoding="utf-8"))
    }
    assert {path: kinds for path, kinds in found.items() if kinds} == PUT
