"""Pictures: well-formed, named and described, readable in light and dark, words beside signs, and PNG only where it can be made."""

from __future__ import annotations

import struct
import subprocess
import sys
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from bot import chart as charts
from bot.bars import Bars, balance_bars, progress_bars
from bot.chart import Chart
from bot.charting import image, plainly, tell
from bot.coach import Coach
from bot.judging import Judging
from bot.ledger import add_up
from bot.model import EntryKind, Network, Person
from bot.pictures import Theme, _colours, bars_svg, chart_svg, png
from bot.progress import Progress
from bot.storage.store import Store
from bot.wording import load
from tests.conftest import Clock

SVG = "{http://www.w3.org/2000/svg}"
KNOWN = charts.load()
WORDS = load().pictures
BALANCE = balance_bars(add_up([(EntryKind.GAVE, "help", 3), (EntryKind.ASKED, "advice", 1)]), WORDS)
WEEKS = progress_bars(Progress(7, 5, 6, 2, None, None), WORDS)
ANA = Person("console", "ana")


@pytest.fixture(scope="module")
def drawn(judging: Judging) -> Chart:
    usual = charts.chart(judging, KNOWN)
    return charts.with_charter(usual, judging, KNOWN, Network.SLACK, "No <script>alert(1)</script> & own projects.")


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # our own
    return ["".join(found.itertext()).strip() for found in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", Theme)
def test_the_chart_is_named_described_and_says_every_verdict_in_words(drawn: Chart, theme: Theme) -> None:
    svg = chart_svg(drawn, KNOWN, plainly(tell(drawn, KNOWN)), theme)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    named = {found.get("id"): found.text for found in (*root.iter(f"{SVG}title"), *root.iter(f"{SVG}desc"))}
    assert next(named[id_] for id_ in (root.get("aria-labelledby") or "").split()) == "What fits where"
    assert "LinkedIn: ~ adjust: an advert, a sale" in (named["chart-desc"] or "")
    said = texts(svg)
    for fit, sign in KNOWN.signs.items():
        fields = sum(field.fit.code == fit for column in drawn.columns for field in column.fields)
        assert said.count(sign.word) == fields
    for kind in drawn.kinds:
        assert kind.label[0].upper() + kind.label[1:] in said
    assert (root.find(f"{SVG}style") is not None) is (theme is Theme.AUTO)


def test_only_a_picture_that_follows_its_viewer_has_both_colours(drawn: Chart) -> None:
    light, dark, auto = (chart_svg(drawn, KNOWN, "", theme) for theme in (Theme.LIGHT, Theme.DARK, Theme.AUTO))
    colours = _colours()
    assert colours["dark"]["ground"] not in light
    assert colours["light"]["ground"] not in dark
    assert colours["light"]["ground"] in auto
    assert colours["dark"]["ground"] in auto
    assert "prefers-color-scheme: dark" in auto


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_signs_stand_out_from_their_ground(theme: str) -> None:
    colours = _colours()[theme]
    pairs = [("ink", "ground"), ("soft", "ground"), ("frame", "ground")]
    pairs += [(f"{code}_ink", f"{code}_ground") for code in KNOWN.signs] + [
        (f"{code}_ink", "ground") for code in KNOWN.signs
    ]
    for ink, ground in pairs:
        high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize("bars", [BALANCE, WEEKS], ids=lambda bars: bars.name)
def test_bars_say_their_figures_and_keep_their_shares(bars: Bars) -> None:
    svg = bars_svg(bars, Theme.DARK)
    said = " ".join(texts(svg))
    for bar in bars.bars:
        assert bar.words in said
        assert f"{bar.label}: {bar.words}" in bars.described
    root = ElementTree.fromstring(svg)
    wide = [float(rect.get("width") or 0) for group in root.findall(f"{SVG}g") for rect in group.findall(f"{SVG}rect")]
    counts = [part.count for bar in bars.bars for part in bar.parts]
    assert wide == pytest.approx([600 * count / bars.most for count in counts], abs=0.1)


def test_bars_without_anything_in_them_can_be_drawn() -> None:
    assert bars_svg(balance_bars(add_up([]), WORDS))
    assert len(progress_bars(Progress(3, 0, 0, 0, None, None), WORDS).bars) == 1


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_a_png_has_twice_the_pixels_and_no_part_is_cut_off(drawn: Chart, theme: Theme) -> None:
    svg = image(drawn, KNOWN, theme).svg
    root = ElementTree.fromstring(svg)
    size = struct.unpack(">II", png(svg)[16:24])
    assert size == (2 * int(root.get("width") or 0), 2 * int(root.get("height") or 0))
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x") or 0) + float(rect.get("width") or 0) <= int(root.get("width") or 0)
        assert float(rect.get("y") or 0) + float(rect.get("height") or 0) <= int(root.get("height") or 0)


def test_without_the_renderer_there_is_svg_and_a_sentence_instead_of_png() -> None:
    """In a process in which it cannot be imported, as where it is not installed."""
    code = """if True:
        import sys
        sys.modules["resvg_py"] = None
        from bot.bars import Bars
        from bot.pictures import PictureError, bars_svg, png
        svg = bars_svg(Bars("x", "X", "", ()))
        try:
            png(svg)
        except PictureError as problem:
            print(problem)
        from adapters.__main__ import main
        main(["chart", "-o", sys.argv[1]])
    """
    done = subprocess.run([sys.executable, "-c", code, "nowhere.png"], capture_output=True, text=True, timeout=60)
    assert "pip install 'tact[pictures]'" in done.stdout
    assert done.returncode == 78
    assert "SVG works without it" in done.stderr


async def test_balance_and_progress_come_with_a_picture_for_ones_own_eyes(
    judging: Judging, store: Store, clock: Clock
) -> None:
    coach = Coach(judging, store, clock)
    assert (await coach.hear(ANA, "balance")).image is None
    assert (await coach.hear(ANA, "tips week")).image is None
    await coach.hear(ANA, "gave help to M")
    for _ in range(3):
        await coach.hear(ANA, "check on facebook as a post to everybody: Holiday photos, sand in every shoe.")
        clock.at += timedelta(minutes=1)
    for command, alt in (("balance", "gave: 1 (help 1)"), ("tips week", "of 3 fitted as they were")):
        reply = await coach.hear(ANA, command)
        assert reply.private
        assert reply.image is not None
        assert alt in reply.image.alt
        assert not reply.image.asked_for
