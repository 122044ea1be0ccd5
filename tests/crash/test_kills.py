"""kill -9 at random moments: nothing lost, nothing seen a third time. `python -m tests.crash --long` does it ten thousand times."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_lost_and_nothing_seen_a_third_time() -> None:
    """In a process of its own, which forks: this one has threads."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--kills", "120", "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "120 kills" in done.stdout
