"""What a charter's readers would stumble over, and the sharper wording they are offered."""

from __future__ import annotations

import pytest

from bot.charter_lint import Trouble, notes, offers
from bot.local_charters import Mode, read_charter


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No recruiting. Own projects only in #showcase.", []),
        ("Be nice.", [Trouble.VAGUE]),
        ("No excessive self-promotion.", [Trouble.VAGUE]),
        ("Use common sense.", [Trouble.VAGUE]),
        ("Read the rules before you post.", [Trouble.UNENFORCEABLE]),
        ("Think twice before you send.", [Trouble.UNENFORCEABLE]),
        ("Own projects once a week.", [Trouble.UNENFORCEABLE]),
        ("The moon is made of cheese.", [Trouble.UNREAD]),
        ("No recruiting. Everybody may recruit here.", [Trouble.CONFLICT]),
        ("Job posts only in #jobs. Job posts only in #careers.", [Trouble.CONFLICT]),
        ("No self-promotion. Own projects only in #showcase.", [Trouble.CONFLICT]),
        ("Own projects are welcome in #showcase. No self-promotion in #help.", []),
        ("No recruiting. Recruiting is forbidden.", [Trouble.TWICE]),
    ],
)
def test_only_what_is_unclear_or_disagrees_is_noted(text: str, found: list[Trouble]) -> None:
    assert [note.trouble for note in notes(read_charter(text))] == found


def test_a_vague_sentence_that_is_read_all_the_same_is_said_to_judge() -> None:
    [read] = notes(read_charter("No excessive self-promotion."))
    [unread] = notes(read_charter("Be nice."))
    assert (read.judges, unread.judges) == (True, False)


@pytest.mark.parametrize("offer", sorted(set(offers())))
def test_every_sharper_wording_is_read_and_has_no_trouble_of_its_own(offer: str) -> None:
    charter = read_charter(offer)
    assert [clause.mode for clause in charter.clauses if clause.mode is Mode.UNREAD] == []
    assert notes(charter) == ()
