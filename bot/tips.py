"""Tips: `prompts/tips/<id>.md`, one idea each, decoded strictly (format: prompts/README.md, section Tips)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from bot.language import by_language, laid_over, spoken
from bot.model import Network, Purpose, Reason

WORDS = 60
"""Words of a tip with its action: what is read at a glance (issue 7)."""
ACTION_WORDS = 18
"""Words of the action alone; another language may take more for the same."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_ID_LENGTH = 60  # as long as what is written down of a push


class TipError(ValueError):
    """A tip that cannot be used; the message is for the person who wrote it."""


class _Front(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topic: str
    purposes: tuple[Purpose, ...]
    networks: tuple[Network, ...]
    answers: tuple[Reason, ...]
    action: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Tip:
    """One idea, and a small thing to do about it."""

    id: str
    text: str
    topic: str
    purposes: frozenset[Purpose]
    """What it serves; empty is anything."""
    networks: frozenset[Network]
    """Where it is of use; empty is anywhere."""
    answers: frozenset[Reason]
    """The findings which it helps with when they come again and again; empty is none."""
    action: str
    evidence: str
    source: str


def parse(text: str, file: str, over: str = "") -> Tip:
    """Decodes one file, with another language's text of it laid over; raises TipError naming file, problem and remedy."""
    name, _, ending = file.rpartition(".")
    parts = text.split("+++\n")
    if ending != "md" or len(parts) != 3 or parts[0]:
        raise _error(file, "it is not a .md file with one head between two lines of +++")
    spoken_parts = over.split("+++\n") if over else ["", "", parts[2]]
    try:
        head = laid_over(tomllib.loads(parts[1]), tomllib.loads(spoken_parts[1]), file)
        front = msgspec.convert(head, _Front)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise _error(file, f"its head cannot be read ({problem})") from problem
    said = " ".join(spoken_parts[2].split())
    problems = {
        "its name is not some words joined by hyphens": not _ID.fullmatch(name),
        f"its name has over {_ID_LENGTH} letters": len(name) > _ID_LENGTH,
        "there is no text below its head": not said,
        "topic, action, evidence or source is empty": not all(
            (front.topic, front.action, front.evidence, front.source)
        ),
        f"text and action have over {WORDS} words": not over and len(f"{said} {front.action}".split()) > WORDS,
        f"the text has over {WORDS} words": len(said.split()) > WORDS,
        f"the action has over {ACTION_WORDS} words": not over and len(front.action.split()) > ACTION_WORDS,
        "it answers 'none', which is no finding": Reason.NONE in front.answers,
    }
    found = next((problem for problem, holds in problems.items() if holds), None)
    if found:
        raise _error(file, found)
    return Tip(
        name,
        said,
        front.topic,
        frozenset(front.purposes),
        frozenset(front.networks),
        frozenset(front.answers),
        front.action,
        front.evidence,
        front.source,
    )


def _error(file: str, problem: str) -> TipError:
    return TipError(f"{file}: {problem}. No tip was loaded; mend the file as prompts/README.md shows.")


@by_language
def load() -> tuple[Tip, ...]:
    """The built-in tips by name, read once per process."""
    folder, over = files("prompts") / "tips", files("prompts") / spoken() / "tips"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".md"))
    return tuple(parse(_text(folder / name), name, _text(over / name)) for name in names)


def _text(file: Traversable) -> str:
    """The text of a file; empty where there is none."""
    return file.read_text(encoding="utf-8") if file.is_file() else ""
