"""Starts the loopback model as another process, tells it what to do, and ends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[3]
PATHS = {"openai": "/v1", "anthropic": "", "ollama": ""}


class ModelProcess:
    """A running model; `url(format)` is what TACT_LLM says of it."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.model", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError("the loopback model did not start")
        self.port: int = json.loads(line)["port"]

    def url(self, format_: str, seconds: float = 8) -> str:
        """The model as TACT_LLM names it."""
        return f"{format_}://loopback-1@127.0.0.1:{self.port}{PATHS[format_]}?seconds={seconds}"

    def script(self, mode: str = "answer", *answers: str, slowly: float = 0.0) -> None:
        """Says what to do from now on, and forgets what was seen."""
        body = json.dumps({"mode": mode, "answers": answers, "slowly": slowly}).encode()
        request = Request(f"http://127.0.0.1:{self.port}/control", body, {"Content-Type": "application/json"})
        urlopen(request, timeout=10).close()

    def report(self) -> dict[str, Any]:
        """What was seen since then."""
        with urlopen(f"http://127.0.0.1:{self.port}/control", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    @property
    def seen(self) -> list[dict[str, Any]]:
        """The requests since then."""
        return list(self.report()["seen"])

    def close(self) -> None:
        """Ends the process."""
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

    def __exit__(self, *_: object) -> None:
        self.close()
