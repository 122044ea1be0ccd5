"""Reads what people type as commands: `Grammar(…).parse("check on linkedin as a dm to a stranger: …")`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from bot.commands import (
    ASKS,
    EXAMPLES,
    GIVES,
    NAMES,
    BadCommand,
    Balance,
    Check,
    Command,
    Help,
    Later,
    Privacy,
    Record,
    SetPurpose,
    ShowPurpose,
    Where,
)
from bot.model import Delivery, EntryKind, Form, Network, Purpose, Relation

_FILLERS = frozenset({
    "on", "as", "a", "an", "the", "to", "for", "in", "my", "of", "is", "it", "with", "from", "by", "via", "and",
    "through", "one", "this",
})  # fmt: skip
_WHERE = re.compile(r"where (should|could|can|do|would|shall|might) (i|we|you) |where does this belong", re.IGNORECASE)
SHORT = 6
"""Words a command of the ledger has at most; more is a draft that begins like one."""
MISTYPED = 0.8
"""How alike a word must be to a command to be taken for a slip of the finger; "thanks" is none of "thanked"."""
OPTIONS_WITHIN = 80
"""Characters within which the colon after the options stands."""

_SLASH = re.compile(r"^/tact(?=\s|$)")
_WORD = re.compile(r"[^\s:,]+")


class Grammar:
    """The grammar with the words people use for networks, ways of sending, closeness and purposes."""

    def __init__(self, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._words: dict[str, dict[str, str]] = {
            "network": {n.value: n.value for n in Network} | dict(synonyms["network"]),
            "delivery": {d.value: d.value for d in Delivery} | dict(synonyms["delivery"]),
            "relation": {r.value: r.value for r in Relation} | dict(synonyms["relation"]),
        }
        self._purposes = {p.value: p.value for p in Purpose} | dict(synonyms["purpose"])
        self._whats = dict(synonyms["what"])

    def parse(self, text: str) -> Command:
        """The command a text stands for; free text is a check. Raises BadCommand."""
        text = _SLASH.sub("", text.strip()).strip()
        if not text:
            return Help()
        first = _WORD.match(text)
        word = first.group() if first else ""
        rest = text[first.end() :].strip() if first else ""
        if _WHERE.match(text):
            return Where(text)
        if word.casefold() in NAMES and self._means_command(word, rest):
            return self._named(word.casefold(), rest)
        options = self._only_options(text)
        if options:
            return _check_with(options, "")
        near = difflib.get_close_matches(word.casefold(), NAMES, 1, MISTYPED)
        brief = len(text.split()) <= SHORT and text[-1] not in ".!?"
        if near and word.casefold() not in NAMES and (brief or ":" in rest[:OPTIONS_WITHIN]):
            raise BadCommand(f"I don't know “{word}”. Did you mean “{near[0]}”? Example: {_example(near[0])}")
        return Check(text)

    def _means_command(self, word: str, rest: str) -> bool:
        """Whether a text that begins with a command's word is one: a draft may begin with it too ("Thanked Bob …")."""
        name = word.casefold()
        if name in ("check", "where"):
            has_options = ":" in rest[:OPTIONS_WITHIN] or bool(self._only_options(rest))
            return not rest or has_options or (word.islower() and not rest.startswith("out "))
        brief = len(rest.split()) <= (SHORT if word.islower() else 2)
        return not rest or (brief and rest[-1] not in ".!?")

    def _only_options(self, text: str) -> dict[str, str]:
        """The options a text consists of, with fillers but nothing else; empty when there is more in it, or none."""
        words = [w.group() for w in _WORD.finditer(text)]
        found, unknown = self._sort(words) if len(words) <= SHORT + 4 else ({}, words)
        return {} if unknown else found

    def _named(self, name: str, rest: str) -> Command:
        match name:
            case "check":
                return self._check(rest)
            case "where":
                return self._where(rest)
            case "purpose":
                return self._purpose(rest)
            case "gave" | "asked" | "thanked":
                return self._record(name, rest)
            case "balance":
                return Balance()
            case "privacy":
                return self._privacy(rest)
            case "help":
                return self._help(rest)
            case _:
                return Later(name)

    def _check(self, rest: str) -> Check:
        options, text = self._options("check", rest)
        if not text and not options:
            raise BadCommand(f"There is no text to check yet; nothing was kept. Example: {_example('check')}")
        return _check_with(options, text)

    def _where(self, rest: str) -> Where:
        options, text = self._options("where", rest)
        if not text:
            raise BadCommand(f"There is no text to place yet; nothing was kept. Example: {_example('where')}")
        return Where(text, Relation(options["relation"]) if "relation" in options else None)

    def _options(self, command: str, rest: str) -> tuple[dict[str, str], str]:
        """Options in words before the text, and the text."""
        head, colon, body = rest.partition(":")
        words = [w.group() for w in _WORD.finditer(head)]
        if colon and len(words) <= 14 and "\n" not in head:
            found, unknown = self._sort(words)
            if not unknown:
                return found, body.strip()
            if found or (words and words[0].casefold() in ("on", "as", "to", "in", "for") and len(unknown) <= 2):
                raise BadCommand(self._unknown(command, unknown[0]))
        alone = self._only_options(rest)
        return (alone, "") if alone else self._leading(rest)

    def _leading(self, rest: str) -> tuple[dict[str, str], str]:
        """Options that stand before the text without a colon: small letters only, for a draft may begin with "Email"."""
        found: dict[str, str] = {}
        at = 0
        for word in _WORD.finditer(rest):
            kind = self._kind(word.group(), found) if word.group().islower() else None
            if kind:
                found[kind[0]] = kind[1]
                at = word.end()
            elif word.group() not in _FILLERS:
                break
        return (found, rest[at:].strip(" :,\n")) if found else ({}, rest)

    def _sort(self, words: list[str]) -> tuple[dict[str, str], list[str]]:
        found: dict[str, str] = {}
        unknown = []
        for word in words:
            kind = self._kind(word, found)
            if kind:
                found[kind[0]] = kind[1]
            elif word.casefold() not in _FILLERS:
                unknown.append(word)
        return found, unknown

    def _kind(self, word: str, found: Mapping[str, str]) -> tuple[str, str] | None:
        """Which option a word names, of those not named yet."""
        folded = word.casefold().strip("'\"“”.,")
        for kind, known in self._words.items():
            if kind not in found and folded in known:
                return kind, known[folded]
        if folded in ("draft", "question") and "form" not in found:
            return "form", folded
        return None

    def _unknown(self, command: str, word: str) -> str:
        known = [w for words in self._words.values() for w in words]
        near = difflib.get_close_matches(word.casefold(), known, 1, 0.6)
        guess = f" Did you mean “{near[0]}”?" if near else f" Networks are {', '.join(n.value for n in Network)}."
        return f"I don't know “{word}”; nothing was judged.{guess} Example: {_example(command)}"

    def _purpose(self, rest: str) -> SetPurpose | ShowPurpose:
        words = [w.group().casefold() for w in _WORD.finditer(rest)]
        if not words or words == ["show"]:
            return ShowPurpose()
        network: Network | None = None
        purposes: list[Purpose] = []
        clear = words[0] in ("clear", "none", "off")
        for word in words[1:] if clear or words[0] == "set" else words:
            if word in self._purposes and Purpose(self._purposes[word]) not in purposes:
                purposes.append(Purpose(self._purposes[word]))
            elif word in self._words["network"] and network is None:
                network = Network(self._words["network"][word])
            elif word not in _FILLERS and word not in self._purposes:
                known = [*self._purposes, *self._words["network"]]
                near = difflib.get_close_matches(word, known, 1, 0.6)
                guess = (
                    f" Did you mean “{near[0]}”?" if near else f" Purposes are {', '.join(p.value for p in Purpose)}."
                )
                raise BadCommand(
                    f"I don't know the purpose “{word}”; nothing was changed.{guess} Example: {_example('purpose')}"
                )
        if clear and purposes:
            raise BadCommand(
                "clear drops them all; to drop one, state the ones to keep. Example: purpose career on linkedin"
            )
        if not clear and not purposes:
            raise BadCommand(
                f"Which purpose? They are {', '.join(p.value for p in Purpose)}. Example: {_example('purpose')}"
            )
        return SetPurpose(() if clear else tuple(purposes), network)

    def _record(self, name: str, rest: str) -> Record:
        words = [w.group() for w in _WORD.finditer(rest)]
        named = [w for w in words if w.casefold() not in _FILLERS]
        if name == "thanked":
            return Record(EntryKind.GAVE, "thanks", _nickname(named))
        what = next((self._whats[w.casefold()] for w in named if w.casefold() in self._whats), None)
        known = GIVES if name == "gave" else ASKS
        if what is None or what not in known:
            said = (
                f"I don't know “{named[0]}” as something {'given' if name == 'gave' else 'asked for'}"
                if named
                else f"What did you {'give' if name == 'gave' else 'ask for'}"
            )
            raise BadCommand(
                f"{said}; nothing was written down. Say one of {', '.join(known)}. Example: {_example(name)}"
            )
        who = [w for w in named if self._whats.get(w.casefold()) != what]
        return Record(EntryKind(name), what, _nickname(who))

    def _privacy(self, rest: str) -> Privacy:
        action = rest.casefold().strip() or "show"
        if action not in ("show", "export", "erase", "erase confirm"):
            raise BadCommand("privacy can show, export or erase what is kept. Example: privacy export")
        return Privacy(action)

    def _help(self, rest: str) -> Help:
        topic = rest.casefold().split(" ")[0]
        network = self._words["network"].get(topic)
        if network and topic not in NAMES:
            return Help(network)
        if topic and topic not in NAMES:
            near = difflib.get_close_matches(topic, NAMES, 1, 0.6)
            guess = f" Did you mean “help {near[0]}”?" if near else ""
            raise BadCommand(f"There is no command “{topic}”.{guess} Commands are {', '.join(NAMES)}.")
        return Help(topic)


def _check_with(options: Mapping[str, str], text: str) -> Check:
    return Check(
        text,
        network=Network(options["network"]) if "network" in options else None,
        delivery=Delivery(options["delivery"]) if "delivery" in options else None,
        relation=Relation(options["relation"]) if "relation" in options else None,
        form=Form(options["form"]) if "form" in options else None,
    )


def _nickname(words: list[str]) -> str:
    """An initial or nickname: two words at most, so that no story is written down with it."""
    return " ".join(words[:2])[:20]


def _example(name: str) -> str:
    return EXAMPLES.get(name, f"help {name}")
