"""What is kept of somebody as JSON: one line a row, in a form that survives being shown as a chat message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

FORMAT = "tact export 1"
_MARKUP = {sign: f"\\u{ord(sign):04x}" for sign in "*~`<>&|"}
"""What some platform takes for markup; inside of JSON it can only stand in a string, where it may be written so."""


def as_json(tables: Mapping[str, Sequence[Mapping[str, Any]]], at: datetime) -> str:
    """The rows by table, and when they were taken out."""
    parts = [f"{_json(name)}: [\n{_rows(rows)}\n]" for name, rows in tables.items()]
    head = f'{{"format": {_json(FORMAT)}, "at": {_json(at)}, "tables": {{'
    between = ",\n"
    return f"{head}\n{between.join(parts)}\n}}}}"


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    return ",\n".join(map(_json, rows))


def _json(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return "".join(_MARKUP.get(letter, letter) for letter in text)
