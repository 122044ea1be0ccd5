"""Starts the loopback Slack as another process and ends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[3]


class SlackProcess:
    """A running server at `url`; one may serve many tests, each of which starts from a fresh world."""

    def __init__(self, log: Path | None = None, port: int = 0) -> None:
        self.log = log
        command = [sys.executable, "-m", "tests.servers.slack", "--port", str(port)]
        if log is not None:
            command += ["--log", str(log)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError("the loopback Slack did not start")
        self.url: str = json.loads(line)["url"]
        self.pid = self._process.pid

    def kill(self, sign: int) -> None:
        """Sends a signal and waits for the end."""
        self._process.send_signal(sign)
        self._process.wait(5)

    def close(self) -> None:
        """Ends the process, with force when it does not go by itself."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
