"""The command of the chart: chart, chart linkedin, chart here, each also in dark colours."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.commands import BadCommand, Chart, example
from bot.grammar.options import FILLERS, WORD
from bot.model import Network
from bot.problems import problem

_COLOURS = ("light", "dark")


def chart(networks: Mapping[str, str], rest: str) -> Chart:
    """Which chart is wanted; `networks` are the words people use for them. Raises BadCommand."""
    said = [word.group().casefold() for word in WORD.finditer(rest)]
    named = [word for word in said if word not in FILLERS and word not in (*_COLOURS, "here")]
    known = list(dict.fromkeys(networks[word] for word in named if word in networks))
    strange = [word for word in named if word not in networks]
    if strange:
        near = difflib.get_close_matches(strange[0], [*networks, *_COLOURS, "here"], 1, 0.6)
        guess = problem("guess", near=near[0]) if near else problem("charts_are")
        raise BadCommand(problem("chart_unknown", said=strange[0], guess=guess, example=example("chart")))
    if len(known) + ("here" in said) > 1:
        raise BadCommand(problem("one_chart", example=example("chart")))
    return Chart(Network(known[0]) if known else None, here="here" in said, dark="dark" in said)
