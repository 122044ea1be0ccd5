"""Starts the server in a process of its own and ends it; also when a test forgets to, for it ends with its parent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "tests.servers.discord_platform"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running server is, and the key its HTTP interactions are signed with."""

    url: str
    public_key: str

    @property
    def rest(self) -> str:
        """What DISCORD_API_URL and `discord.http.Route.BASE` are to be."""
        return f"{self.url}/api/v10"

    @property
    def gateway(self) -> str:
        """What `DiscordWebSocket.DEFAULT_GATEWAY` is to be where the gateway is not asked for."""
        return f"ws{self.url.removeprefix('http')}/gateway/"


@contextmanager
def serving(log: Path | None = None) -> Iterator[Address]:
    """A server for as long as the block runs; `log` is where it keeps what people see."""
    command = [sys.executable, "-m", PACKAGE, "--port", "0", "--with-parent"]
    command += ["--log", str(log)] if log else []
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("The loopback Discord did not start; its error stands above.")
        yield Address(**json.loads(line))
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def seen(log: Path) -> list[dict[str, object]]:
    """What people saw, from a server's log, also while it runs; a last line that is still being written is left out."""
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]
