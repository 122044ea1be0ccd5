"""The words for reasons, verdicts and questions, from `prompts/*.toml`; code has no words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from bot.language import by_language, read_words
from bot.model import Button, Delivery, Network, Reason, Relation


class Edit(StrEnum):
    """What a rewrite may do with the words that caused a finding."""

    CUT = "cut"
    ADD_WAY_OUT = "add_way_out"
    ADD_REASON = "add_reason"
    SHRINK = "shrink"
    NONE = "none"


class ReasonWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said for a reason in general."""

    say: str
    why: str
    source: str
    advice: str
    edit: Edit


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft that shows what a change of a charter would mean."""

    text: str
    delivery: Delivery
    relation: Relation


@dataclass(frozen=True, slots=True)
class Wording:
    """Words by code."""

    reasons: Mapping[Reason, ReasonWords]
    questions: Mapping[str, str]
    edits: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    synonyms: Mapping[str, Mapping[str, str]]
    places: Mapping[Network, tuple[Delivery, ...]]
    circles: Mapping[Delivery, tuple[Relation, ...]]
    circle_names: Mapping[Relation, str]
    heard: Mapping[str, Mapping[str, tuple[str, ...]]]
    charter: Mapping[str, str]
    fields: Mapping[str, tuple[str, str]]
    overall: Mapping[str, str]
    dilemmas: Mapping[str, str]
    home: Mapping[str, str]
    reactions: Mapping[str, str]
    pictures: Mapping[str, str]
    samples: tuple[Sample, ...]

    def reason(self, reason: Reason) -> ReasonWords:
        """The words for a reason; `none` has none and raises KeyError."""
        return self.reasons[reason]

    def label(self, kind: str, code: str) -> str:
        """A code of the vocabulary in plain words."""
        return self.labels[kind].get(code, code)


def offered(wording: Wording, what: str) -> tuple[Button, ...]:
    """The ways out of a kind of push: why it comes, not for a while, never again."""
    return tuple(Button(label, command) for command, label in wording.labels[what].items())


@by_language
def load() -> Wording:
    """The built-in words in the language that is spoken, read once."""
    reasons, words, samples = (read_words(f"{name}.toml") for name in ("reasons", "words", "samples"))
    return Wording(
        reasons=msgspec.convert(reasons, dict[Reason, ReasonWords]),
        questions=words["questions"],
        edits=words["edits"],
        labels=words["labels"],
        synonyms=words["synonyms"],
        charter=words["charter"],
        fields=msgspec.convert(words["fields"], dict[str, tuple[str, str]]),
        overall=words["overall"],
        dilemmas=words["dilemmas"],
        home=words["home"],
        reactions=words["reactions"],
        pictures=words["pictures"],
        samples=msgspec.convert(samples["samples"], tuple[Sample, ...]),
        heard=msgspec.convert(words["heard"], dict[str, dict[str, tuple[str, ...]]]),
        circles=msgspec.convert(words["circles"], dict[Delivery, tuple[Relation, ...]]),
        circle_names=msgspec.convert(words["circle_names"], dict[Relation, str]),
        places=msgspec.convert(words["places"], dict[Network, tuple[Delivery, ...]]),
    )
