"""How soon `tact serve slack` acknowledges at a steady rate, and what it does when several times as much comes.

    python tests/bench/bench_load.py [--rate 200] [--seconds 30] [--times 2 5 10]

A real process with SQLite beside a loopback Slack that takes its answers; half slash commands with a draft, half direct
messages, signed, in an open loop: they are sent when they are due, whether the ones before were answered or not, and given up
after the three seconds that Slack waits. After each overload the plain rate goes on, until it is well again. Prints figures;
asserts nothing. Targets: reliability catalogue, N01 and N02.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.bench_slack import CORPUS, PEOPLE, WAYS, at, memory
from tests.servers.slack.client import LoopbackError, LoopbackSlack
from tests.servers.slack.process import SlackProcess

ROOT = Path(__file__).parents[2]
PATIENCE = 3.0
"""Seconds that Slack waits for an answer."""
WELL = 0.5
"""Seconds within which everything is answered when all is well (SLO)."""
AFTER = 30
"""Seconds for which the plain rate goes on after an overload."""
MOST_LINES = 3000


def drafts() -> list[str]:
    rows = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl"))[:8] for line in path.read_text().splitlines()]
    return [str(row["text"])[:1500] for row in rows]


def made(host: str, numbers: Iterable[int]) -> list[bytes]:
    """Signed requests, ready to be written: commands and direct messages by turns."""
    texts, requests = drafts(), []
    for number in numbers:
        user, text = f"U{number % PEOPLE}", texts[number % len(texts)]
        if number % 2:
            kind = "application/x-www-form-urlencoded"
            form = {
                "team_id": "T1", "channel_id": "C1", "user_id": user, "command": "/tact", "api_app_id": "A1",
                "text": f"check {WAYS[number % len(WAYS)]}: {text}", "trigger_id": f"1.{number}.abcdef",
                "response_url": "http://127.0.0.1:9/hooks/1",
            }  # fmt: skip
            body = urlencode(form).encode()
        else:
            kind = "application/json"
            event = {
                "type": "message", "channel_type": "im", "channel": f"D{user}", "user": user, "text": text,
                "ts": f"1700000000.{number:06}",
            }  # fmt: skip
            whole = {
                "type": "event_callback",
                "team_id": "T1",
                "api_app_id": "A1",
                "event_id": f"Ev{number}",
                "event": event,
            }
            body = json.dumps(whole).encode()
        stamp = str(int(time.time()))
        mark = hmac.new(
            LoopbackSlack.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256
        ).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: v0={mark}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


class Door:
    """Connections to the front door: kept while they work, as many as there are requests under way."""

    def __init__(self, host: str) -> None:
        self._name, _, self._port = host.partition(":")
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.open = 0

    async def send(self, request: bytes, due: float) -> tuple[str, float]:
        """The status, or what became of it, and the seconds since it was due."""
        line = self._free.pop() if self._free else None
        try:
            async with asyncio.timeout(max(0.001, due + PATIENCE - time.perf_counter())):
                if line is None:
                    if self.open >= MOST_LINES:
                        return "no line", time.perf_counter() - due
                    self.open += 1
                    line = await asyncio.open_connection(self._name, int(self._port))
                line[1].write(request)
                head = (await line[0].readuntil(b"\r\n\r\n")).lower()
                length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
                await line[0].readexactly(int(length or 0))
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            self.open -= 1
            if line:
                line[1].close()
            return "late" if isinstance(error, TimeoutError) else "cut", time.perf_counter() - due
        if b"connection: close" in head:
            self.open -= 1
            line[1].close()
        else:
            self._free.append(line)
        return head.split(b" ", 2)[1].decode(), time.perf_counter() - due


async def load(host: str, rate: float, seconds: float, first: int) -> None:
    """Sends; prints for every request when it was due, what became of it and how long that took."""
    requests = made(host, range(first, first + int(rate * seconds)))
    door, running = Door(host), []
    began = time.perf_counter() + 0.2
    for number, request in enumerate(requests):
        due = began + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        running.append(asyncio.create_task(door.send(request, due)))
    done = await asyncio.gather(*running)
    print(json.dumps([(number / rate, what, took) for number, (what, took) in enumerate(done)]))


class Load:
    """Runs loads against one server, each in a process of its own, and says how they went."""

    def __init__(self, host: str, pid: int, *, quiet: bool = False) -> None:
        self._host, self._pid, self._quiet = host, pid, quiet
        self.sent = self.acknowledged = 0

    def run(self, name: str, rate: float, seconds: float) -> list[tuple[float, str, float]]:
        command = [sys.executable, __file__, "load", self._host, str(rate), str(seconds), str(self.sent)]
        self.sent += int(rate * seconds)
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        found = [(float(due), str(what), float(took)) for due, what, took in json.loads(done.stdout)]
        fates = Counter(what for _, what, _ in found)
        self.acknowledged += fates["200"]
        waits = [took for _, what, took in found if what == "200"] or [0.0]
        if self._quiet:
            return found
        shed = [took for _, what, took in found if what == "503"] or [0.0]
        print(
            f"{name:16} {rate:5.0f}/s for {seconds:.0f} s: {fates['200'] / len(found):6.1%} acknowledged in p50 {at(waits, 0.5):.0f}, "
            f"p99 {at(waits, 0.99):.0f}, p99.9 {at(waits, 0.999):.0f} ms; {dict(fates)}; 503 in p99 {at(shed, 0.99):.0f} ms; "
            f"{memory(self._pid):.0f} MiB; load of the machine {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        return found


def well_after(found: list[tuple[float, str, float]]) -> float:
    """Seconds from the beginning until everything was answered well."""
    return max((due for due, what, took in found if what != "200" or took > WELL), default=0.0)


def settled(database: Path, within: float) -> tuple[int, int]:
    """Receipts that are kept, and those of them whose answer is still owed after waiting for the last."""
    until = time.monotonic() + within
    while True:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as reader:
            [kept] = reader.execute("SELECT count(*) FROM receipts").fetchone()
            [owed] = reader.execute("SELECT count(*) FROM receipts WHERE answer_to IS NOT NULL").fetchone()
        if not owed or time.monotonic() > until:
            return kept, owed
        time.sleep(0.5)


async def peopled(url: str) -> str:
    """Adds everybody to the loopback Slack; its bot token."""
    async with LoopbackSlack(url) as slack:
        for number in range(PEOPLE):
            with contextlib.suppress(LoopbackError):
                await slack.add_person(f"U{number}", f"person{number}")
        return slack.bot_token


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--times", type=float, nargs="*", default=[2, 5, 10])
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
            host = tact.stdout.readline().partition("http://")[2].split("/")[0]
            try:
                measure(Load(host, tact.pid), database, options)
            finally:
                tact.send_signal(signal.SIGTERM)
                began = time.perf_counter()
                print(f"stopped with {tact.wait(60)} after {time.perf_counter() - began:.1f} s")


def measure(load: Load, database: Path, options: argparse.Namespace) -> None:
    """The plain rate, then each overload with what comes after it, then what was lost."""
    load.run("warm", options.rate / 4, 5)
    load.run("plain", options.rate, options.seconds)
    for times in options.times:
        load.run(f"{times:.0f} times", options.rate * times, options.seconds)
        after = load.run("after it", options.rate, AFTER)
        print(f"{'':16} well again {well_after(after):.1f} s after the overload ended")
    kept, owed = settled(database, 30)
    print(f"acknowledged {load.acknowledged}, receipts kept {kept}, answers still owed {owed}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        asyncio.run(load(sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])))
    else:
        main()
