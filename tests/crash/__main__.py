"""`python -m tests.crash`: crashes by the hundred; with --long, by the ten thousand. Prints seeds and figures."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash import kills, several, steps, torn

LONG = {"kills": 2_000, "seeds": 5, "images": 5_000, "workers": 4, "restarts": 20}
"""Ten thousand kills on SQLite, all steps, torn logs, and 2,000 kills and 20 restarts with four workers on PostgreSQL."""


def main() -> int:
    """Runs what was asked for; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="everything, for an hour or two")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="on PostgreSQL, so many processes at once")
    parser.add_argument("--restarts", type=int, default=0, help="of PostgreSQL, in the midst of it")
    parser.add_argument("--steps", action="store_true", help="a kill at every step of every scenario")
    options = parser.parse_args()
    if options.long:
        return max(_long(options.seed))
    if options.steps:
        return _every_step()
    if options.workers:
        return _several(options.kills, options.restarts, options.workers, options.seed)
    return _kills(options.kills, options.seed)


def _long(seed: int) -> Iterator[int]:
    yield _every_step()
    yield _torn(LONG["images"], seed)
    yield _several(LONG["kills"], LONG["restarts"], LONG["workers"], seed)
    for number in range(LONG["seeds"]):
        yield _kills(LONG["kills"], seed + number)


def _kills(number: int, seed: int) -> int:
    with _folder() as folder:
        return _tell(kills.run(Path(folder), number, seed))


def _several(number: int, restarts: int, workers: int, seed: int) -> int:
    with _folder() as folder:
        return _tell(several.run(Path(folder), number, restarts, workers, seed))


def _every_step() -> int:
    """Kills every scenario at every one of its steps."""
    from bot.judging import build_judging

    judging, wrong, points, began = build_judging(), [], 0, time.monotonic()
    with _folder() as folder:
        prepared = Path(folder) / "prepared"
        prepared.mkdir()
        asyncio.run(steps.prepare(prepared))
        for scenario in steps.SCENARIOS:
            whole = steps.play(scenario, judging, prepared, Path(folder) / scenario.name, None)
            points += whole
            for last in range(1, whole + 1):
                wrong += steps.problems(scenario, judging, prepared, Path(folder) / f"{scenario.name} {last}", last)
    print(
        f"{points} kills, one at every step of {len(steps.SCENARIOS)} scenarios, in {time.monotonic() - began:.0f} s; wrong: {len(wrong)}"
    )
    return _list(wrong)


def _torn(images: int, seed: int) -> int:
    with _folder() as folder:
        began = time.monotonic()
        wrong = torn.tear(Path(folder), images, seed)
        print(f"seed {seed}: {images} torn logs in {time.monotonic() - began:.0f} s; wrong: {len(wrong)}")
    return _list(wrong)


def _tell(figures: kills.Figures) -> int:
    print(figures)
    return _list(figures.wrong)


def _list(wrong: list[str]) -> int:
    """Prints what was wrong; 1 when anything was."""
    for one in wrong[:20]:
        print(f"  {one}")
    sys.stdout.flush()
    return int(bool(wrong))


def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="tact-crash-", ignore_cleanup_errors=True)


if __name__ == "__main__":
    sys.exit(main())
