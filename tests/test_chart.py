"""The chart: judged from samples, changed by a charter, the same in words, in columns and as a command."""

from __future__ import annotations

import re

import pytest

from bot import chart as charts
from bot.chart import Chart, Kind
from bot.charting import table, tell, tell_place
from bot.coach import Coach
from bot.commands import BadCommand
from bot.commands import Chart as Show
from bot.grammar import Grammar
from bot.judging import Judging
from bot.model import Case, Delivery, Fit, Network, Person, Relation, Room, Tone
from bot.storage.store import Store
from bot.wording import load
from tests.conftest import Clock

KNOWN = charts.load()
RULES = "Own projects only in #showcase. Job posts are not welcome."
ANA, ADMIN, GENERAL = Person("discord", "ana"), Person("discord", "cyd"), Room("G1/C1")


@pytest.fixture(scope="module")
def usual(judging: Judging) -> Chart:
    return charts.chart(judging, KNOWN)


def fit(chart: Chart, network: Network, kind: str) -> Fit:
    return next(field.fit for field in chart.column(network).fields if field.kind.code == kind)


def test_every_kind_has_an_odd_number_of_samples_and_a_way_on_every_network() -> None:
    assert len({kind.code for kind in KNOWN.kinds}) == len(KNOWN.kinds) >= 10
    for kind in KNOWN.kinds:
        assert len(kind.samples) % 2 == 1, kind.code
        assert len(set(kind.samples)) == len(kind.samples) >= 3
        for network in Network:
            assert network.value in KNOWN.ways[kind.way] or charts.ANY in KNOWN.ways[kind.way]


@pytest.mark.parametrize(
    ("network", "kind", "expected"),
    [
        (Network.LINKEDIN, "plea", Fit.FITS),  # a status update for a cause can pass where a mass message does not
        (Network.LINKEDIN, "plea_to_many", Fit.AVOID),
        (Network.LINKEDIN, "personal", Fit.AVOID),
        (Network.LINKEDIN, "hiring", Fit.FITS),
        (Network.FACEBOOK, "personal", Fit.FITS),
        (Network.FACEBOOK, "plea", Fit.FITS),
        (Network.X, "plea", Fit.FITS),
        (Network.MVP, "technical_question", Fit.FITS),
        (Network.MVP, "thanks", Fit.FITS),
        (Network.MVP, "plea", Fit.AVOID),
        (Network.MVP, "hiring", Fit.AVOID),
        (Network.BLOG, "own_work", Fit.FITS),
        (Network.BLOG, "plea", Fit.FITS),
        (Network.EMAIL, "plea_to_many", Fit.AVOID),
        (Network.ASSOCIATION, "plea", Fit.AVOID),
        (Network.SLACK, "advert", Fit.AVOID),
        (Network.GROUP, "advert", Fit.AVOID),
    ],
)
def test_the_chart_agrees_with_what_the_networks_are_for(
    usual: Chart, network: Network, kind: str, expected: Fit
) -> None:
    assert fit(usual, network, kind) is expected


def test_what_fits_everywhere_and_nowhere(usual: Chart) -> None:
    for network in Network:
        assert fit(usual, network, "answer") is fit(usual, network, "question_to_stranger") is Fit.FITS
        assert fit(usual, network, "pitch_to_stranger") is Fit.AVOID


def test_one_sample_alone_decides_nothing(judging: Judging) -> None:
    pitch, thanks = KNOWN.kinds[-1].samples, next(k for k in KNOWN.kinds if k.code == "thanks").samples
    for samples, expected in (((pitch[0], *thanks[:2]), Fit.FITS), ((thanks[0], *pitch[:2]), Fit.AVOID)):
        known = KNOWN.__class__(KNOWN.words, KNOWN.signs, KNOWN.ways, (Kind("mixed", "mixed", "stranger", samples),))
        [column] = charts.chart(judging, known, (Network.EMAIL,)).columns
        assert column.fields[0].fit is expected
        assert bool(column.fields[0].say) is (expected is not Fit.FITS)


def test_a_charter_has_its_own_column_and_marks_what_it_changes(judging: Judging, usual: Chart) -> None:
    chart = charts.with_charter(usual, judging, KNOWN, Network.DISCORD, RULES)
    here, custom = chart.columns[0], chart.column(Network.DISCORD)
    assert (here.label, custom.label) == (KNOWN.words["here"], "Discord")
    changed = {field.kind.code for field in here.fields if field.by_charter}
    assert {"own_work", "hiring"} <= changed
    for field, usually in zip(here.fields, custom.fields, strict=True):
        assert field.by_charter is (field.fit is not usually.fit)
        assert not usually.by_charter
    assert chart.has_changes
    assert not usual.has_changes
    assert fit(usual, Network.DISCORD, "hiring") is Fit.FITS


def test_words_say_what_the_fields_say(judging: Judging, usual: Chart) -> None:
    chart = charts.with_charter(usual, judging, KNOWN, Network.DISCORD, RULES)
    lines = [line for line in tell(chart, KNOWN).splitlines() if line.startswith("- ")]
    assert len(lines) == len(chart.columns) == 11
    for line, column in zip(lines, chart.columns, strict=True):
        assert f"**{column.label}**" in line
        for field in column.fields:
            assert (field.kind.label in line) is (field.fit is not Fit.FITS)
        assert "✓ fits: everything else" in line
    assert "something you made (by the charter)" in lines[0]
    place = tell_place(chart.columns[0], KNOWN)
    for field in chart.columns[0].fields:
        assert field.kind.label in place
        assert field.say in place


def test_the_table_has_a_sign_and_a_word_in_every_field(judging: Judging, usual: Chart) -> None:
    chart = charts.with_charter(usual, judging, KNOWN, Network.DISCORD, RULES)
    heading, *rows = table(chart, KNOWN).splitlines()
    assert heading.split()[-10:] == [network.value for network in Network]
    cells = re.findall(r"(✓ fits|~ adjust|⊘ avoid)(\*?)", "\n".join(rows[: len(chart.kinds)]))
    assert len(cells) == len(chart.kinds) * 11
    assert sum(star == "*" for _, star in cells) == sum(field.by_charter for field in chart.columns[0].fields)
    assert rows[-1] == "* by the charter"
    assert "* by" not in table(usual, KNOWN)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("chart", Show()),
        ("Chart", Show()),
        ("/tact chart", Show()),
        ("chart linkedin", Show(Network.LINKEDIN)),
        ("chart of twitter dark", Show(Network.X, dark=True)),
        ("chart here in dark", Show(here=True, dark=True)),
        ("chart light", Show()),
    ],
)
def test_the_command_is_read(text: str, command: Show) -> None:
    assert Grammar(load().synonyms).parse(text) == command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chart linkdin", "Did you mean “linkedin”"),
        ("chart x and facebook", "One place"),
        ("chart zzz", "Name a network"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence_with_an_example(text: str, said: str) -> None:
    with pytest.raises(BadCommand, match=said) as problem:
        Grammar(load().synonyms).parse(text)
    assert "Example: chart linkedin" in str(problem.value)


async def test_the_coach_shows_the_charter_of_the_place_where_it_is_asked(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert (await coach.hear(ANA, "chart here", GENERAL)).tone is Tone.PROBLEM
    await coach.hear(ADMIN, f"charter here: {RULES}", Room("G1/C1", admin=True))
    everything, here = await coach.hear(ANA, "chart", GENERAL), await coach.hear(ANA, "chart here", GENERAL)
    elsewhere = await coach.hear(ANA, "chart", Room("G1/C2"))
    assert "**Here, by charter**" in everything.text
    assert "Here, by charter" not in elsewhere.text
    assert "#showcase" in here.text
    assert "LinkedIn" not in here.text
    linkedin = await coach.hear(ANA, "chart linkedin", GENERAL)
    assert "**LinkedIn**" in linkedin.text
    assert everything.private
    assert everything.image is not None
    assert everything.image.asked_for
    assert everything.image.svg != elsewhere.image.svg if elsewhere.image else False


async def test_the_worked_case_stands_in_the_chart_as_a_check_would_judge_it(judging: Judging, usual: Chart) -> None:
    """A field is no opinion of the chart's own."""
    plea = next(kind for kind in KNOWN.kinds if kind.code == "plea")
    for network in Network:
        delivery, relation = KNOWN.ways["open"][network.value]
        verdicts = sorted(
            judging.judge(Case(text, Network(network), Delivery(delivery), Relation(relation))).fit
            for text in plea.samples
        )
        assert fit(usual, network, "plea") is verdicts[1]
