"""What a charter's readers would stumble over."""

from __future__ import annotations

import pytest

from bot import wording
from bot.charter_lint import Trouble, _data, notes
from bot.local_charters import Mode, read_charter

TOPICS = wording.load().labels["charter_topic"]
FILLED = [
    (mode, form.format(topic=topic))
    for entry in _data().sharper
    for mode, form in entry.about.items()
    for topic in TOPICS.values()
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No recruiting. Own projects only in #showcase.", []),
        ("We meet where the river bends.", [Trouble.UNREAD]),
        ("Be nice.", [Trouble.VAGUE]),
        ("Please be kind: no insults.", []),
        ("Not too much self-promotion.", [Trouble.VAGUE]),
        ("No spam!", [Trouble.VAGUE]),
        ("Keep it professional.", [Trouble.VAGUE]),
        ("Assume good faith.", [Trouble.UNENFORCEABLE]),
        ("Read the pinned posts before asking.", [Trouble.UNENFORCEABLE]),
        ("Everybody has to contribute.", [Trouble.UNENFORCEABLE]),
        ("No recruiting. Everybody may recruit here.", [Trouble.CONFLICT]),
        ("Own projects once a week.", [Trouble.UNENFORCEABLE]),
        ("Job posts only in #jobs. Job posts only in #careers.", [Trouble.CONFLICT]),
        ("No self-promotion. Own projects only in #showcase.", [Trouble.CONFLICT]),
        ("Own projects are welcome in #showcase. No self-promotion in #help.", []),
        ("No recruiting. Recruiting is forbidden.", [Trouble.TWICE]),
    ],
)
def test_only_what_is_unclear_or_disagrees_is_noted(text: str, found: list[Trouble]) -> None:
    assert [note.trouble for note in notes(read_charter(text), TOPICS)] == found


def test_a_sharper_sentence_speaks_of_the_same_matter() -> None:
    sharper = {
        "Not too much self-promotion.": "Own projects only in #name-a-channel.",
        "Ideally no job posts.": "No job posts.",
        "Memes are fine in moderation.": "Off-topic chatter only in #name-a-channel.",
    }
    for text, better in sharper.items():
        assert [note.sharper for note in notes(read_charter(text), TOPICS)] == [better], text


@pytest.mark.parametrize("sentence", sorted({_data().otherwise, *(entry.try_ for entry in _data().sharper)}))
def test_a_sharper_sentence_is_understood_and_has_no_trouble_of_its_own(sentence: str) -> None:
    charter = read_charter(sentence)
    assert [clause.mode for clause in charter.clauses if clause.mode is Mode.UNREAD] == []
    assert notes(charter, TOPICS) == ()


def test_every_topic_has_a_word_with_which_a_sharper_sentence_is_read_as_it_is_meant() -> None:
    wrong = [
        (said, clause.mode)
        for mode, said in FILLED
        for clause in read_charter(said).clauses
        if clause.mode.name != (Mode.ONLY_IN.name if "only in" in said else mode.upper())
    ]
    assert wrong == []
    unread = [name for name, topic in TOPICS.items() if name not in read_charter(f"No {topic}.").clauses[0].topics]
    assert unread == []
