"""What came from outside as text that every encoder, every database and every reader of a screen can take."""

from __future__ import annotations

import re

_BROKEN = re.compile("[\x00\ud800-\udfff]")
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)


def sound(text: str) -> str:
    """The text with halves of a surrogate pair and NUL shown as U+FFFD; places and all other characters stay.

    Neither can be written as UTF-8 (Unicode 16, D92) or, NUL, into PostgreSQL.
    """
    return _BROKEN.sub("\ufffd", text)


def visible(text: str) -> str:
    """The text without control, zero-width, direction and tag characters, with which it could look like another one.

    For showing it again (reliability catalogue, I03); the joiner stays, for families of emoji need it.
    """
    return sound(_UNSEEN.sub("", text.replace("\r\n", "\n")))
