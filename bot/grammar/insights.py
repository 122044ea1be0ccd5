"""Commands about what helped: insights, dismiss fine-here"""

from __future__ import annotations

from bot.commands import BadCommand, Dismiss, ShowInsights, example
from bot.insights import Because
from bot.problems import problem

_SAID = {"": None, "fine here": Because.FINE_HERE, "fine": Because.FINE_HERE, "wrong": Because.MISREAD}


def insights(rest: str) -> ShowInsights:
    """Figures about groups; raises BadCommand."""
    if rest.casefold().strip() in ("", "show"):
        return ShowInsights()
    raise BadCommand(problem("insights_plain"))


def dismiss(rest: str) -> Dismiss:
    """That the last verdict did not help, and why; raises BadCommand."""
    said = rest.casefold().strip(" .!")
    if said in _SAID:
        return Dismiss(_SAID[said])
    if said in set(Because):
        return Dismiss(Because(said))
    raise BadCommand(problem("because_unknown", known=", ".join(Because), example=example("dismiss")))
