"""The log of `tact serve`: one JSON line for each event, with the trace of what caused it, and never what anybody wrote.

Tact's own lines hold a sentence of the code and the codes that go into it. What libraries say may hold anything (at DEBUG
they print messages and tokens): of theirs only where it comes from and the kind of error is written, from WARNING on.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from bot import tracing

LONGEST = 300
"""Characters of one value."""


class Lines(logging.Formatter):
    """Writes a record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; JSON escapes what would end it or turn a terminal's writing."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
        }
        if trace := tracing.current():
            line["trace"] = trace
        if record.name.startswith("tact"):
            line |= {"event": record.msg, "with": [_short(value) for value in _values(record)]}
        else:
            line |= {"event": "a library said something", "where": f"{record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[0]:
            line |= {"kind": record.exc_info[0].__name__, "at_line": _place(record.exc_info[2])}
        return json.dumps(line)


def begin(out: TextIO, level: str, *more: logging.Handler) -> None:
    """Lets everything log this way: Tact's own from a level on, libraries from WARNING on."""
    lines = logging.StreamHandler(out)
    lines.setFormatter(Lines())
    logging.basicConfig(handlers=[lines, *more], level=logging.WARNING, force=True)
    logging.getLogger("tact").setLevel(level.upper())
    logging.captureWarnings(True)


def _values(record: logging.LogRecord) -> tuple[Any, ...]:
    return record.args if isinstance(record.args, tuple) else ()


def _short(value: object) -> str | int | float:
    """A value's first line; a server's error goes on with the row that it is about."""
    return value if isinstance(value, int | float) else str(value).partition("\n")[0][:LONGEST]


def _place(trace: Any) -> str:
    last = traceback.extract_tb(trace)[-1:]
    return f"{last[0].filename}:{last[0].lineno}" if last else "?"
