"""Commands about a community's charter: charter, charter here: …, charter preview: …, charter edit, charter quieter big_ask"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping

from bot.charter_commands import (
    CharterCommand,
    EditCharter,
    ExportCharter,
    ImportCharter,
    KeepCharter,
    PreviewCharter,
    RestoreCharter,
    ShowCharter,
    TurnDown,
    WriteCharter,
)
from bot.commands import BadCommand, example
from bot.model import Reason
from bot.problems import problem

_WRITTEN = re.compile(
    r"(?:(?P<what>set|preview|try|add|import)\s*)?(?:(?P<where>here|everywhere)\s*)?:\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED = re.compile(r"(?:(?P<where>here|everywhere) )?(?:back to|restore) (?:version )?(?P<version>\d{1,6})")
_TURNED = re.compile(r"(?P<what>quieter|louder)(?: (?P<reason>.+))?")
_WRITERS: Mapping[str, Callable[[str, bool], CharterCommand]] = {
    "": WriteCharter,
    "set": WriteCharter,
    "preview": PreviewCharter,
    "try": PreviewCharter,
    "add": lambda text, everywhere: PreviewCharter(text, everywhere, add=True),
    "import": ImportCharter,
}


def charter(rest: str) -> CharterCommand:
    """What is wanted of the charter; raises BadCommand."""
    written = _WRITTEN.fullmatch(rest)
    if written:
        return _written((written["what"] or "").casefold(), written["where"] or "", written["text"].strip())
    said = " ".join(rest.casefold().split())
    everywhere = bool(re.match(r"everywhere\b", said)) or said.endswith(" everywhere")
    action = re.sub(r"^(everywhere|here)\b ?| (everywhere|here)$", "", said)
    plain: Mapping[str, CharterCommand] = {
        "": ShowCharter(everywhere),
        "show": ShowCharter(everywhere),
        "versions": ShowCharter(everywhere, versions=True),
        "history": ShowCharter(everywhere, versions=True),
        "clear": WriteCharter("", everywhere),
        "off": WriteCharter("", everywhere),
        "none": WriteCharter("", everywhere),
        "edit": EditCharter(everywhere),
        "import": ImportCharter("", everywhere),
        "export": ExportCharter(everywhere),
        "keep": KeepCharter(),
    }
    if action in plain:
        return plain[action]
    back, turned = _NUMBERED.fullmatch(said), _TURNED.fullmatch(said)
    if back:
        return RestoreCharter(int(back["version"]), everywhere=everywhere)
    if turned:
        return TurnDown(_reason(turned["reason"]), back=turned["what"] == "louder")
    raise BadCommand(problem("charter_unread", example=example("charter")))


def _written(what: str, where: str, text: str) -> CharterCommand:
    if not text:
        raise BadCommand(problem("charter_empty", example=example("charter")))
    return _WRITERS[what](text, where.casefold() == "everywhere")


def _reason(said: str | None) -> Reason | None:
    """A reason by its code, spaces allowed; raises BadCommand with the nearest one."""
    if not said:
        return None
    code = said.replace(" ", "_").replace("-", "_")
    known = [reason.value for reason in Reason if reason is not Reason.NONE]
    if code in known:
        return Reason(code)
    near = difflib.get_close_matches(code, known, 1, 0.5)
    guess = problem("guess", near=near[0]) if near else ""
    raise BadCommand(problem("reason_unknown", said=said, guess=guess, known=", ".join(known)))
