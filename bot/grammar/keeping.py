"""Commands about purposes, and about the data that is kept."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.commands import BadCommand, KeepPurpose, Privacy, SetPurpose, ShowPurpose, example
from bot.consent_commands import UseModel
from bot.grammar.options import FILLERS, WORD, Options
from bot.model import Network, Purpose


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
                    f" Did you mean “{near[0]}”?" if near else f" Purposes are {', '.join(p.value for p in Purpose)}."
                )
                raise BadCommand(
                    f"I don't know the purpose “{word}”; nothing was changed.{guess} Example: {example('purpose')}"
                )
        if keep and not purposes:
            return KeepPurpose(network)
        if clear and purposes:
            raise BadCommand(
                "clear drops them all; to drop one, state the ones to keep. Example: purpose career on linkedin"
            )
        if not clear and not purposes:
            raise BadCommand(
                f"Which purpose? They are {', '.join(p.value for p in Purpose)}. Example: {example('purpose')}"
            )
        return SetPurpose(() if clear else tuple(purposes), network)

    @staticmethod
    def privacy(rest: str) -> Privacy | UseModel:
        """What is wanted of the data that is kept, or of the language model; raises BadCommand."""
        action = rest.casefold().strip() or "show"
        if action.split()[0] == "model":
            return _model(action)
        if action not in ("show", "export", "export json", "erase", "erase confirm"):
            raise BadCommand(
                "privacy can show, export or erase what is kept, and switch the model on or off. Example: privacy export"
            )
        return Privacy(action)


def _model(action: str) -> UseModel:
    """Consent to the language model: shown, on or off, for oneself or for everyone."""
    words = [word for word in action.split()[1:] if word not in FILLERS or word == "on"]
    switch = {"on": True, "off": False}.get(words[0]) if words else None
    if words and (switch is None or words[1:] not in ([], ["everyone"])):
        raise BadCommand(
            "privacy model can be on or off, for you or for everyone; nothing was changed. Example: privacy model on"
        )
    return UseModel(switch, "everyone" in words)
