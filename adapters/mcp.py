"""`tact mcp`: the judge as tools for agents and editors, over standard input and output. Nothing is stored or logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from bot import chart as charts
from bot.charter_lint import Trouble, notes
from bot.charting import image, tell
from bot.coach.placing import Way, ways_of
from bot.coach.speaking import place
from bot.judging import Judging
from bot.local_charters import LIMIT as CHARTER
from bot.local_charters import read_charter
from bot.model import Case, Delivery, Fit, Form, Network, Purpose, Relation
from bot.pictures import Theme
from bot.reading import form_of
from bot.reading.masks import LIMIT
from bot.replay import replay

INSTRUCTIONS = (
    "Tact judges whether a message suits the network it is for, before it is sent. Pass the draft as it is; say network, "
    "delivery and relation where they are known, and leave out what is not: a question comes back instead of a guess. "
    "A verdict is advice to the person who sends; show them the reason and the one change, and let them decide."
)
Text = Annotated[
    str, Field(min_length=1, max_length=LIMIT, description="The draft as it would be sent, or a question about an act.")
]
Rules = Annotated[
    str, Field(min_length=1, max_length=CHARTER, description="A community's own rules, in plain sentences.")
]


@dataclass(frozen=True)
class Found:
    """One thing that speaks against a draft."""

    reason: str
    quote: str
    say: str
    why: str
    source: str
    advice: str


@dataclass(frozen=True)
class Checked:
    """The verdict on a draft: fits, adjust or avoid; or the one question to answer first."""

    verdict: str
    place: str
    confidence: float
    question: str
    findings: list[Found]
    edited: str
    unread_rules: list[str]


@dataclass(frozen=True)
class Place:
    """One way of sending on one network, and what becomes of the draft there; `to` is empty where it makes no difference."""

    network: str
    delivery: str
    to: list[str]
    verdict: str
    say: str


@dataclass(frozen=True)
class Square:
    """A field of the chart."""

    place: str
    kind: str
    verdict: str
    say: str
    by_charter: bool


@dataclass(frozen=True)
class Shown:
    """The chart in words, field by field, and as SVG where it was asked for."""

    words: str
    fields: list[Square]
    svg: str


@dataclass(frozen=True)
class Sentence:
    """A sentence of a charter, how it is read, and what is wrong with it, if anything: unread, vague, unenforceable, conflict or twice."""

    sentence: str
    read_as: str
    trouble: str
    other: str
    sharper: str


@dataclass(frozen=True)
class Changed:
    """A sample draft that the charter judges in another way than the network's custom."""

    draft: str
    before: str
    after: str


@dataclass(frozen=True)
class Linted:
    """A charter, sentence by sentence, and what it changes."""

    sentences: list[Sentence]
    changes: list[Changed]


class Tools:
    """What is offered, with the judge behind it."""

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    def check_draft(
        self,
        text: Text,
        network: Network | None = None,
        delivery: Delivery | None = None,
        relation: Relation | None = None,
        form: Form | None = None,
        purpose: Purpose | None = None,
        history: str | None = None,
        charter: Rules | None = None,
    ) -> Checked:
        """Judge a draft for a network, a way of sending and a relation: verdict, findings with their source, one edit.

        `history` is a phrase such as "asked 4, gave 0 in the last 30 days".
        """
        case = Case(_said(text), network, delivery, relation, form or form_of(text), purpose, history, charter)
        verdict = self._judging.judge(case)
        edit = self._judging.edit(case, verdict)
        return Checked(
            verdict.code,
            place(case, self._judging.wording),
            verdict.confidence,
            verdict.question.ask if verdict.question else "",
            [Found(f.reason, f.quote(text), f.say, f.why, f.source, f.advice) for f in verdict.findings],
            edit.after if edit else "",
            list(read_charter(charter).unread) if charter else [],
        )

    def where_to_post(self, text: Text, relation: Relation | None = None) -> list[Place]:
        """Judge the same draft on every network and way of sending, best first."""
        case = Case(_said(text), form=form_of(text))
        ways = sorted(ways_of(case, relation, {}, self._judging), key=_best_first)
        return [
            Place(way.network, way.delivery, [who.value for who in way.to], way.verdict.code, way.say) for way in ways
        ]

    def chart(self, network: Network = Network.SLACK, charter: Rules | None = None, svg: bool = False) -> Shown:
        """The chart of what fits where: kinds of message by networks; with a charter a column for a community on `network`."""
        known = charts.load()
        drawn = charts.chart(self._judging, known)
        if charter:
            drawn = charts.with_charter(drawn, self._judging, known, network, _said(charter))
        fields = [
            Square(column.label, field.kind.label, field.fit.code, field.say, field.by_charter)
            for column in drawn.columns
            for field in column.fields
        ]
        return Shown(tell(drawn, known), fields, image(drawn, known, Theme.AUTO).svg if svg else "")

    def charter_lint(self, charter: Rules, network: Network = Network.SLACK) -> Linted:
        """Read a community's rules sentence by sentence: what each is taken for, which say nothing sure or disagree, and what changes."""
        read = read_charter(_said(charter))
        troubles = {note.sentence: note for note in notes(read, self._judging.wording.labels["charter_topic"])}
        sentences = []
        for clause in read.clauses:
            note = troubles.get(clause.sentence)
            trouble: Trouble | str = note.trouble if note else ""
            other, sharper = (note.other, note.sharper) if note else ("", "")
            sentences.append(Sentence(clause.sentence, clause.mode, trouble, other, sharper))
        changed = [one for one in replay(self._judging, None, charter, network) if one.changed]
        return Linted(sentences, [Changed(one.text, one.before.fit.code, one.after.fit.code) for one in changed])


def serve(judging: Judging) -> None:
    """Serves the tools until standard input ends. Its log is off: what a call holds may be a draft."""
    server: MCPServer[None] = MCPServer(
        "tact", instructions=INSTRUCTIONS, version=judging.version, log_level="CRITICAL"
    )
    tools = Tools(judging)
    for tool in (tools.check_draft, tools.where_to_post, tools.chart, tools.charter_lint):
        server.add_tool(tool)
    judging.warm_up()
    server.run("stdio")


def _said(text: str) -> str:
    if not text.strip():
        raise ToolError("There are no words in it, so nothing was judged.")
    return text


def _best_first(way: Way) -> tuple[Fit, float]:
    return way.verdict.fit, -way.verdict.confidence
