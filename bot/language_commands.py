"""The command for the language in which somebody is spoken to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The language to be spoken to in, by its code; empty asks which there are."""

    language: str = ""
