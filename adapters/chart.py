"""`tact chart`: the chart in the terminal, or as a file: SVG, PNG or plain text. Nothing is stored."""

from __future__ import annotations

import sys
from pathlib import Path

from adapters import CONFIGURATION, USAGE
from adapters.terminal import show
from bot import chart as charts
from bot.charters import CharterError
from bot.charting import image, table, tell
from bot.judging import build_judging
from bot.local_charters import LIMIT
from bot.model import Network, Reply
from bot.pictures import PictureError, Theme, png
from bot.settings import SettingsError, from_environment

KINDS = (".svg", ".png", ".txt")


class BadChart(ValueError):
    """A chart that cannot be made as asked; the message says what to do."""


def chart(file: Path | None, charter: Path | None, network: str, dark: bool | None) -> int:
    """Prints the chart or writes it into a file; returns the exit code: 0, 2 usage, 78 configuration.

    `charter` names a file with a community's own rules, which is one on `network`. Without a colour an SVG follows its viewer.
    """
    try:
        rules = _rules(charter)
        _writable(file)
        judging, known = build_judging(from_environment().charters), charts.load()
        drawn = charts.chart(judging, known)
        if rules:
            drawn = charts.with_charter(drawn, judging, known, _network(network), rules)
        if file is None:
            show(Reply(tell(drawn, known)))
        else:
            _write(file, drawn, known, dark)
    except BadChart as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except (CharterError, SettingsError, PictureError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    return 0


def _rules(file: Path | None) -> str:
    """The charter that a file holds; empty without one. Raises BadChart."""
    if file is None:
        return ""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadChart(f"{file} cannot be read as text ({error}); no chart was made.") from error
    if not text or len(text) > LIMIT:
        raise BadChart(f"{file} must hold 1 to {LIMIT:,} characters of plain sentences; no chart was made.")
    return text


def _network(code: str) -> Network:
    if code not in set(Network):
        raise BadChart(f"Unknown network {code!r}; known are {', '.join(Network)}. No chart was made.")
    return Network(code)


def _writable(file: Path | None) -> None:
    if file is not None and file.suffix.casefold() not in KINDS:
        raise BadChart(
            f"A chart can be written as {', '.join(KINDS)}; nothing was written. Example: tact chart -o chart.svg"
        )


def _write(file: Path, drawn: charts.Chart, known: charts.Knowledge, dark: bool | None) -> None:
    kind = file.suffix.casefold()
    if kind == ".txt":
        content = table(drawn, known).encode()
    else:
        theme = Theme.DARK if dark else Theme.LIGHT if dark is False or kind == ".png" else Theme.AUTO
        svg = image(drawn, known, theme).svg
        content = png(svg) if kind == ".png" else svg.encode()
    try:
        file.write_bytes(content)
    except OSError as error:
        raise BadChart(f"{file} cannot be written ({error.strerror}); there is no chart.") from error
    print(f"{file}: {len(content):,} bytes. {known.words['alt']}")
