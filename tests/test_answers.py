"""The other side: questions for it are recognised with care, and words that must be one's own are not written."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bot.answers import AnswersError, load, parse
from bot.commands import TOPICS

TEXT = (files("prompts") / "answers.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("How do I say no to a colleague who wants me on his committee?", "decline"),
        ("how can I politely decline an intro?", "decline"),
        ("What do I say when somebody wants to pick my brain for free?", "clumsy"),
        ("how should I answer someone who asks me for a job?", "clumsy"),
        ("somebody keeps sending me invitations to his webinar", "pest"),
        ("A recruiter keeps messaging me on LinkedIn", "pest"),
        ("What should I do about a friend request from my boss?", "invitation"),
        ("How do I thank a mentor?", "thanks"),
        ("help me say no", "decline"),
        ("how do I say thank you to the whole team", "thanks"),
        ("what can I write to a colleague whose father died?", "condolence"),
    ],
)
def test_a_question_to_the_coach_is_recognised(text: str, topic: str) -> None:
    assert load().heard(text) == topic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you all for the help with the move!",
        "Hi Ana, I have to decline, thank you.",
        "Does anyone know how to say no to a vendor?",
        "How do I get anyone to decline my invitation?",
        "I keep sending you this because it matters.",
        "How do I fix a KeyError in pandas?",
        "Help me move a sofa, no need to say no to it later",
        "What should I bring to the party on Friday?",
        "So sorry, my father died on Monday and I need a week off.",
        "is it ok to thank the speaker in public?",
        "how do I say no\nto this",
        "how do I say no " + "please " * 40,
    ],
)
def test_drafts_and_other_questions_are_left_alone(text: str) -> None:
    assert load().heard(text) is None


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_coaches_with_lines_and_a_question(topic: str) -> None:
    answer = load().by_topic[topic]
    assert answer.question.rstrip(".").count("?") >= 1
    assert answer.source
    sincere = topic in ("thanks", "condolence")
    assert len(answer.lines) == (0 if sincere else 3)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[pest]", "[pests]", "unknown field `pests`"),
        ('source = "Notworking"', "source = 3", "Expected `str`, got `int` - at `$.pest.source`"),
        ('"^how to\\\\b"', '"("', "missing )"),
    ],
)
def test_a_malformed_file_is_refused(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(AnswersError) as error:
        parse(TEXT.replace(old, new, 1), "answers.toml")
    assert str(error.value).startswith("answers.toml")
    assert says in str(error.value)
