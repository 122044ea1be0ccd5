"""Words in several languages: a folder with one TOML file a language, chosen by what a reader accepts. English fills the gaps."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

ENGLISH = "en"


class CatalogueError(ValueError):
    """A catalogue that cannot be used; the message is for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language by key, such as "check.title"."""

    language: str
    words: Mapping[str, str]

    def say(self, key: str, /, **values: object) -> str:
        """The words for a key with the values filled in; of two forms, `.one` is for n = 1 and `.other` for the rest."""
        if key not in self.words:
            key = f"{key}.one" if values.get("n") == 1 else f"{key}.other"
        return self.words[key].format(**values)


def load(folder: Traversable) -> Mapping[str, Catalogue]:
    """The catalogues of a folder by language; raises CatalogueError naming file, key and remedy."""
    texts = {f.name.removesuffix(".toml"): f for f in folder.iterdir() if f.name.endswith(".toml")}
    read = {language: _read(file) for language, file in sorted(texts.items())}
    english = read[ENGLISH]
    for language, words in read.items():
        strange = next((key for key in words if key not in english), None)
        if strange:
            raise CatalogueError(
                f"{language}.toml has {strange}, which {ENGLISH}.toml has not. Mend or remove that key."
            )
    return {language: Catalogue(language, {**english, **words}) for language, words in read.items()}


def chosen(accepted: str, catalogues: Mapping[str, Catalogue]) -> Catalogue:
    """The catalogue that suits an Accept-Language header best (RFC 9110, 12.5.4); English where none does."""
    for language in sorted_by_wish(accepted):
        for known in (language, language.partition("-")[0]):
            if known in catalogues:
                return catalogues[known]
    return catalogues[ENGLISH]


def sorted_by_wish(accepted: str) -> list[str]:
    """The languages of an Accept-Language header, most wanted first; what cannot be read is left out."""
    wishes = []
    for part in accepted.split(","):
        language, _, weight = part.partition(";")
        try:
            wish = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if language.strip() and wish > 0:
            wishes.append((wish, language.strip().casefold()))
    return [language for _, language in sorted(wishes, key=lambda one: -one[0])]


def _read(file: Traversable) -> dict[str, str]:
    try:
        return dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{file.name} is not valid TOML ({error}). Mend that line.") from error


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", str(value)
