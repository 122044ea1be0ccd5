"""Use cases that explain: what goes with a purpose, and the other side of asks, pitches and invitations."""

from __future__ import annotations

from bot import answers, purposes
from bot.model import Purpose, Reply
from bot.render import render
from bot.wording import Wording


class Guiding:
    """Gives guidance from what stands in the prompts."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def purpose(self, purpose: Purpose) -> Reply:
        """How a purpose answers the six dilemmas, what it is at odds with, and what to give in five minutes."""
        guides, words = purposes.load(), self._wording
        guide = guides[purpose]
        dilemmas = [(words.dilemmas[name], getattr(guide.dilemmas, name)) for name in words.dilemmas]
        odds = [
            (words.label("purpose", other), found[0].known)
            for other in Purpose
            if (found := purposes.conflicts((purpose, other), guides))
        ]
        return Reply(
            render("guidance", name=words.label("purpose", purpose), guide=guide, dilemmas=dilemmas, odds=odds)
        )

    @staticmethod
    def topic(topic: str) -> Reply:
        """Help to decline, to answer a clumsy ask or a pest, to accept or ignore, or to find one's own words."""
        return Reply(render("answer", answer=answers.load().by_topic[topic]))
