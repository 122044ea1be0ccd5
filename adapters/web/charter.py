"""The charter editor: how each sentence is read, what could be sharper, and what the sample drafts would become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.web.view import SYMBOLS, At, Fields, Problem, choice
from bot.charter_lint import Note, notes
from bot.judging import Judging
from bot.local_charters import LIMIT, Clause, LocalCharter, Mode, read_charter
from bot.model import Layer, Network, Verdict
from bot.replay import Replayed, replay
from bot.wording import Wording

MODES = {Mode.ALLOW: "✓", Mode.FORBID: "⊘", Mode.ONLY_IN: "→", Mode.REQUIRE: "+", Mode.UNREAD: "?"}
"""Beside the words, never instead of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and how it is read."""

    sentence: str
    code: str
    symbol: str
    mode: str
    about: tuple[str, ...]
    places: tuple[str, ...]
    asked: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict in words."""

    code: str
    symbol: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample draft before and after."""

    text: str
    before: Judged
    after: Judged
    because: str


@dataclass(frozen=True, slots=True)
class Read:
    """All that is shown of a charter."""

    lines: tuple[Line, ...]
    understood: int
    troubled: int
    changed: tuple[Sample, ...]
    same: tuple[Sample, ...]


class Charter:
    """Shows how a charter is read while it is written."""

    at = At("/charter", "charter", ("charter", "now", "network", "use"), fragment="charter_reading")

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    def shown(self, form: Fields) -> dict[str, Any]:
        """The editor, with what was filled in."""
        network = choice("network", self._judging.wording)
        return {
            "form": {**form, "network": form["network"] or Network.SLACK.value},
            "networks": network.options[1:],
            "limit": LIMIT,
            "read": None,
        }

    def answered(self, form: Fields) -> dict[str, Any]:
        """The editor with the reading; a button may have put a sharper sentence in place of one ("use")."""
        if max(len(form["charter"]), len(form["now"])) > LIMIT:
            raise Problem("problem.long_charter", 413, limit=f"{LIMIT:,}")
        try:
            network = Network(form["network"] or Network.SLACK)
        except ValueError as error:
            raise Problem("problem.choice") from error
        text = self._sharper(form["charter"], form["use"])
        shown = self.shown({**form, "charter": text})
        return shown | {"read": self._read(text, form["now"], network) if text.strip() else None}

    def _read(self, text: str, now: str, network: Network) -> Read:
        words, charter = self._judging.wording, read_charter(text)
        found = self._notes(charter)
        lines = tuple(_line(clause, found, words) for clause in charter.clauses)
        replayed = replay(self._judging, now, text, network)
        return Read(
            lines,
            sum(clause.mode is not Mode.UNREAD for clause in charter.clauses),
            len({note.sentence for note in found}),
            tuple(_sample(one, words) for one in replayed if one.changed),
            tuple(_sample(one, words) for one in replayed if not one.changed),
        )

    def _notes(self, charter: LocalCharter) -> tuple[Note, ...]:
        return notes(charter, self._judging.wording.labels["charter_topic"])

    def _sharper(self, text: str, sentence: str) -> str:
        """The text with the sharper sentence in place of one of its own."""
        for note in self._notes(read_charter(text)) if sentence else ():
            if note.sharper and note.sentence == sentence:
                return text.replace(sentence, note.sharper.removesuffix("."), 1)
        return text


def _line(clause: Clause, found: tuple[Note, ...], words: Wording) -> Line:
    return Line(
        clause.sentence,
        clause.mode.name.lower(),
        MODES[clause.mode],
        words.label("charter_mode", clause.mode),
        tuple(words.label("charter_topic", topic) for topic in clause.topics) if clause.mode is not Mode.UNREAD else (),
        clause.places,
        clause.asked if clause.mode is Mode.REQUIRE else (),
        tuple(note for note in found if note.sentence == clause.sentence),
    )


def _sample(one: Replayed, words: Wording) -> Sample:
    first = next(iter(one.after.findings), None)
    because = (first.why if first.layer is Layer.LOCAL else first.say) if first else ""
    return Sample(one.text, _judged(one.before, words), _judged(one.after, words), because)


def _judged(verdict: Verdict, words: Wording) -> Judged:
    code = verdict.fit.code
    return Judged(code, SYMBOLS[code], words.label("verdict", code))
