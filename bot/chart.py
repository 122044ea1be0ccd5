"""The chart: networks by kinds of message, each field judged from sample messages; the samples are in `prompts/chart.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from statistics import median_low

import msgspec

from bot.judging import Judging
from bot.language import by_language, read_words
from bot.model import Case, Delivery, Fit, Network, Relation, Verdict

ANY = "*"
"""In the ways of sending: every network that has no line of its own."""


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands for a verdict: a sign, and always its word."""

    sign: str
    word: str


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of message, shown by samples that are all sent the same way."""

    code: str
    label: str
    way: str
    samples: tuple[str, ...]


class Knowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `prompts/chart.toml`."""

    words: Mapping[str, str]
    signs: Mapping[str, Sign]
    ways: Mapping[str, Mapping[str, tuple[Delivery, Relation]]]
    kinds: tuple[Kind, ...]

    def sign(self, fit: Fit) -> Sign:
        """What stands for a verdict."""
        return self.signs[fit.code]


@dataclass(frozen=True, slots=True)
class Field:
    """What usually becomes of one kind of message in one place."""

    kind: Kind
    fit: Fit
    say: str = ""
    """What speaks against it first; empty when nothing does."""
    by_charter: bool = False
    """Whether a local charter makes the difference."""


@dataclass(frozen=True, slots=True)
class Column:
    """One place with a field for each kind."""

    network: Network
    label: str
    fields: tuple[Field, ...]

    def of(self, fit: Fit) -> tuple[Field, ...]:
        """The fields with a verdict, in order."""
        return tuple(field for field in self.fields if field.fit is fit)


@dataclass(frozen=True, slots=True)
class Chart:
    """Kinds of message down, places across."""

    kinds: tuple[Kind, ...]
    columns: tuple[Column, ...]

    def column(self, network: Network | None) -> Column:
        """The column of a network by its general custom."""
        return next(column for column in reversed(self.columns) if column.network is network)

    @property
    def has_changes(self) -> bool:
        """Whether a local charter makes a difference anywhere."""
        return any(field.by_charter for column in self.columns for field in column.fields)


@by_language
def load() -> Knowledge:
    """The kinds, samples and words of the chart, read once per process."""
    raw = read_words("chart.toml")
    return msgspec.convert(raw, Knowledge)


def chart(judging: Judging, known: Knowledge, networks: Iterable[Network] = tuple(Network)) -> Chart:
    """The chart of networks by their general custom."""
    label = judging.wording.label
    return Chart(known.kinds, tuple(_column(judging, known, n, label("network", n), None) for n in networks))


def with_charter(usual: Chart, judging: Judging, known: Knowledge, network: Network, charter: str) -> Chart:
    """A chart with a column before it for a place on a network that has a charter of its own."""
    here = _column(judging, known, network, known.words["here"], charter)
    return replace(usual, columns=(here, *usual.columns))


def _column(judging: Judging, known: Knowledge, network: Network, label: str, charter: str | None) -> Column:
    fields = []
    for kind in known.kinds:
        field = _field(judging, known, kind, network, charter)
        custom = _field(judging, known, kind, network, None) if charter else field
        fields.append(replace(field, by_charter=field.fit is not custom.fit))
    return Column(network, label, tuple(fields))


def _field(judging: Judging, known: Knowledge, kind: Kind, network: Network, charter: str | None) -> Field:
    """The verdict in the middle of the samples', with what is said for one that got it."""
    ways = known.ways[kind.way]
    delivery, relation = ways.get(network.value) or ways[ANY]
    verdicts = [judging.judge(Case(text, network, delivery, relation, charter=charter)) for text in kind.samples]
    fit = Fit(median_low(verdict.fit for verdict in verdicts))
    return Field(kind, fit, next((_say(verdict) for verdict in verdicts if verdict.fit is fit and _say(verdict)), ""))


def _say(verdict: Verdict) -> str:
    return verdict.findings[0].say if verdict.findings else ""
