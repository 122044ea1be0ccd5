"""kill -9 at random moments: nothing lost, nothing seen a third time. `python -m tests.crash --long` does it ten thousand times."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--kills", "120", "--seed", "7"], "120 kills and 0 restarts"),
        (["--kills", "30", "--seed", "7", "--workers", "3", "--restarts", "2"], "and 2 restarts"),
    ],
    ids=["sqlite", "postgresql"],
)
def test_nothing_is_lost_and_nothing_seen_a_third_time(options: list[str], says: str) -> None:
    """In a process of its own, which forks: this one has threads."""
    done = subprocess.run([sys.executable, "-m", "tests.crash", *options], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert says in done.stdout
