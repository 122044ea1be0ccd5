"""Time zones by their IANA names: reads what people type, and never falls back to another zone."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.problems import problem

LIMIT = 60
"""Characters read of a zone; the longest name of IANA has 32."""
PLACELESS = frozenset({"localtime", "Factory", "posixrules"})
"""Names in the zone data that stand for this computer's own zone, or for none set (which reads as UTC)."""
ALIKE = 0.75
"""How alike a name must be spelt to be offered."""

_OFFSET = re.compile(r"(utc|gmt|z)? ?[+-]? ?[0-9]{1,2}([:.]?[0-9]{1,2})?")


class BadZone(ValueError):
    """A zone that cannot be used; the message says so and names the nearest ones."""


def parse_zone(text: str) -> str:
    """The IANA name that a text means, in any case and with spaces for underscores. Raises BadZone.

    Names that were changed later are known under both (Europe/Kiev, Europe/Kyiv). Offsets and the letters people say
    for a zone (UTC+2, PST) are refused: they do not say when clocks change. UTC is taken only when it is asked for.
    """
    said = " ".join(unicodedata.normalize("NFKC", text[: LIMIT + 1]).split())[:LIMIT]
    said = "".join(letter for letter in said if letter.isprintable())
    names = _names()
    if not names:
        raise BadZone(problem("no_zone_data"))
    if not said:
        raise BadZone(problem("no_zone", remedy=problem("zone_remedy")))
    if len(text) > LIMIT:
        raise BadZone(problem("zone_too_long", remedy=problem("zone_remedy")))
    folded = said.casefold().replace(" ", "_")
    if folded in names:
        return names[folded]
    if _OFFSET.fullmatch(said.casefold()):
        raise BadZone(problem("zone_is_offset", said=said, remedy=problem("zone_remedy")))
    near = _nearest(folded)
    guess = problem("guess_zone", near=problem("or").join(near)) if near else problem("zone_remedy")
    raise BadZone(problem("zone_unknown", said=said, guess=guess))


@cache
def load_zone(name: str) -> ZoneInfo:
    """The zone of a name from parse_zone. Raises BadZone when the zone data here do not have it (any more)."""
    try:
        if name not in PLACELESS:
            return ZoneInfo(name)
        raise ZoneInfoNotFoundError(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadZone(problem("zone_gone", zone=name[:LIMIT], remedy=problem("zone_remedy"))) from error


def zones_present() -> bool:
    """Whether there are zone data here, from the system or from the package tzdata."""
    try:
        return ZoneInfo.no_cache("Europe/Berlin").key == "Europe/Berlin"
    except ZoneInfoNotFoundError:
        return False


@cache
def _names() -> Mapping[str, str]:
    """Every name by its casefolded form."""
    return {name.casefold(): name for name in sorted(available_timezones() - PLACELESS)}


def _nearest(folded: str) -> list[str]:
    """Up to three names of places: those of a city spelt like it first, then those spelt like it as a whole."""
    places = {key: name for key, name in _names().items() if "/" in key and not key.startswith("etc/")}
    cities = {key.rpartition("/")[2]: name for key, name in places.items()}
    near = [cities[key] for key in difflib.get_close_matches(folded.rpartition("/")[2], cities, 3, ALIKE)]
    near += [places[key] for key in difflib.get_close_matches(folded, places, 3, ALIKE)]
    return list(dict.fromkeys(near))[:3]
