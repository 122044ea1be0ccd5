"""Commands for less: quiet nudges, quiet listening, and the one word that ends being listened to."""

from __future__ import annotations

import re

from bot.commands import BadCommand, Command, Help, Listen, Quiet, QuietNudges, WhyNudges
from bot.problems import problem

_FOR = re.compile(r"(?:for )?(?P<n>\d{1,4}|a|an|one|two)? ?(?P<unit>day|week|month)s?")
_DAYS = {"day": 1, "week": 7, "month": 30}
_NUMBERS = {None: 1, "a": 1, "an": 1, "one": 1, "two": 2}
LONGEST = 366
"""Days that nudges can be snoozed; for longer they are switched off."""
_WHAT = {
    "nudge": "nudges", "nudges": "nudges", "reminder": "reminders", "reminders": "reminders",
    "poll": "polls", "polls": "polls", "listening": "listening",
}  # fmt: skip
_WHEN = {"": 0, "off": 0, "on": None}
_ONE_WORD = {"ignore": Listen(on=False), "ignore me": Listen(on=False), "listen": Listen(on=True)}
_THESE = r"(this|it|that|you|tact|these|them|(the |your )?(tips|nudges|messages|reminders))"
_ENOUGH = re.compile(
    rf"(please )?(stop|mute|unsubscribe|silence|be quiet|(stop|mute) {_THESE}|stop (writing|messaging)( to)? me"
    rf"|(how (do|can) i )?(turn|switch) (off {_THESE}|{_THESE} off))( please)?"
)
_WHAT_IS_THIS = re.compile(
    r"(hi|hello|hey)( there| tact)?|(who|what) are you|what can (you|i) do( here)?|how does (this|it) work"
    r"|what is (this|tact)|help me"
)


def one_word(text: str) -> Command | None:
    """The command of a text that is nothing but such a word, or a plain wish: for quiet, or to know what this is."""
    said = text.casefold().strip().rstrip(".!?")
    if _ENOUGH.fullmatch(said):
        return Quiet()
    return Help() if _WHAT_IS_THIS.fullmatch(said) else _ONE_WORD.get(said)


def quiet(rest: str) -> Command | None:
    """What is to be quiet; None when it is none that has a name. Raises BadCommand."""
    words = rest.casefold().split()
    if not words or words[0] not in _WHAT:
        return None
    said = " ".join(words[1:])
    if {"on", "off"} <= set(words[1:]):
        raise BadCommand(problem("on_and_off"))
    what = _WHAT[words[0]]
    if said == "why":
        return WhyNudges(what)
    days = _WHEN[said] if said in _WHEN else _days(said, what)
    return Listen(days is None, days or 0) if what == "listening" else QuietNudges(days, what)


def _days(said: str, what: str) -> int:
    found = _FOR.fullmatch(said)
    number = found.group("n") if found else None
    days = _DAYS[found.group("unit")] * (_NUMBERS.get(number) or int(number or 1)) if found else 0
    if not 0 < days <= LONGEST:
        raise BadCommand(problem("how_long", said=said, what=what))
    return days
