"""Real labelled text as further heads of the reader, where a folder with it is at hand; it is never part of the project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.model import Case, Delivery, Network, Relation

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


# Comments of these moods are ordinary talk, whatever else they are.
_ORDINARY = frozenset({"neutral", "approval", "curiosity", "amusement", "admiration", "gratitude", "joy", "caring", "confusion",
                       "surprise", "realization", "excitement", "optimism", "love", "relief", "desire"})  # fmt: skip
_PLACES = (
    (Network.X, Delivery.REPLY, Relation.STRANGER),
    (Network.DISCORD, Delivery.CHANNEL, Relation.ACQUAINTANCE),
    (Network.FACEBOOK, Delivery.REPLY, Relation.ACQUAINTANCE),
    (Network.MVP, Delivery.REPLY, Relation.STRANGER),
    (Network.SLACK, Delivery.CHANNEL, Relation.ACQUAINTANCE),
    (Network.GROUP, Delivery.CHANNEL, Relation.TRUSTED),
    (Network.X, Delivery.POST, Relation.PUBLIC),
    (Network.EMAIL, Delivery.DM, Relation.ACQUAINTANCE),
    (Network.LINKEDIN, Delivery.REPLY, Relation.ACQUAINTANCE),
    (Network.BLOG, Delivery.REPLY, Relation.STRANGER),
    (Network.ASSOCIATION, Delivery.CHANNEL, Relation.ACQUAINTANCE),
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


def ordinary_cases(folder: Path | None) -> list[Case]:
    """Real comments that are ordinary talk, spread over places where such comments are written."""
    if folder is None:
        return []
    rows = [json.loads(line) for line in (folder / "goemotions_dev.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows if set(row["emotions"]) <= _ORDINARY]
    return [Case(text, *_PLACES[number % len(_PLACES)]) for number, text in enumerate(texts)]


def _read(name: str, path: Path, label: str) -> RealHead:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    labels = [label in row["emotions"] if "emotions" in row else bool(row[label]) for row in rows]
    return RealHead(name, [row["text"] for row in rows], labels)
