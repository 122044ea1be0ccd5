"""The chart in words and as a picture: what every surface shows of it."""

from __future__ import annotations

from bot.chart import Chart, Column, Field, Knowledge
from bot.model import Fit, Image
from bot.pictures import Theme, chart_svg
from bot.render import render


def tell(chart: Chart, known: Knowledge) -> str:
    """The chart in words: a line for each place, with what should change or stay away, and that the rest fits."""
    places = [(column.label, _signs(column, known, Fit.ADJUST, Fit.AVOID)) for column in chart.columns]
    return render("chart", places=places, fits=known.sign(Fit.FITS), words=known.words, changed=chart.has_changes)


def tell_place(column: Column, known: Knowledge) -> str:
    """One place in words, with what speaks against each kind of message."""
    against = [
        (known.sign(fit), field.kind.label, field.say, field.by_charter)
        for fit in (Fit.ADJUST, Fit.AVOID)
        for field in column.of(fit)
    ]
    (welcome,) = _signs(column, known, Fit.FITS) or [(known.sign(Fit.FITS), [])]
    return render("chart_place", label=column.label, welcome=welcome, against=against, words=known.words)


def table(chart: Chart, known: Knowledge) -> str:
    """The chart as plain text in columns; about 140 characters wide."""
    first = max(len(kind.label) for kind in chart.kinds) + 2
    names = [column.label if column.label == known.words["here"] else column.network.value for column in chart.columns]
    rows = [_row("", names, names, first)]
    for number, kind in enumerate(chart.kinds):
        fields = [column.fields[number] for column in chart.columns]
        rows.append(_row(kind.label, [_cell(field, known) for field in fields], names, first))
    note = [f"* {known.words['by_charter']}"] if chart.has_changes else []
    return "\n".join(row.rstrip() for row in [*rows, *note]) + "\n"


def image(chart: Chart, known: Knowledge, theme: Theme) -> Image:
    """The chart as a picture, for a reply to somebody who asked for it."""
    return Image(
        "chart", chart_svg(chart, known, plainly(tell(chart, known)), theme), known.words["alt"], asked_for=True
    )


def plainly(markdown: str) -> str:
    """Words without marks, for a description."""
    return markdown.replace("**", "").replace("- ", "")


def _signs(column: Column, known: Knowledge, *fits: Fit) -> list[tuple[object, list[str]]]:
    """Each verdict that occurs, with the kinds of message that get it."""
    found = [(known.sign(fit), [_named(field, known) for field in column.of(fit)]) for fit in fits]
    return [(sign, kinds) for sign, kinds in found if kinds]


def _named(field: Field, known: Knowledge) -> str:
    return f"{field.kind.label} ({known.words['by_charter']})" if field.by_charter else field.kind.label


def _cell(field: Field, known: Knowledge) -> str:
    sign = known.sign(field.fit)
    return f"{sign.sign} {sign.word}{'*' if field.by_charter else ''}"


def _row(label: str, cells: list[str], names: list[str], first: int) -> str:
    wide = [max(len(name), 9) + 1 for name in names]
    return label.ljust(first) + "".join(cell.ljust(width) for cell, width in zip(cells, wide, strict=True))
