"""Real labelled text as further heads of the reader, where a folder with it is at hand; it is never part of the project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_SETS = (
    ("request", "email_intent_train.jsonl", "ask"),
    ("gratitude", "goemotions_dev.jsonl", "gratitude"),
    ("annoyance", "goemotions_dev.jsonl", "annoyance"),
    ("admiration", "goemotions_dev.jsonl", "admiration"),
    ("caring", "goemotions_dev.jsonl", "caring"),
    ("advises", "offmychest_train.jsonl", "info_support"),
    ("comforts", "offmychest_train.jsonl", "emo_support"),
    ("discloses", "offmychest_train.jsonl", "information_disclosure"),
    ("confesses", "offmychest_train.jsonl", "emotional_disclosure"),
)


@dataclass(frozen=True)
class RealHead:
    """What one label of one set teaches."""

    name: str
    texts: list[str]
    labels: list[bool]


def real_heads(folder: Path | None) -> list[RealHead]:
    """One head a label; none without a folder. A row's label is a field of its own or one of its emotions."""
    if folder is None:
        return []
    return [_read(name, folder / file, label) for name, file, label in _SETS]


def _read(name: str, path: Path, label: str) -> RealHead:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    labels = [label in row["emotions"] if "emotions" in row else bool(row[label]) for row in rows]
    return RealHead(name, [row["text"] for row in rows], labels)
