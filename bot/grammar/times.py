"""Commands about when Tact speaks up by itself: tips, quiet."""

from __future__ import annotations

import re

from bot.commands import BadCommand, PauseTips, Quiet, SetQuiet, SetTips, Tips, example
from bot.problems import problem
from bot.schedule import BadSchedule
from bot.schedule_words import parse_days, parse_quiet, parse_time
from bot.zones import BadZone, parse_zone

_ACTIONS = {
    "": "show", "show": "show", "now": "now", "another": "now", "why": "why", "off": "off", "stop": "off", "none": "off",
    "resume": "resume", "snooze": "snooze", "later": "snooze", "done": "done", "week": "week", "progress": "week",
}  # fmt: skip
_HERE = re.compile(r"^(here|in this channel)\b", re.IGNORECASE)
_ZONE = re.compile(r"(?:^|\s)in\s+(?P<zone>\S.*)$", re.IGNORECASE)
_AT = re.compile(r"(?:^|\s)at\s+(?P<at>.+)$", re.IGNORECASE)
_ON = re.compile(r"^on\b", re.IGNORECASE)
_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_TIME_ZONE = re.compile(r"\stime( ?zone)?$", re.IGNORECASE)


class Times:
    """Reads them with the words people use for days, hours and zones."""

    def is_schedule(self, rest: str) -> bool:
        """Whether what stands after "tips" is a schedule from the first word to the last."""
        try:
            return isinstance(self.tips(rest), SetTips)
        except BadCommand:
            return False

    def tips(self, rest: str) -> SetTips | Tips | PauseTips:
        """A schedule for tips, or what to do with them; raises BadCommand."""
        here = bool(_HERE.match(rest))
        said = _HERE.sub("", rest).strip()
        first, _, more = said.casefold().partition(" ")
        if first in _ACTIONS and (not more or _TOPIC.fullmatch(more.strip())):
            return Tips(_ACTIONS[first], more.strip(), here)
        if first == "pause":
            return PauseTips(more.strip() or "1 week", here)
        try:
            return self._schedule(said, here)
        except (BadSchedule, BadZone) as error:
            raise BadCommand(problem("example", said=error, example=example("tips"))) from error

    def quiet(self, rest: str) -> Quiet | SetQuiet:
        """Quiet hours, or what to show of them; raises BadCommand."""
        action = rest.strip().casefold()
        if action in ("", "show"):
            return Quiet()
        if action in ("resend", "again"):
            return Quiet("resend")
        try:
            hours, zone = _zone_of(rest)
            return SetQuiet(parse_quiet(hours), zone)
        except (BadSchedule, BadZone) as error:
            raise BadCommand(problem("example", said=error, example=example("quiet"))) from error

    @staticmethod
    def _schedule(said: str, here: bool) -> SetTips:
        """Days, then "at" and an hour, then "in" and a zone; each may be missing, but not all."""
        days_at, zone = _zone_of(said)
        found = _AT.search(days_at)
        at = parse_time(found["at"]) if found else None
        days = _ON.sub("", days_at[: found.start()] if found else days_at).strip()
        return SetTips(parse_days(days) if days else None, at, zone, here)


def _zone_of(text: str) -> tuple[str, str]:
    """The text without its zone, and the zone's name; raises BadZone."""
    found = _ZONE.search(text)
    if not found:
        return text, ""
    return text[: found.start()], parse_zone(_TIME_ZONE.sub("", found["zone"]).strip(" ."))
