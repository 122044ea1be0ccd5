"""What a charter's readers would stumble over."""

from __future__ import annotations

import pytest

from bot.charter_lint import Trouble, notes
from bot.local_charters import read_charter


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No recruiting. Own projects only in #showcase.", []),
        ("Be nice.", [Trouble.UNREAD]),
        ("No recruiting. Everybody may recruit here.", [Trouble.CONFLICT]),
        ("No recruiting. Recruiting is forbidden.", [Trouble.TWICE]),
    ],
)
def test_only_what_is_unclear_or_disagrees_is_noted(text: str, found: list[Trouble]) -> None:
    assert [note.trouble for note in notes(read_charter(text))] == found
