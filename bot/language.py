"""Which language is spoken, and its words: `prompts/<language>/` laid over the English files; what is missing there is said in English.

Judging is one for all: rules, patterns and weights read English drafts. A language changes what is said, never a verdict.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from importlib.resources import files
from typing import Any, TypeVar, cast

from bot.catalogues import ENGLISH, CatalogueError

T = TypeVar("T")
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)
"""One variable in place of an argument of every function: between a command and its sentence lie a dozen of them that care for
no language, and a reply is put together from as many files. It is set where a command is taken, where a letter is written for
somebody, and around a whole process by the operator's setting; nowhere else."""


def spoken() -> str:
    """The code of the language that is spoken here and now, such as "de"."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks a language in this block; an empty or unknown one changes nothing."""
    before = _spoken.set(language if language in known() else spoken())
    try:
        yield
    finally:
        _spoken.reset(before)


def speak(language: str) -> None:
    """Speaks a language for the rest of this task; for a platform that runs each event in a task of its own."""
    _spoken.set(language if language in known() else spoken())


@cache
def known() -> tuple[str, ...]:
    """The languages there are words in; English first."""
    folders = (folder.name for folder in files("prompts").iterdir() if (folder / "replies").is_dir())
    return (ENGLISH, *sorted(folders))


def known_in(locale: str) -> str:
    """The language of a locale such as "de-CH"; empty where there are no words in it."""
    language = locale.replace("_", "-").partition("-")[0].casefold()
    return language if language in known() else ""


def by_language(read: Callable[[], T]) -> Callable[[], T]:
    """What a function reads in the language that is spoken, read once a language and process."""
    kept: dict[str, T] = {}

    @wraps(read)
    def in_spoken() -> T:
        language = spoken()
        if language not in kept:
            kept[language] = read()
        return kept[language]

    return in_spoken


def as_spoken(load: Callable[[], T]) -> T:
    """What `load` gives, asked again at each use: for those who are handed their words once and speak to many people."""
    return cast("T", _AsSpoken(load))


class _AsSpoken:
    __slots__ = ("_load",)

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load

    def __getattr__(self, name: str) -> Any:
        return getattr(self._load(), name)


def read_words(file: str) -> dict[str, Any]:
    """An English file of `prompts/` with the words of the language that is spoken laid over it; raises CatalogueError."""
    return laid_over(tomllib.loads(_text(file)), overlay(file), file)


def overlay(file: str) -> Mapping[str, Any]:
    """What the language that is spoken has of a file of `prompts/`; empty in English. Raises CatalogueError."""
    place = f"{spoken()}/{file}"
    if spoken() == ENGLISH or not (files("prompts") / place).is_file():
        return {}
    try:
        return tomllib.loads(_text(place))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{place} is not valid TOML ({error}). Mend that line.") from error


def laid_over(english: Mapping[str, Any], over: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Tables merged to their depth, tables in a list by their `id`, or by their place where they have none; strings and lists of strings replaced.

    Raises CatalogueError for a key that the English has not.
    """
    merged = dict(english)
    for key, value in over.items():
        if key not in english:
            raise CatalogueError(
                f"{spoken()}/{file} has {key}, which the English {file} has not. Mend or remove that key."
            )
        merged[key] = _replaced(english[key], value, file, key)
    return merged


def _replaced(english: Any, value: Any, file: str, key: str) -> Any:
    if isinstance(english, dict) and isinstance(value, dict):
        return laid_over(english, value, file)
    if _is_listed(english) and isinstance(value, dict):
        by_id = laid_over({one["id"]: one for one in english}, value, file)
        return [by_id[one["id"]] for one in english]
    if _are_tables(english) and _are_tables(value) and len(english) == len(value):
        return [laid_over(one, other, file) for one, other in zip(english, value, strict=True)]
    if type(english) is not type(value):
        raise CatalogueError(f"{spoken()}/{file} has {key} of another kind than the English {file}. Mend that key.")
    return value


def _is_listed(english: Any) -> bool:
    return _are_tables(english) and all("id" in one for one in english)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _text(file: str) -> str:
    return (files("prompts") / file).read_text(encoding="utf-8")
