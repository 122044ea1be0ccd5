"""Reads what people type as commands: `Grammar(…).parse("check on linkedin as a dm to a stranger: …")`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import partial

from bot.commands import NAMES, TOPICS, BadCommand, Balance, Check, Command, Help, Undo, Where, example
from bot.grammar.chart import chart
from bot.grammar.charter import charter
from bot.grammar.insights import dismiss, insights
from bot.grammar.keeping import Keeping
from bot.grammar.language import language
from bot.grammar.ledger import Ledger
from bot.grammar.options import OPTIONS_WITHIN, SHORT, WORD, Options
from bot.grammar.polls import Polls
from bot.grammar.quieting import one_word, quiet
from bot.grammar.reviews import Reviews
from bot.grammar.ties import Ties
from bot.grammar.times import Times
from bot.model import Delivery, Form, Network, Relation
from bot.problems import problem

_WHERE = re.compile(r"where (should|could|can|do|would|shall|might) (i|we|you) |where does this belong", re.IGNORECASE)
MISTYPED = 0.8
"""How alike a word must be to a command to be taken for a slip of the finger; "thanks" is none of "thanked"."""
_SLASH = re.compile(r"^/tact(?=\s|$)")


class Grammar:
    """The grammar with the words people use for networks, ways of sending, closeness and purposes."""

    def __init__(self, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._options = Options(synonyms)
        self._keeping = Keeping(self._options, synonyms)
        self._ledger = Ledger(synonyms)
        self._times = Times()
        self._named: Mapping[str, Callable[[str], Command]] = {
            "check": self._check,
            "where": self._where,
            "purpose": self._keeping.purpose,
            "gave": partial(self._ledger.named, "gave"),
            "asked": partial(self._ledger.named, "asked"),
            "thanked": partial(self._ledger.named, "thanked"),
            "balance": lambda _: Balance(),
            "undo": lambda _: Undo(),
            "tips": self._times.tips,
            "quiet": lambda rest: quiet(rest) or self._times.quiet(rest),
            "chart": partial(chart, self._options.words["network"]),
            "charter": charter,
            "poll": Polls(self._options).poll,
            "insights": insights,
            "dismiss": dismiss,
            "tie": Ties(synonyms).tie,
            "review": Reviews(synonyms).review,
            "privacy": self._keeping.privacy,
            "language": partial(language, synonyms["language"]),
            "help": self._help,
        }

    def parse(self, text: str) -> Command:
        """The command a text stands for; free text is a check. Raises BadCommand."""
        text = _SLASH.sub("", text.strip()).strip()
        if not text:
            return Help()
        first = WORD.match(text)
        word = first.group() if first else ""
        rest = text[first.end() :].strip() if first else ""
        if _WHERE.match(text):
            return Where(text)
        alone = self._ledger.sent(text) or one_word(text)
        if alone:
            return alone
        if word.casefold() in NAMES and self._means_command(word, rest):
            name = word.casefold()
            return self._named[name](rest)
        options = self._options.alone(text)
        if options:
            return _check_with(options, "")
        near = difflib.get_close_matches(word.casefold(), NAMES, 1, MISTYPED)
        brief = len(text.split()) <= SHORT and text[-1] not in ".!?"
        if near and word.casefold() not in NAMES and (brief or ":" in rest[:OPTIONS_WITHIN]):
            raise BadCommand(problem("word_unknown", word=word, near=near[0], example=example(near[0])))
        return Check(text)

    def _means_command(self, word: str, rest: str) -> bool:
        """Whether a text that begins with a command's word is one: a draft may begin with it too ("Thanked Bob …")."""
        name = word.casefold()
        if name in ("check", "where"):
            has_options = ":" in rest[:OPTIONS_WITHIN] or bool(self._options.alone(rest))
            return not rest or has_options or (word.islower() and not rest.startswith("out "))
        if name in ("sent", "undo"):
            return not rest
        if name == "help" and len(rest.split()) > 1 and not self._is_read(name, rest):
            return False
        if (name == "tips" and self._times.is_schedule(rest)) or (
            name in ("tie", "review", "charter", "poll") and self._is_read(name, rest)
        ):
            return True
        brief = len(rest.split()) <= (SHORT if word.islower() else 2)
        return not rest or (brief and rest[-1] not in ".!?")

    def _is_read(self, name: str, rest: str) -> bool:
        """Whether a text is a command from the first word to the last."""
        try:
            return bool(self._named[name](rest))
        except BadCommand:
            return False

    def _check(self, rest: str) -> Check:
        options, text = self._options.before("check", rest)
        if not text and not options:
            raise BadCommand(problem("no_text_to_check", example=example("check")))
        return _check_with(options, text)

    def _where(self, rest: str) -> Where:
        options, text = self._options.before("where", rest)
        if not text:
            raise BadCommand(problem("no_text_to_place", example=example("where")))
        return Where(text, Relation(options["relation"]) if "relation" in options else None)

    def _help(self, rest: str) -> Help:
        topic = rest.casefold().split(" ")[0]
        network = self._options.words["network"].get(topic)
        if topic in NAMES or topic in TOPICS:
            return Help(topic)
        if network:
            return Help(network)
        if topic in self._keeping.purposes:
            return Help(self._keeping.purposes[topic])
        if topic:
            near = difflib.get_close_matches(topic, [*NAMES, *TOPICS, *self._keeping.purposes], 1, 0.6)
            guess = problem("guess_help", near=near[0]) if near else ""
            raise BadCommand(problem("no_command", topic=topic, guess=guess, known=", ".join(NAMES)))
        return Help(topic)


def _check_with(options: Mapping[str, str], text: str) -> Check:
    return Check(
        text,
        network=Network(options["network"]) if "network" in options else None,
        delivery=Delivery(options["delivery"]) if "delivery" in options else None,
        relation=Relation(options["relation"]) if "relation" in options else None,
        form=Form(options["form"]) if "form" in options else None,
        who=options.get("who", ""),
    )
