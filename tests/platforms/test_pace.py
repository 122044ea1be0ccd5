"""Who asks very fast is told so once, kindly, and takes nobody else's time."""

from __future__ import annotations

import asyncio

from adapters.pace import BURST, EACH, REMEMBERED, SILENT, Pace
from bot.model import Person, Tone
from tests.platforms.slack_serving import CHECK_PITCH, Tact
from tests.servers.slack.client import LoopbackSlack

ANA, BEN = Person("slack:T1", "U1"), Person("slack:T1", "U2")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_ten_a_minute() -> None:
    pace, clock = Pace(clock := Clock()), clock
    assert [pace.refusal(ANA) for _ in range(BURST)] == [None] * BURST
    refusal = pace.refusal(ANA)
    assert refusal is not None
    assert refusal.tone is Tone.PROBLEM
    assert f"in {EACH:.0f} seconds" in refusal.text
    assert pace.refusal(BEN) is None
    clock.now += 60
    assert sum(pace.refusal(ANA) is None for _ in range(BURST)) == 10
    clock.now += BURST * EACH * 2
    assert sum(pace.refusal(ANA) is None for _ in range(2 * BURST)) == BURST


def test_where_nobody_waits_who_was_told_is_not_told_again_within_a_minute() -> None:
    pace, clock = Pace(clock := Clock()), clock

    def told(*, waits: bool = False) -> bool:
        refusal = pace.refusal(ANA, waits=waits)
        assert refusal is not None
        return bool(refusal.text)

    for _ in range(BURST):
        pace.refusal(ANA)
    assert [told(), told(), told(waits=True), told()] == [True, False, True, False]
    clock.now += SILENT
    for _ in range(10):
        assert pace.refusal(ANA) is None
    assert [told(), told()] == [True, False]


def test_it_remembers_a_limited_number_of_people() -> None:
    pace = Pace(Clock())
    for number in range(REMEMBERED + 10):
        pace.refusal(Person("slack:T1", f"U{number}"))
    assert len(pace._askers) == REMEMBERED


async def test_a_flood_is_answered_once_and_others_as_before(slack: LoopbackSlack, tact: Tact) -> None:
    await asyncio.gather(*(slack.say("U1", "DU1", f"balance {number}?") for number in range(BURST + 20)))
    answers = await slack.posts(to="U1", count=BURST + 1)
    await slack.command("U2", "C1", "/tact", CHECK_PITCH)
    await slack.posts(to="U2", count=1, contains="Avoid here")
    assert len([one for one in await slack.posts(to="U1") if "more at once" in one.text]) == 1
    assert len(answers) == len(await slack.posts(to="U1")) == BURST + 1
    done = await slack.command("U1", "C1", "/tact", CHECK_PITCH)  # who waits for an answer gets one each time
    assert done.user_sees is None
    await slack.posts(to="U1", seen="ephemeral", count=1, contains="more at once")
