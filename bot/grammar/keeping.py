"""Commands about purposes, and about the data that is kept."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.commands import BadCommand, KeepPurpose, Privacy, SetPurpose, ShowPurpose, example
from bot.consent_commands import UseModel
from bot.grammar.options import FILLERS, WORD, Options
from bot.model import Network, Purpose
from bot.problems import problem


class Keeping:
    """Reads them with the words people use for purposes."""

    def __init__(self, options: Options, synonyms: Mapping[str, Mapping[str, str]]) -> None:
        self._networks = options.words["network"]
        self.purposes = {p.value: p.value for p in Purpose} | dict(synonyms["purpose"])

    def purpose(self, rest: str) -> SetPurpose | ShowPurpose | KeepPurpose:
        """Purposes stated, shown, kept or cleared; raises BadCommand."""
        words = [w.group().casefold() for w in WORD.finditer(rest)]
        if not words or words == ["show"]:
            return ShowPurpose()
        network: Network | None = None
        purposes: list[Purpose] = []
        clear, keep = words[0] in ("clear", "none", "off"), words[0] == "keep"
        for word in words[1:] if clear or keep or words[0] == "set" else words:
            if word in self.purposes and Purpose(self.purposes[word]) not in purposes:
                purposes.append(Purpose(self.purposes[word]))
            elif word in self._networks and network is None:
                network = Network(self._networks[word])
            elif word not in FILLERS and word not in self.purposes:
                known = [*self.purposes, *self._networks]
                near = difflib.get_close_matches(word, known, 1, 0.6)
                guess = (
                    problem("guess", near=near[0])
                    if near
                    else problem("purposes_are", known=", ".join(p.value for p in Purpose))
                )
                raise BadCommand(problem("purpose_unknown", word=word, guess=guess, example=example("purpose")))
        if keep and not purposes:
            return KeepPurpose(network)
        if clear and purposes:
            raise BadCommand(problem("clear_drops_all"))
        if not clear and not purposes:
            raise BadCommand(
                problem("which_purpose", known=", ".join(p.value for p in Purpose), example=example("purpose"))
            )
        return SetPurpose(() if clear else tuple(purposes), network)

    @staticmethod
    def privacy(rest: str) -> Privacy | UseModel:
        """What is wanted of the data that is kept, or of the language model; raises BadCommand."""
        action = rest.casefold().strip() or "show"
        if action.split()[0] == "model":
            return _model(action)
        if action not in ("show", "export", "export json", "erase", "erase confirm"):
            raise BadCommand(problem("privacy_can"))
        return Privacy(action)


def _model(action: str) -> UseModel:
    """Consent to the language model: shown, on or off, for oneself or for everyone."""
    words = [word for word in action.split()[1:] if word not in FILLERS or word == "on"]
    switch = {"on": True, "off": False}.get(words[0]) if words else None
    if words and (switch is None or words[1:] not in ([], ["everyone"])):
        raise BadCommand(problem("model_can"))
    return UseModel(switch, "everyone" in words)
