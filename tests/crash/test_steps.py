"""A kill at steps of the event loop, spread over every scenario; `python -m tests.crash --steps` takes all of them."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.judging import Judging
from tests.crash.steps import SCENARIOS, Scenario, in_steps, old_database, open_at, people_in, play, prepare, problems

pytestmark = pytest.mark.no_cover  # counting lines would take longer than the steps

POINTS = 8


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    asyncio.run(prepare(folder))
    return folder


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_after_a_kill_at_any_step_all_is_there_or_nothing(
    scenario: Scenario, judging: Judging, prepared: Path, tmp_path: Path
) -> None:
    whole = play(scenario, judging, prepared, tmp_path / "whole", None)
    assert whole > POINTS or scenario.name == "export"  # looking up is a single step of the loop
    points = sorted({1 + whole * point // POINTS for point in range(POINTS)} | {whole})
    found = [p for last in points for p in problems(scenario, judging, prepared, tmp_path / str(last), last)]
    assert found == []


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_kill_in_the_middle_of_a_migration_leaves_the_old_schema_or_the_new(revision: str, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    old_database(old, revision)
    whole = tmp_path / "whole"
    shutil.copytree(old, whole)
    steps = in_steps(lambda loop: open_at(whole, loop, None))
    assert steps > POINTS
    for last in sorted({1 + steps * point // POINTS for point in range(POINTS)}):
        killed = tmp_path / str(last)
        shutil.copytree(old, killed)
        assert in_steps(lambda loop, folder=killed, last=last: open_at(folder, loop, last)) == 0  # type: ignore[misc]
        assert asyncio.run(people_in(killed)) == 1
