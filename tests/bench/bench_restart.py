"""How soon `tact serve slack` is ready again on a large database: a million people with ten million gives and asks.

    python tests/bench/bench_restart.py [--people 1000000] [--each 10] [--starts 3] [--engine sqlite]

The database is filled by plain SQL, which takes some minutes and gigabytes in a temporary folder that is deleted afterwards.
Each start ends by kill -9, as a crash would end it. Prints seconds from the start of the process; asserts nothing. Target:
reliability catalogue, N05 (ready within 5 s).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bot.storage import open_store
from tests.bench.bench_slack import memory
from tests.servers.postgresql import PostgreSQL
from tests.servers.slack.client import LoopbackSlack
from tests.servers.slack.process import SlackProcess

ROOT = Path(__file__).parents[2]
KEY = bytes(32)
CHUNK = 100_000
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})",
    "postgresql": "WITH n(i) AS (SELECT generate_series({first}, {last}))",
}
EACH = {
    "sqlite": "e(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM e WHERE k < {each})",
    "postgresql": "e(k) AS (SELECT generate_series(1, {each}))",
}
HASH = {"sqlite": "printf('%064x', i)", "postgresql": "lpad(to_hex(i), 64, '0')"}
AGO = {
    "sqlite": "datetime('{now}', '-' || ((i * 7 + k * 31) % 360) || ' days') || '.000000'",
    "postgresql": "timestamptz '{now}+00' - make_interval(days => (i * 7 + k * 31) % 360)",
}


async def fill(url: str, people: int, each: int) -> float:
    """Fills a new database; how long that took. The ledger's dates are spread over 360 days, so that none is to be swept."""
    began = time.perf_counter()
    store = await open_store(url, (KEY,))
    engine = store._database.engine
    kind, now = engine.dialect.name, datetime.now(UTC).isoformat(sep=" ")[:19]
    moment = f"'{now}.000000'" if kind == "sqlite" else f"timestamptz '{now}+00'"
    async with engine.begin() as connection:
        await connection.execute(
            text(f"INSERT INTO tenants (key, pepper, created_at) VALUES ('slack:T9', '00', {moment})")
        )
    for first in range(1, people + 1, CHUNK):
        where = {"first": first, "last": min(first + CHUNK - 1, people), "each": each, "now": now}
        numbers = NUMBERS[kind].format(**where)
        async with engine.begin() as connection:
            await connection.exec_driver_sql(
                f"INSERT INTO people (id, tenant, user_key, created_at, entries) {numbers} "
                f"SELECT i, 'slack:T9', {HASH[kind]}, {moment}, {each} FROM n"
            )
            await connection.exec_driver_sql(
                f"INSERT INTO entries (person_id, kind, what, who, at, number, outcome) {numbers}, {EACH[kind].format(**where)} "
                f"SELECT i, CASE k % 3 WHEN 0 THEN 'asked' ELSE 'gave' END, 'help', '', {AGO[kind].format(**where)}, k, "
                "CASE k % 3 WHEN 0 THEN 'open' ELSE '' END FROM n, e"
            )
    async with engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")
    await store.close()
    return time.perf_counter() - began


@contextmanager
def started(environment: dict[str, str]):  # type: ignore[no-untyped-def]
    command = [sys.executable, "-m", "adapters", "serve", "slack"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT, text=True
    ) as tact:
        try:
            yield tact
        finally:
            tact.send_signal(signal.SIGKILL)


def start(environment: dict[str, str], name: str) -> None:
    """Prints how long one start took until it listens, and until it is ready."""
    began = time.perf_counter()
    with started(environment) as tact:
        said = tact.stdout.readline()
        listens = time.perf_counter() - began
        if not said:
            sys.exit(tact.stderr.read())
        url = said.partition(" at ")[2].split(" ")[0]
        while True:
            try:
                with urllib.request.urlopen(f"{url}readyz", timeout=5):
                    break
            except urllib.error.HTTPError:
                time.sleep(0.02)
        ready = time.perf_counter() - began
        print(
            f"{name}: listens after {listens:.2f} s, ready after {ready:.2f} s, {memory(tact.pid):.0f} MiB; "
            f"load of the machine {os.getloadavg()[0]:.1f}",
            flush=True,
        )


async def token(url: str) -> str:
    async with LoopbackSlack(url) as slack:
        return slack.bot_token


def measure(name: str, url: str, options: argparse.Namespace) -> None:
    """An empty database first, which is the baseline of the same run; then the large one."""
    with SlackProcess() as slack, tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": folder, "TACT_HTTP": "127.0.0.1:0",
            "SLACK_BOT_TOKEN": asyncio.run(token(slack.url)), "SLACK_SIGNING_SECRET": LoopbackSlack.signing_secret,
            "SLACK_API_URL": f"{slack.url}/api/", "TACT_KEY": base64.b64encode(KEY).decode(),
        }  # fmt: skip
        for _ in range(options.starts):
            start(environment | {"TACT_DATABASE_URL": f"sqlite:///{folder}/empty.db"}, "an empty database")
        took = asyncio.run(fill(url, options.people, options.each))
        print(
            f"{name}: {options.people:,} people, {options.people * options.each:,} entries, made in {took:.0f} s",
            flush=True,
        )
        for _ in range(options.starts):
            start(environment | {"TACT_DATABASE_URL": url}, name)


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory(prefix="tact-bench-", ignore_cleanup_errors=True) as folder:
        if options.engine == "sqlite":
            measure("SQLite", f"sqlite+aiosqlite:///{folder}/tact.db", options)
            return
        server = PostgreSQL(Path(folder))
        try:
            measure("PostgreSQL", server.database(), options)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
