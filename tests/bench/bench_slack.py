"""How fast and how small `tact serve slack` is beside Bolt with a handler that does nothing, in the same run.

    python tests/bench/bench_slack.py [--seconds 20] [--rate 200]

`/tact check` over loopback HTTP, every request signed and with a draft and a trigger of its own, receipts and verdicts on disk.
Servers and the load are processes of their own. Prints figures and ratios; asserts nothing. Bolt's handler answers with a
sentence; "as documented" is Bolt's default, "answer first" has process_before_response, as Tact does.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CORPUS = ROOT / "bot" / "reading" / "corpus"
WAYS = ("on linkedin as a dm to a stranger", "on slack as a message", "on facebook as a post", "")
PEOPLE = 50
TOGETHER = 32
"""Requests under way at once where throughput is measured."""


# ---- the load, in a process of its own ---------------------------------------------------------------------------------


def requests(host: str, count: int, start: int) -> list[bytes]:
    """Signed commands, ready to be written."""
    rows = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl"))[:8] for line in path.read_text().splitlines()]
    made = []
    for number in range(start, start + count):
        options = WAYS[number % len(WAYS)]
        fields = {
            "token": "t", "team_id": "T1", "team_domain": "acme", "channel_id": "C1", "channel_name": "general",
            "user_id": f"U{number % PEOPLE}", "user_name": "ana", "command": "/tact", "api_app_id": "A1",
            "text": f"check {options}: {rows[number % len(rows)]['text'][:1500]}", "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/hooks/1", "trigger_id": f"1.{number}.abcdef",
        }  # fmt: skip
        body = urlencode(fields).encode()
        stamp = str(int(time.time()))
        mark = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={mark}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


class Line:
    """One connection that is kept."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> int:
        """The status of the answer, read to its end."""
        if self._streams is None:
            name, _, port = self._host.partition(":")
            self._streams = await asyncio.open_connection(name, int(port))
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        body = await reader.readexactly(int(length))
        return int(head.split(b" ")[1]) if body or b" 200 " in head else 0


async def load(host: str, count: int, rate: float, start: int) -> None:
    """Prints seconds, latencies and failures as JSON; `rate` 0 sends as fast as it is answered."""
    made = requests(host, count, start)
    latencies: list[float] = []
    failed = 0
    free: asyncio.Queue[Line] = asyncio.Queue()
    for _ in range(TOGETHER if not rate else 400):
        free.put_nowait(Line(host))

    async def one(request: bytes, due: float) -> None:
        nonlocal failed
        line = await free.get()
        status = await line.send(request)
        failed += status != 200  # not in one step with the wait, which would lose what others counted meanwhile
        latencies.append(time.perf_counter() - due)
        free.put_nowait(line)

    began = time.perf_counter()
    if rate:
        running = []
        for number, request in enumerate(made):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            running.append(asyncio.create_task(one(request, due)))  # from when it was due: waiting counts
        await asyncio.gather(*running)
    else:
        left = iter(made)

        async def turn() -> None:
            for request in left:
                await one(request, time.perf_counter())

        await asyncio.gather(*(turn() for _ in range(TOGETHER)))
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "latencies": latencies, "failed": failed}))


# ---- the servers -------------------------------------------------------------------------------------------------------


def bolt(answer_first: bool) -> None:
    """Serves Bolt with a handler that does nothing but answer."""
    from aiohttp import web
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1", bot_user_id="U0", bot_id="B0"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=answer_first)

    @app.command("/tact")
    async def tact(ack: object) -> None:
        await ack("Nothing speaks against it.")  # type: ignore[operator]

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async def serve() -> None:
        server = web.Application()
        server.router.add_post("/slack/events", handle)
        runner = web.AppRunner(server, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"serves at http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


@contextmanager
def server(name: str, folder: Path) -> Iterator[tuple[str, int]]:
    """A running server: its host with port, and its process id."""
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": "http://127.0.0.1:9/api/", "TACT_HTTP": "127.0.0.1:0", "TACT_PACE": "0", "HOME": str(folder),
        "TACT_DATABASE_URL": f"sqlite:///{folder / 'tact.db'}",
    }  # fmt: skip
    tact = [sys.executable, "-m", "adapters", "serve", "slack"]
    command = tact if name == "tact" else [sys.executable, __file__, "bolt", name]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT, text=True
    ) as process:
        assert process.stdout
        host = process.stdout.readline().partition("http://")[2].split("/")[0]
        try:
            yield host, process.pid
        finally:
            process.send_signal(signal.SIGKILL)


# ---- measuring ---------------------------------------------------------------------------------------------------------


def run_load(host: str, count: int, rate: float = 0, start: int = 0) -> dict[str, object]:
    command = [sys.executable, __file__, "load", host, str(count), str(rate), str(start)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return dict(json.loads(done.stdout))


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Resident MiB of a process."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def at(latencies: list[float], share: float) -> float:
    """Milliseconds that this share of the answers took at most."""
    return 1000 * sorted(latencies)[min(len(latencies) - 1, int(len(latencies) * share))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=200)
    options = parser.parse_args()
    rates: dict[str, float] = {}
    resident: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("default", "first", "tact"):
            with server(name, Path(folder)) as (host, pid):
                idle = memory(pid)
                run_load(host, 400, start=0)  # warm
                used = cpu(pid)
                count = 6000 if name != "tact" else 3000
                told = run_load(host, count, start=10_000)
                used = (cpu(pid) - used) / count * 1000
                rates[name] = count / float(str(told["seconds"]))
                print(
                    f"{name:8} {rates[name]:7.0f} requests/s with {TOGETHER} at once, {used:.2f} ms CPU each, "
                    f"{told['failed']} failed",
                    flush=True,
                )
                count = int(options.rate * options.seconds)
                told = run_load(host, count, options.rate, start=100_000)
                waits = [float(wait) for wait in told["latencies"]]  # type: ignore[attr-defined]
                resident[name] = memory(pid)
                print(
                    f"{name:8} at {options.rate:.0f}/s for {options.seconds:.0f} s: p50 {at(waits, 0.5):.1f}, p99 {at(waits, 0.99):.1f}, "
                    f"p99.9 {at(waits, 0.999):.1f} ms, {told['failed']} failed; {idle:.0f} MiB idle, {resident[name]:.0f} MiB after"
                )
    print(
        f"throughput: tact / bolt as documented {rates['tact'] / rates['default']:.2f}, / answer first {rates['tact'] / rates['first']:.2f}"
    )
    print(
        f"memory after load: tact {resident['tact']:.0f} MiB, {resident['tact'] - resident['default']:+.0f} MiB beside bolt"
    )


if __name__ == "__main__":
    match sys.argv[1:2]:
        case ["load"]:
            asyncio.run(load(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])))
        case ["bolt"]:
            bolt(sys.argv[2] == "first")
        case _:
            main()
