"""Whether a language model makes the first answer later: `/tact check` on two Tacts in the same run, one with a slow model.

    python tests/bench/bench_second_opinion.py [CHECKS] [SECONDS]

Both serve a loopback Slack through Bolt over HTTP on a SQLite file of their own, in turn and one check at a time. The model answers
after so many seconds (5), so that second opinions are under way all the time; everybody allowed them. Prints the seconds until
the acknowledgement, which holds the first answer, how many second opinions came, and the ratio; asserts nothing.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median, quantiles

from bot.model import Person
from tests.platforms.slack_serving import Tact, one_workspace, serving_slack
from tests.servers.model.process import ModelProcess
from tests.servers.slack.client import LoopbackSlack, SlackProcess

CHECK = (
    "check on linkedin as a dm to a stranger: Hi Sam, could I pick your brain for an hour or two about data work? ({})"
)
CHECKS_OF_ONE = 10


class Arm:
    """One Tact beside its Slack."""

    def __init__(self, name: str, slack: LoopbackSlack, tact: Tact) -> None:
        self.name, self.slack, self.tact = name, slack, tact
        self.seconds: list[float] = []

    async def check(self, number: int) -> None:
        """One check by one of many people."""
        user = f"P{number // CHECKS_OF_ONE}"
        done = await self.slack.command(user, f"D{user}", "/tact", CHECK.format(number))
        [attempt] = done.attempts
        assert "Judged by local rules" in attempt.body, attempt
        self.seconds.append(attempt.seconds)

    async def refined(self) -> int:
        """How many second opinions were shown."""
        await self.tact.platform._desk.work.drain(60)
        return sum("also sent" in shown.words for shown in await self.slack.shown(via="response_url"))

    def line(self) -> str:
        """The figures."""
        ms = sorted(second * 1000 for second in self.seconds)
        p95 = quantiles(ms, n=20)[-1]
        return f"{self.name:24} first answer: median {median(ms):6.1f} ms, p95 {p95:6.1f} ms, worst {ms[-1]:6.1f} ms"


async def opened(stack: AsyncExitStack, name: str, folder: Path, people: int, model: str) -> Arm:
    """A Tact with its Slack and people; those of the one with a model allowed it."""
    folder.mkdir()
    process = stack.enter_context(SlackProcess())
    slack = await stack.enter_async_context(LoopbackSlack(process.url))
    for number in range(people):
        await slack.add_person(f"P{number}", f"p{number}")
    settings = one_workspace(slack, folder) | ({"TACT_LLM": model} if model else {})
    tact = await stack.enter_async_context(serving_slack(slack, settings))
    service = tact.service
    if service.advisor:
        await service.store.consents.allow("slack:T1", "", service.advisor.recipient, service.now())
        for number in range(people):
            person = Person("slack:T1", f"P{number}")
            await service.store.consents.give(person, service.advisor.recipient, service.now())
    return Arm(name, slack, tact)


async def main(checks: int, seconds: float) -> None:
    """Both in turn."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        model = stack.enter_context(ModelProcess())
        people = -(-checks // CHECKS_OF_ONE)
        model.script(slowly=seconds)
        without = await opened(stack, "without a model", folder / "a", people, "")
        with_ = await opened(stack, f"with one of {seconds:.0f} s", folder / "b", people, model.url("ollama", 60))
        began = time.perf_counter()
        for number in range(checks):
            for arm in (without, with_) if number % 2 else (with_, without):
                await arm.check(number)
        took = time.perf_counter() - began
        shown = await with_.refined()
        print(without.line(), with_.line(), sep="\n")
        ratio = median(with_.seconds) / median(without.seconds)
        print(
            f"ratio of medians {ratio:.2f}; {checks} checks each in {took:.1f} s; {shown} second opinions shown later"
        )


if __name__ == "__main__":
    asyncio.run(main(int((sys.argv[1:] or ["200"])[0]), float((sys.argv[2:] or ["5"])[0])))
