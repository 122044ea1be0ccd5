"""The long tier of tenant isolation, by one command; prints its figures and ends with 1 when anything crossed.

python -m tests.isolation --steps 200000 --seed 20260302
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bot.judging import build_judging
from tests.isolation.steps import World, counts


def main() -> int:
    """Runs it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=20260302)
    parser.add_argument("--rows-every", type=int, default=200, help="steps between looks at every row")
    said = parser.parse_args()
    began = time.monotonic()

    told = 0

    def tell(step: int) -> None:
        nonlocal told
        for problem in world.problems[told:]:
            print(problem, flush=True)
        told = len(world.problems)
        if step % 10_000 < said.rows_every:
            print(f"{step:>9,} steps, {time.monotonic() - began:,.0f} s, {len(world.problems)} problems", flush=True)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        world = World(build_judging(), Path(folder), said.seed)
        asyncio.run(world.run(said.steps, said.rows_every, tell))
    print(f"seed {said.seed}, {said.steps:,} steps, {time.monotonic() - began:,.0f} s: {counts(world)}")
    print(f"{len(world.problems)} problems; 0 of n steps proves at most 3/n at 95 %")
    return 1 if world.problems else 0


if __name__ == "__main__":
    sys.exit(main())
