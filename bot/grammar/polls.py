"""Commands about polls: poll, poll gallery, poll on slack in a channel: …, poll vote 3 foul, poll close 3"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from bot.commands import BadCommand, example
from bot.grammar.options import Options
from bot.model import Delivery, Network, Relation
from bot.poll_commands import (
    AcceptLine,
    ClosePoll,
    LetMembers,
    PollCommand,
    PosePoll,
    PostPoll,
    ShowGallery,
    ShowPolls,
    Vote,
)
from bot.polls import LONGEST, SHORTEST, USUAL, Choice, Posed
from bot.problems import problem

_LASTS = re.compile(r"\bfor (?P<n>\d{1,4}|an?|one) (?P<unit>hour|day|week)s?\b", re.IGNORECASE)
_VOTE = re.compile(r"vote (?P<number>\d{1,9}) (?P<choice>[a-z]+)")
_NUMBERED = re.compile(r"(?P<what>close|end|accept) (?P<number>\d{1,9})")
_CODE = re.compile(r"(?:about )?(?P<code>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)")


class Polls:
    """Reads them with the words people use for networks."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def poll(self, rest: str) -> PollCommand:
        """What is wanted of polls; raises BadCommand."""
        head, colon, body = rest.partition(":")
        lasts, head = _lasts(head)
        if colon:
            return self._own(head, body.strip(), lasts)
        said = " ".join(head.casefold().rstrip(".!").split())
        plain: Mapping[str, PollCommand] = {
            "": ShowPolls(),
            "show": ShowPolls(),
            "list": ShowPolls(),
            "post": PostPoll(),
            "members on": LetMembers(members=True),
            "members off": LetMembers(members=False),
            "draft": PosePoll(lasts=lasts),
            "my draft": PosePoll(lasts=lasts),
        }
        found = plain.get(said) or self._gallery(said) or _numbered(said)
        if found:
            return found
        code = _CODE.fullmatch(said)
        if code:
            return PosePoll(code=code["code"], lasts=lasts)
        raise BadCommand(problem("poll_unread", example=example("poll")))

    def _own(self, head: str, text: str, lasts: timedelta) -> PosePoll:
        found, left = self._options.before("poll", f"{head.strip()}: …")
        if head.strip() and (left != "…" or "who" in found):
            raise BadCommand(problem("poll_head_unread", said=head.strip()[:40], example=example("poll")))
        if not text:
            raise BadCommand(problem("poll_empty", example=example("poll")))
        network, delivery, relation = (found.get(kind) for kind in ("network", "delivery", "relation"))
        return PosePoll(
            Posed(
                text,
                network=Network(network) if network else None,
                delivery=Delivery(delivery) if delivery else None,
                relation=Relation(relation) if relation else None,
            ),
            lasts=lasts,
        )

    def _gallery(self, said: str) -> ShowGallery | None:
        word, _, name = said.partition(" ")
        network = self._options.words["network"].get(name)
        if word not in ("gallery", "cases") or (name and not network):
            return None
        return ShowGallery(Network(network) if network else None)


def _lasts(said: str) -> tuple[timedelta, str]:
    """How long it is open, and what else was said; raises BadCommand."""
    found = _LASTS.search(said)
    if not found:
        return USUAL, said
    number = int(found["n"]) if found["n"].isdigit() else 1
    lasts = timedelta(**{f"{found['unit'].casefold()}s": number})
    if not SHORTEST <= lasts <= LONGEST:
        raise BadCommand(problem("poll_time", most=LONGEST.days))
    return lasts, f"{said[: found.start()]} {said[found.end() :]}"


def _numbered(said: str) -> PollCommand | None:
    vote, other = _VOTE.fullmatch(said), _NUMBERED.fullmatch(said)
    if vote and vote["choice"] in set(Choice):
        return Vote(int(vote["number"]), Choice(vote["choice"]))
    if other:
        number = int(other["number"])
        return AcceptLine(number) if other["what"] == "accept" else ClosePoll(number)
    return None
