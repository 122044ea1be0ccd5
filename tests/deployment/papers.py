"""What stands in deploy/, read: the Dockerfile's instructions, YAML, the unit, the locks."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SIZES = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}


@dataclass(frozen=True)
class Dockerfile:
    """The last stage, which is what runs, and every instruction of all stages."""

    instructions: Sequence[tuple[str, str]]

    @property
    def last(self) -> Sequence[tuple[str, str]]:
        begin = max(n for n, (word, _) in enumerate(self.instructions) if word == "FROM")
        return self.instructions[begin:]

    def says(self, word: str) -> list[str]:
        return [text for name, text in self.last if name == word]

    @property
    def environment(self) -> Mapping[str, str]:
        return dict(part.split("=", 1) for text in self.says("ENV") for part in shlex.split(text))

    @property
    def health(self) -> list[str]:
        return list(json.loads(self.says("HEALTHCHECK")[0].partition("CMD ")[2]))


def dockerfile() -> Dockerfile:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return Dockerfile([(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in whole.splitlines()])


@cache
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


@cache
def kubernetes() -> tuple[dict[str, Any], ...]:
    """Every object of every manifest, each with the name of its file."""
    return tuple(
        {**document, "file": path.name}
        for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    )


def unit() -> list[tuple[str, str]]:
    """The settings of the systemd unit, in order."""
    lines = (DEPLOY / "tact.service").read_text(encoding="utf-8").splitlines()
    return [(name, value) for name, _, value in (line.partition("=") for line in lines if re.match(r"\w+=", line))]


def locked(name: str = "requirements.lock") -> dict[str, str]:
    """Names and versions of a lock."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.M))


def bytes_of(size: str) -> int:
    """Bytes of a size such as 512m or 512Mi."""
    number, unit = re.fullmatch(r"(\d+)(\w+)", size).groups()  # type: ignore[union-attr]
    return int(number) * SIZES[unit]
