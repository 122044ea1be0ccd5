"""The long tier of the state machine: so many steps, in lives of a hundred; prints its figures.

python -m tests.whole_core --steps 500000 --seed 1
"""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.whole_core.machine import WholeCore

LIFE = 100
"""Steps of one life at most; about half of them on average."""


def main() -> int:
    """Runs it; what fails is shown as the shortest life that does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    began, lives, taken = time.monotonic(), 0, 0

    class Counted(WholeCore):
        def teardown(self) -> None:
            nonlocal lives, taken
            lives += 1
            taken += self.steps
            super().teardown()

    chosen = settings(
        max_examples=max(1, said.steps * 2 // LIFE),
        stateful_step_count=LIFE,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(said.seed)(Counted), settings=chosen)  # type: ignore[no-untyped-call]
    print(f"seed {said.seed}: {lives:,} lives, {taken:,} steps, {time.monotonic() - began:,.0f} s, 0 violations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
