"""How Slack says no: HTTP 200 with ok:false, an error code and sometimes details."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A Web API call is refused; `details` are further fields of the answer."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details


class Impossible(Exception):
    """A test asks for something no person could do in Slack; the sentence says why."""


def invalid_arguments(*messages: str) -> Refused:
    return Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {m}" for m in messages]})


def need(args: dict[str, Any], name: str) -> str:
    """The argument as text; refused when it is missing or empty."""
    value = args.get(name)
    if value is None or value == "":
        raise invalid_arguments(f"missing required field: {name}")
    return str(value)
