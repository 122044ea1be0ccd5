"""How the memory of `tact serve slack` behaves over time, under a steady trickle of commands and direct messages.

    python tests/bench/bench_memory.py [--minutes 60] [--rate 20] [--settle 10]

A real process with SQLite beside a loopback Slack. Resident memory, open files and threads are looked at every few seconds; the
slope is a straight line through what was seen after the first minutes (caches fill). Prints figures; asserts nothing. Target:
reliability catalogue, N03 (below 1 MiB an hour after the first, at most 256 MiB). An hour is the long tier.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bench_load import Load, peopled
from tests.bench.bench_slack import memory
from tests.servers.slack.client import LoopbackSlack
from tests.servers.slack.process import SlackProcess

ROOT = Path(__file__).parents[2]
ROUND = 10.0
"""Seconds of load between looks."""


@dataclass(frozen=True)
class Look:
    """What a process held at a moment."""

    minute: float
    resident: float
    files: int
    threads: int
    log: float


def look(pid: int, database: Path, began: float) -> Look:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    threads = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("Threads"))
    log = database.with_name(f"{database.name}-wal")
    size = log.stat().st_size / (1 << 20) if log.exists() else 0.0
    return Look(
        (time.monotonic() - began) / 60, memory(pid), len(list(Path(f"/proc/{pid}/fd").iterdir())), threads, size
    )


def slope(looks: list[Look]) -> float:
    """MiB an hour, by least squares."""
    middle = sum(one.minute for one in looks) / len(looks)
    mean = sum(one.resident for one in looks) / len(looks)
    across = sum((one.minute - middle) ** 2 for one in looks)
    return 60 * sum((one.minute - middle) * (one.resident - mean) for one in looks) / across if across else 0.0


def told(looks: list[Look], settle: float) -> None:
    """Prints the looks of each minute, and the slope of what comes after the first minutes."""
    for one in looks[:: max(1, len(looks) // 12)]:
        print(
            f"{one.minute:6.1f} min {one.resident:7.1f} MiB, {one.files} files, {one.threads} threads, WAL {one.log:.1f} MiB"
        )
    later = [one for one in looks if one.minute >= settle] or looks
    hours = (later[-1].minute - later[0].minute) / 60
    print(
        f"slope after {settle:.0f} min: {slope(later):+.2f} MiB/h over {hours * 60:.1f} min ({len(later)} looks); "
        f"at most {max(one.resident for one in looks):.0f} MiB, {max(one.files for one in looks)} files, "
        f"{max(one.threads for one in looks)} threads, WAL {max(one.log for one in looks):.1f} MiB; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Runs for so many minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--settle", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tact-bench-") as folder, SlackProcess() as slack:
        database = Path(folder) / "tact.db"
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": folder, "TACT_HTTP": "127.0.0.1:0", "TACT_PACE": "0",
            "SLACK_BOT_TOKEN": asyncio.run(peopled(slack.url)), "SLACK_SIGNING_SECRET": LoopbackSlack.signing_secret,
            "SLACK_API_URL": f"{slack.url}/api/", "TACT_DATABASE_URL": f"sqlite:///{database}",
        }  # fmt: skip
        command = [sys.executable, "-m", "adapters", "serve", "slack"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT, text=True
        ) as tact:
            assert tact.stdout
            load = Load(tact.stdout.readline().partition("http://")[2].split("/")[0], tact.pid, quiet=True)
            looks, began = [look(tact.pid, database, time.monotonic())], time.monotonic()
            try:
                while time.monotonic() - began < options.minutes * 60:
                    load.run("steady", options.rate, ROUND)
                    looks.append(look(tact.pid, database, began))
            finally:
                tact.send_signal(signal.SIGTERM)
                code = tact.wait(60)
    told(looks, min(options.settle, options.minutes / 2))
    print(f"{load.acknowledged} of {load.sent} acknowledged; stopped with {code}")


if __name__ == "__main__":
    main()
