"""The short tier of the state machine; `python -m tests.whole_core --steps 500000` is the long one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.whole_core.machine import WholeCore

pytestmark = pytest.mark.no_cover  # counting lines would take longer than the steps

EXAMPLES, STEPS = 5, 40


def test_the_core_is_as_its_model(capsys: pytest.CaptureFixture[str]) -> None:
    """Seeded by its name, so that it is the same everywhere; what the long tier finds becomes a test of its own."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        WholeCore,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # to see the shortest life that fails, run the long tier
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        print(f"\nwhole core: {EXAMPLES} lives of up to {STEPS} steps, derandomized")
