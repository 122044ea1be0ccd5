"""Names of time zones: every real one is taken, everything else is refused with a sentence, none becomes UTC in silence."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from bot.zones import PLACELESS, BadZone, load_zone, parse_zone, zones_present

ROOT = Path(__file__).parent.parent
NAMES = sorted(available_timezones() - PLACELESS)

OFFSETS = [
    f"{word}{sign}{hours}{minutes}"
    for word in ("UTC", "GMT", "utc ", "")
    for sign in "+-"
    for hours in ("2", "05", "11")
    for minutes in ("", ":30")
]
LETTERS = "PST PDT EDT CDT MDT BST IST AEST AEDT JST KST NZDT SGT CEST WEST EEST MSK HKT".split()  # noqa: SIM905
STRANGE = [
    "", " ", "\t\n", "Europe/Berlin" + " " * 60 + "not", "\x00", "\u200b", "x" * 4000, "Europe/Berlin" * 300, " " * 4000, "Europe", "Europe/", "/Europe/Berlin",
    "../../etc/passwd", "/etc/localtime", "localtime", "Factory", "posixrules", "posix/Europe/Berlin", "right/UTC", "Mars/Olympus",
    "zone.tab", "tzdata.zi", "my zone", "here", "nine", "5", "5.5", "-5", "+", "UTC+", "UTC+25", "Etc", "Etc/GMT+20", "日本", "🕘", "\ud800",
    "SELECT 1", "{zone}", "%s", "None", "null", "0", "Berlin", "new york", "Kyiv", "Europe\\Berlin", "Europe/Berlin/", "Europe//Berlin",
]  # fmt: skip


def misspelt() -> list[tuple[str, str]]:
    """Places with one letter missing, which are no names themselves, and the place that was meant."""
    dice = random.Random(4)
    known = {name.casefold() for name in NAMES}
    found = []
    for name in dice.sample([n for n in NAMES if n.split("/")[0] in ("Europe", "America", "Asia", "Africa")], 130):
        place = dice.randrange(name.index("/") + 2, len(name))
        wrong = name[:place] + name[place + 1 :]
        if wrong.casefold() not in known:
            found.append((wrong, name))
    return found


BAD = [*OFFSETS, *LETTERS, *STRANGE, *(wrong for wrong, _ in misspelt())]


def test_every_name_is_taken_in_any_case_and_loads() -> None:
    assert len(NAMES) > 590
    for name in NAMES:
        for said in (name, name.upper(), name.lower(), f"  {name.replace('_', ' ')} "):
            assert parse_zone(said) == name
        assert load_zone(name).key == name


def test_renamed_places_are_known_under_both_names() -> None:
    assert [parse_zone(n) for n in ("europe/kyiv", "Europe/Kiev", "asia/calcutta", "Asia/Kolkata")] == [
        "Europe/Kyiv", "Europe/Kiev", "Asia/Calcutta", "Asia/Kolkata",
    ]  # fmt: skip


def test_there_are_enough_bad_names() -> None:
    assert len(set(BAD)) >= 200


@pytest.mark.parametrize("said", BAD, ids=lambda said: ascii(said[:20]))
def test_what_is_no_name_is_refused_with_a_short_sentence(said: str) -> None:
    with pytest.raises(BadZone) as refused:
        parse_zone(said)
    sentence = str(refused.value)
    assert "nothing was changed" in sentence
    assert ("Did you mean" in sentence) or ("such as Europe/Berlin" in sentence)
    assert len(sentence) < 240
    assert all(letter.isprintable() for letter in sentence)


@pytest.mark.parametrize("said", ["", "Nowhere/At_All", "localtime", "Factory", "../UTC", "Europe", "x" * 4000])
def test_a_stored_name_that_is_not_there_is_never_utc(said: str) -> None:
    with pytest.raises(BadZone, match="zone data here have no"):
        load_zone(said)


def test_the_nearest_names_are_offered() -> None:
    meant = [(name, wrong) for wrong, name in misspelt()]
    offered = [name for name, wrong in meant if name in _refusal(wrong)]
    assert len(offered) >= 0.95 * len(meant)
    assert "Did you mean Europe/Berlin?" in _refusal("berlin")
    assert "America/New_York" in _refusal("New York")
    assert "Did you mean Europe/Lisbon?" in _refusal("Portugal/Lisbon")
    assert "does not say when clocks change" in _refusal("UTC+2")


def _refusal(said: str) -> str:
    with pytest.raises(BadZone) as refused:
        parse_zone(said)
    return str(refused.value)


@pytest.mark.parametrize("said", ["", "   ", "\x00", "\u200b"])
def test_nothing_said_is_told_from_something_unknown(said: str) -> None:
    assert _refusal(said).startswith("No time zone was named")


def test_utc_is_taken_only_when_it_is_asked_for() -> None:
    assert [parse_zone(n) for n in ("utc", "Etc/UTC", "gmt")] == ["UTC", "Etc/UTC", "GMT"]


def test_missing_zone_data_are_noticed_and_blamed_on_nobody_who_writes() -> None:
    assert zones_present()
    code = (
        "import sys, zoneinfo; zoneinfo.reset_tzpath(to=()); sys.modules['tzdata'] = None\n"
        "from bot.zones import BadZone, parse_zone, zones_present\n"
        "print(zones_present())\n"
        "try: parse_zone('Europe/Berlin')\n"
        "except BadZone as refused: print(refused)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stdout.splitlines()[0] == "False", done.stderr
    assert "operator must install tzdata" in done.stdout


def test_the_doctor_names_the_remedy_when_zone_data_are_missing(database: str) -> None:
    code = (
        "import sys, zoneinfo; zoneinfo.reset_tzpath(to=()); sys.modules['tzdata'] = None\n"
        "from adapters.doctor import doctor\n"
        "sys.exit(doctor(sys.stdout))"
    )
    env = {"PATH": "", "HOME": "/nonexistent", "TACT_DATABASE_URL": database}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=env, timeout=60)
    assert done.returncode == 78, done.stderr
    assert "mend  time zones: there are no IANA zone data here" in done.stdout
    assert "pip install tzdata" in done.stdout
