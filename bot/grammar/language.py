"""The command for the language in which somebody is spoken to."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import BadCommand, example
from bot.language_commands import ChooseLanguage
from bot.problems import problem


def language(names: Mapping[str, str], rest: str) -> ChooseLanguage:
    """The language that is named, by the words people have for each; raises BadCommand."""
    said = rest.casefold().strip(" .!:").removeprefix("to ")
    if said and said not in names:
        known = ", ".join(sorted(names))
        raise BadCommand(problem("language_unknown", said=said[:40], known=known, example=example("language")))
    return ChooseLanguage(names.get(said, ""))
