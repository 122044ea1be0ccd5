"""Instructive cases to ask a community about, and the line of a charter that follows from what it thinks of their subject."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bot.charters import When
from bot.language import by_language, read_words
from bot.model import Case, Delivery, Form, Network, Relation
from bot.polls import Choice, Posed
from bot.reading.model import Reading


class Pictured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case of the gallery; `says` is what the norms of its network have to say of it."""

    id: str
    title: str
    text: str
    network: Network
    delivery: Delivery
    relation: Relation
    subject: str
    verdict: str
    says: str
    form: Form = Form.DRAFT

    @property
    def posed(self) -> Posed:
        """The case as it is asked about."""
        return Posed(self.text, self.title, self.id, self.network, self.delivery, self.relation)

    @property
    def case(self) -> Case:
        """The case as it is judged."""
        return Case(self.text, self.network, self.delivery, self.relation, self.form)


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What cases are about: which texts are, and a line of a charter for each thing a community may think."""

    when: When
    fine: str
    borderline: str
    foul: str

    def line(self, choice: Choice) -> str:
        """The line that follows."""
        return {Choice.FINE: self.fine, Choice.BORDERLINE: self.borderline, Choice.FOUL: self.foul}[choice]


class Gallery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it, as `prompts/gallery.toml` has it."""

    subjects: Mapping[str, Subject]
    cases: tuple[Pictured, ...]

    def find(self, code: str) -> Pictured | None:
        """A case by its code."""
        return next((one for one in self.cases if one.id == code), None)

    def subject_of(self, posed: Posed, read: Reading) -> Subject | None:
        """What a case is about: as the gallery has it, else the first subject whose texts are like it."""
        known = self.find(posed.code)
        if known:
            return self.subjects[known.subject]
        case = Case(posed.text, posed.network, posed.delivery, posed.relation)
        return next((one for one in self.subjects.values() if one.when.holds(case, read, frozenset())), None)


@by_language
def load() -> Gallery:
    """The gallery, read once per process."""
    return msgspec.convert(read_words("gallery.toml"), Gallery)
