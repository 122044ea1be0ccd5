"""A code that goes along with what one event causes: from what came in, over the coach and the outbox, to its delivery."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

LONGEST = 16
_trace: ContextVar[str] = ContextVar("trace", default="")


def begin() -> str:
    """Begins a new trace in this task and in those it starts; its code, which is random and says nothing."""
    code = secrets.token_hex(LONGEST // 2)
    _trace.set(code)
    return code


def follow(code: str) -> None:
    """Goes on with a trace that was begun elsewhere."""
    _trace.set(code)


def current() -> str:
    """The trace of this task; empty where nothing came in."""
    return _trace.get()
