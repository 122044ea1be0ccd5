"""Commands about what is kept: purpose, gave, asked, thanked, privacy."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.commands import ASKS, GIVES, BadCommand, Privacy, Record, SetPurpose, ShowPurpose, UseModel, example
from bot.grammar.options import FILLERS, WORD, Options
from bot.model import EntryKind, Network, Purpose


class Keeping:
    """Reads them with the words people use for purposes and for what is given or asked for."""

    def __init__(self, options: Options, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._networks = options.words["network"]
        self._purposes = {p.value: p.value for p in Purpose} | dict(synonyms["purpose"])
        self._whats = dict(synonyms["what"])

    def purpose(self, rest: str) -> SetPurpose | ShowPurpose:
        """Purposes stated, shown or cleared; raises BadCommand."""
        words = [w.group().casefold() for w in WORD.finditer(rest)]
        if not words or words == ["show"]:
            return ShowPurpose()
        network: Network | None = None
        purposes: list[Purpose] = []
        clear = words[0] in ("clear", "none", "off")
        for word in words[1:] if clear or words[0] == "set" else words:
            if word in self._purposes and Purpose(self._purposes[word]) not in purposes:
                purposes.append(Purpose(self._purposes[word]))
            elif word in self._networks and network is None:
                network = Network(self._networks[word])
            elif word not in FILLERS and word not in self._purposes:
                known = [*self._purposes, *self._networks]
                near = difflib.get_close_matches(word, known, 1, 0.6)
                guess = (
                    f" Did you mean “{near[0]}”?" if near else f" Purposes are {', '.join(p.value for p in Purpose)}."
                )
                raise BadCommand(
                    f"I don't know the purpose “{word}”; nothing was changed.{guess} Example: {example('purpose')}"
                )
        if clear and purposes:
            raise BadCommand(
                "clear drops them all; to drop one, state the ones to keep. Example: purpose career on linkedin"
            )
        if not clear and not purposes:
            raise BadCommand(
                f"Which purpose? They are {', '.join(p.value for p in Purpose)}. Example: {example('purpose')}"
            )
        return SetPurpose(() if clear else tuple(purposes), network)

    def record(self, name: str, rest: str) -> Record:
        """A give or an ask; raises BadCommand."""
        words = [w.group() for w in WORD.finditer(rest)]
        named = [w for w in words if w.casefold() not in FILLERS]
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
                f"{said}; nothing was written down. Say one of {', '.join(known)}. Example: {example(name)}"
            )
        who = [w for w in named if self._whats.get(w.casefold()) != what]
        return Record(EntryKind(name), what, _nickname(who))

    @staticmethod
    def privacy(rest: str) -> Privacy | UseModel:
        """What is wanted of the data that is kept, or of the language model; raises BadCommand."""
        action = rest.casefold().strip() or "show"
        if action.split()[0] == "model":
            return _model(action)
        if action not in ("show", "export", "erase", "erase confirm"):
            raise BadCommand(
                "privacy can show, export or erase what is kept, and switch the model on or off. Example: privacy export"
            )
        return Privacy(action)


def _nickname(words: list[str]) -> str:
    """An initial or nickname: two words at most, so that no story is written down with it."""
    return " ".join(words[:2])[:20]


def _model(action: str) -> UseModel:
    """Consent to the language model: shown, on or off, for oneself or for everyone."""
    words = [word for word in action.split()[1:] if word not in FILLERS or word == "on"]
    switch = {"on": True, "off": False}.get(words[0]) if words else None
    if words and (switch is None or words[1:] not in ([], ["everyone"])):
        raise BadCommand(
            "privacy model can be on or off, for you or for everyone; nothing was changed. Example: privacy model on"
        )
    return UseModel(switch, "everyone" in words)
