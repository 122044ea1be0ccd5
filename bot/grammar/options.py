"""Options in plain words, before a text or alone: "on linkedin as a dm to a stranger: …"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from bot.commands import BadCommand, example
from bot.model import Delivery, Network, Relation
from bot.problems import problem

FILLERS = frozenset({
    "on", "as", "a", "an", "the", "to", "for", "in", "my", "of", "is", "it", "with", "from", "by", "via", "and",
    "through", "one", "this",
})  # fmt: skip
SHORT = 6
"""Words a command of the ledger has at most; more is a draft that begins like one."""
OPTIONS_WITHIN = 80
"""Characters within which the colon after the options stands."""

NICKNAME = (2, 20)
"""Words and characters of a nickname at most."""
_BEFORE_NAME = frozenset({"a", "an", "the", "my"})
NO_ADDRESS = frozenset("@<>/")
"""What stands in no nickname, but in addresses."""
ITSELF = frozenset({"message", "messages", "post", "posts"})
"""What may stand behind a way of sending and says no more than that something is sent: "a channel message"."""
SLIP, SHORTEST = 0.75, 3
"""How alike a word of small letters must be to one for closeness to be a slip of it; shorter ones are nicknames."""

WORD = re.compile(r"[^\s:,]+")


class Options:
    """The words people use for networks, ways of sending and closeness."""

    def __init__(self, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self.words: dict[str, dict[str, str]] = {
            "network": {n.value: n.value for n in Network} | dict(synonyms["network"]),
            "delivery": {d.value: d.value for d in Delivery} | dict(synonyms["delivery"]),
            "relation": {r.value: r.value for r in Relation} | dict(synonyms["relation"]),
        }

    def alone(self, text: str) -> dict[str, str]:
        """The options a text consists of, with fillers but nothing else; empty when there is more in it, or none."""
        words = [w.group() for w in WORD.finditer(text)]
        found, unknown = self._sort(words) if len(words) <= SHORT + 4 else ({}, words)
        return {} if unknown else found

    def before(self, command: str, rest: str) -> tuple[dict[str, str], str]:
        """Options in words before the text, and the text."""
        head, colon, body = rest.partition(":")
        words = [w.group() for w in WORD.finditer(head)]
        if colon and len(words) <= 14 and "\n" not in head:
            found, unknown = self._sort(words)
            who = self._addressee(words, unknown)
            if who:
                return found | {"who": who}, body.strip()
            if not unknown:
                return found, body.strip()
            if found or (words and words[0].casefold() in ("on", "as", "to", "in", "for") and len(unknown) <= 2):
                raise BadCommand(self._twice(command, unknown[0]) or self._unknown(command, unknown[0]))
        alone = self.alone(rest)
        return (alone, "") if alone else self._leading(rest)

    def _addressee(self, words: list[str], unknown: list[str]) -> str:
        """The nickname that stands after "to", where nothing else is unknown; empty for a slip of a known word."""
        if words[-1:] == ["A"] and not unknown:  # an initial here, else a filler
            unknown = ["A"]
        name = " ".join(unknown).lstrip("@")
        folded = [word.casefold() for word in words]
        if "to" not in folded or not name:
            return ""
        at = len(folded) - folded[::-1].index("to")
        while (
            at < len(folded)
            and (folded[at] in _BEFORE_NAME or folded[at] in self.words["relation"])
            and words[at] != "A"
        ):
            at += 1
        none = len(unknown) > NICKNAME[0] or len(name) > NICKNAME[1] or not NO_ADDRESS.isdisjoint(name)
        if none or words[at : at + len(unknown)] != unknown:
            return ""
        slip = name.islower() and difflib.get_close_matches(name, self.words["relation"], 1, SLIP)
        return "" if slip and len(name) > SHORTEST else name

    def _leading(self, rest: str) -> tuple[dict[str, str], str]:
        """Options that stand before the text without a colon: small letters only, for a draft may begin with "Email"."""
        found: dict[str, str] = {}
        at = 0
        for word in WORD.finditer(rest):
            kind = self._kind(word.group(), found) if word.group().islower() else None
            if kind:
                found[kind[0]] = kind[1]
                at = word.end()
            elif word.group() not in FILLERS:
                break
        return (found, rest[at:].strip(" :,\n")) if found else ({}, rest)

    def _sort(self, words: list[str]) -> tuple[dict[str, str], list[str]]:
        found: dict[str, str] = {}
        unknown = []
        before = ""
        for word in words:
            kind = self._kind(word, found)
            if kind:
                found[kind[0]] = kind[1]
            elif word.casefold() not in FILLERS and not (word.casefold() in ITSELF and before == "delivery"):
                unknown.append(word)
            before = kind[0] if kind else ""
        return found, unknown

    def _kind(self, word: str, found: Mapping[str, str]) -> tuple[str, str] | None:
        """Which option a word names, of those not named yet."""
        folded = word.casefold().strip("'\"“”.,")
        for kind, known in self.words.items():
            if kind not in found and folded in known:
                return kind, known[folded]
        if folded in ("draft", "question") and "form" not in found:
            return "form", folded
        return None

    def _twice(self, command: str, word: str) -> str:
        """What is said to a word that is known, but names a second network, way or closeness; empty for any other."""
        if not any(word.casefold() in words for words in self.words.values()):
            return ""
        return problem("one_too_many", word=word, example=example(command))

    def _unknown(self, command: str, word: str) -> str:
        known = [w for words in self.words.values() for w in words]
        near = difflib.get_close_matches(word.casefold(), known, 1, 0.6)
        guess = (
            problem("guess", near=near[0])
            if near
            else problem("networks_are", known=", ".join(n.value for n in Network))
        )
        return problem("option_unknown", word=word, guess=guess, example=example(command))
