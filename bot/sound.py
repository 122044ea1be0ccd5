"""What came from outside as text that every encoder and every database takes."""

from __future__ import annotations

import re

_BROKEN = re.compile("[\x00\ud800-\udfff]")


def sound(text: str) -> str:
    """The text with halves of a surrogate pair and NUL shown as U+FFFD; places and all other characters stay.

    Neither can be written as UTF-8 (Unicode 16, D92) or, NUL, into PostgreSQL.
    """
    return _BROKEN.sub("\ufffd", text)
