"""Pictures as SVG from `prompts/pictures/*.svg.j2`, light, dark or as the viewer likes it; and as PNG where resvg is installed."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.bars import Bars
from bot.chart import Chart, Knowledge
from bot.model import Image

FONTS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
ZOOM = 2
"""Pixels of a PNG for each unit of the SVG, so that it is sharp on every screen."""
_PROBE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30" font-family="{}">{}</text></svg>'
_LEGEND = (0, 250, 480)
"""Where the three parts of the legend begin."""


class Theme(StrEnum):
    """The colours of a picture; `auto` follows the viewer's own choice and is for SVG alone."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class PictureError(RuntimeError):
    """A PNG that cannot be made here; the message says what is missing."""


def chart_svg(chart: Chart, known: Knowledge, described: str, theme: Theme = Theme.AUTO) -> str:
    """The chart as SVG; `described` says in words what it shows."""
    return _draw("chart", theme, chart=chart, known=known, described=described, legend=_LEGEND)


def bars_svg(bars: Bars, theme: Theme = Theme.AUTO) -> str:
    """Bars as SVG."""
    return _draw("bars", theme, bars=bars)


def bars_image(bars: Bars, theme: Theme = Theme.LIGHT) -> Image:
    """Bars as a picture for a reply."""
    return Image(bars.name, bars_svg(bars, theme), bars.described)


def png(svg: str) -> bytes:
    """A picture as PNG; one that follows its viewer comes out light. Takes a tenth of a second. Raises PictureError."""
    try:
        import resvg_py  # optional, and slow to load
    except ImportError as error:
        raise PictureError(
            "PNG pictures need one more package: pip install 'tact[pictures]'. SVG works without it."
        ) from error
    if not _has_letters():
        raise PictureError(
            "There is no font on this computer to write PNG pictures with (fonts-liberation has one). SVG works without."
        )
    try:
        return resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM)
    except ValueError as error:
        raise PictureError("This picture could not be drawn as PNG; its SVG is well.") from error


@cache
def _has_letters() -> bool:
    """Whether a letter leaves any trace: without a font it is left out and nothing is said."""
    import resvg_py

    drawn = {resvg_py.svg_to_bytes(svg_string=_PROBE.format(FONTS, letter)) for letter in ("", "M")}
    return len(drawn) > 1


def _draw(name: str, theme: Theme, **values: object) -> str:
    colours = _colours()
    chosen = colours[Theme.LIGHT if theme is Theme.AUTO else theme]
    dark = colours[Theme.DARK] if theme is Theme.AUTO else None
    drawn = _environment().get_template(f"{name}.svg.j2").render(c=chosen, dark=dark, fonts=FONTS, **values)
    return "\n".join(line for line in drawn.splitlines() if line.strip()) + "\n"


@cache
def _colours() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files("prompts") / "pictures" / "colours.toml").read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("prompts", "pictures"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=True,
    )
    environment.filters["lines"] = _lines
    environment.filters["clipped"] = lambda text, longest: text if len(text) <= longest else text[: longest - 1] + "…"
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    return environment


def _lines(text: str, wide: int) -> list[str]:
    """A text in lines of at most so many characters; a longer word stays whole."""
    return textwrap.wrap(text, wide, break_long_words=False)
