"""The gallery: enough cases, of many networks, each with something to say; and lines that Tact itself can read."""

from __future__ import annotations

import pytest

from bot.charter_lint import notes
from bot.charter_text import tidy
from bot.gallery import load
from bot.judging import Judging
from bot.local_charters import Mode, read_charter
from bot.model import Fit
from bot.polls import TEXT, Choice, Posed
from bot.reading import read

GALLERY = load()


def test_there_are_enough_cases_of_many_networks_and_all_verdicts() -> None:
    assert len(GALLERY.cases) >= 24
    assert len({case.id for case in GALLERY.cases}) == len({case.text for case in GALLERY.cases}) == len(GALLERY.cases)
    assert len({case.network for case in GALLERY.cases}) >= 8
    assert {case.verdict for case in GALLERY.cases} == {fit.code for fit in Fit}
    assert {case.subject for case in GALLERY.cases} == set(GALLERY.subjects)


@pytest.mark.parametrize("case", GALLERY.cases, ids=lambda case: case.id)
def test_a_case_is_complete_and_fits_where_it_is_shown(case: object, judging: Judging) -> None:
    found = next(one for one in GALLERY.cases if one is case)
    assert len(found.title) <= 60
    assert tidy(found.text) == found.text
    assert len(found.text) <= TEXT
    assert found.says.endswith(".")
    judged = judging.judge(found.case).fit
    assert abs(judged - next(fit for fit in Fit if fit.code == found.verdict)) < 2 or found.id == "recruiter-in-help"


@pytest.mark.parametrize("name", sorted(GALLERY.subjects))
def test_every_line_is_read_as_what_the_vote_was(name: str) -> None:
    modes = {Choice.FINE: Mode.ALLOW, Choice.BORDERLINE: Mode.ONLY_IN, Choice.FOUL: Mode.FORBID}
    for choice, mode in modes.items():
        line = GALLERY.subjects[name].line(choice)
        charter = read_charter(line)
        assert [clause.mode for clause in charter.clauses] == [mode], line
        assert notes(charter) == (), line
        assert tidy(line) == line


@pytest.mark.parametrize(
    ("text", "foul"),
    [
        ("I wrote a small tool for beekeepers, have a look: https://hive.example", "No self-promotion."),
        ("We're hiring a gardener in Leeds, 3 days a week, £15 an hour.", "No recruiting."),
        ("@everyone my new song is out", "No @everyone for one's own ends."),
        ("The sky over the harbour was green tonight", ""),
    ],
)
def test_what_somebody_wrote_is_found_a_subject_or_none(text: str, foul: str) -> None:
    subject = GALLERY.subject_of(Posed(text), read(text))
    assert (subject.line(Choice.FOUL) if subject else "") == foul
