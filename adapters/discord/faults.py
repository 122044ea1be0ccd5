"""What the log says of a fault: its kind and place, never its words, in which a draft may stand."""

from __future__ import annotations

import logging
import secrets
import traceback

log = logging.getLogger("tact.discord")


def note_fault(error: BaseException | None) -> str:
    """Logs a fault by its kind and place, never by its words, in which a draft may stand; its code."""
    code = secrets.token_hex(3)
    trace = traceback.extract_tb(error.__traceback__) if error else []
    where = f"{trace[-1].filename}:{trace[-1].lineno}" if trace else "?"
    log.error("fault %s: %s at %s", code, type(error).__name__, where)
    return code
