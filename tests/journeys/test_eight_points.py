"""The eight points of purpose and give and take, through the console's process and Slack's, with a restart in the middle.

Each surface is started twice for the whole file: the story is told once, and each test looks at its own part of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.judging import Judging
from bot.letters import Address
from bot.model import Person
from tests.journeys.story import PARTS, REMINDED, Line, live_before
from tests.journeys.surfaces import SlackMessages, Surface, console, serving_slack_process
from tests.servers.slack.client import LoopbackSlack, SlackProcess

Told = Mapping[str, list[tuple[Line, str]]]
"""What was answered to each line of each part."""


async def tell(surface: Callable[[], AbstractAsyncContextManager[Surface]]) -> Told:
    """The whole story, with a restart after the first half of every part."""
    told: dict[str, list[tuple[Line, str]]] = {name: [] for name in PARTS}
    async with surface() as first:
        told["closing the loop"].append((Line("(unasked)", (REMINDED,)), await first.pushed(REMINDED)))
        for name, part in PARTS.items():
            told[name] += [(line, await first.say(line.said)) for line in part.before]
    async with surface() as second:
        for name, part in PARTS.items():
            told[name] += [(line, await second.say(line.said)) for line in part.after]
    return told


@pytest.fixture(scope="module")
def on_console(judging: Judging, tmp_path_factory: pytest.TempPathFactory) -> Told:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('console') / 'tact.db'}"

    async def live() -> Told:
        await live_before(judging, url, Person("console", "me"), Address("console", "", "me"))
        return await tell(lambda: console(url))

    return asyncio.run(live())


@pytest.fixture(scope="module")
def slack_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackProcess]:
    with SlackProcess(tmp_path_factory.mktemp("slack") / "seen.jsonl") as process:
        yield process


@pytest.fixture(scope="module")
def on_slack(judging: Judging, slack_process: SlackProcess, tmp_path_factory: pytest.TempPathFactory) -> Told:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('tact') / 'tact.db'}"

    async def live() -> Told:
        async with LoopbackSlack(slack_process.url) as slack:

            @asynccontextmanager
            async def messages() -> AsyncIterator[Surface]:
                async with serving_slack_process(slack, url):
                    yield SlackMessages(slack, "U1")

            await live_before(judging, url, Person("slack:T1", "U1"), Address("slack", "T1", "U1"))
            return await tell(messages)

    return asyncio.run(live())


@pytest.mark.parametrize("surface", ["console", "slack"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_story(part: str, surface: str, request: pytest.FixtureRequest) -> None:
    told: Told = request.getfixturevalue(f"on_{surface}")
    assert told[part]
    for line, answer in told[part]:
        assert answer.strip(), line.said
        for words in line.holds:
            assert words in answer, f"{line.said}: {answer}"
        for words in line.lacks:
            assert words not in answer, f"{line.said}: {answer}"
