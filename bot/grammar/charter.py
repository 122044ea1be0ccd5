"""Commands about a community's charter: charter, charter here: …, charter everywhere: …, charter preview: …"""

from __future__ import annotations

import re

from bot.commands import BadCommand, PreviewCharter, RestoreCharter, ShowCharter, WriteCharter, example
from bot.problems import problem

_WRITTEN = re.compile(r"(?P<where>here|everywhere|preview|set)?\s*:\s*(?P<text>.*)", re.IGNORECASE | re.DOTALL)
_NUMBERED = re.compile(r"(?:(?P<where>here|everywhere) )?(?:back to|restore) (?:version )?(?P<version>\d{1,6})")


def charter(rest: str) -> WriteCharter | ShowCharter | PreviewCharter | RestoreCharter:
    """A charter written, shown, tried or put back; raises BadCommand."""
    written = _WRITTEN.fullmatch(rest)
    if written:
        return _written((written["where"] or "here").casefold(), written["text"].strip())
    said = " ".join(rest.casefold().split())
    everywhere = said.startswith("everywhere")
    action = said.removeprefix("everywhere").removeprefix("here").strip()
    if action in ("", "show", "export"):
        return ShowCharter(everywhere=everywhere)
    if action in ("versions", "history"):
        return ShowCharter(everywhere=everywhere, versions=True)
    if action in ("clear", "off", "none"):
        return WriteCharter("", everywhere=everywhere)
    back = _NUMBERED.fullmatch(said)
    if back:
        return RestoreCharter(int(back["version"]), everywhere=everywhere)
    raise BadCommand(problem("charter_unread", example=example("charter")))


def _written(where: str, text: str) -> WriteCharter | PreviewCharter:
    if not text:
        raise BadCommand(problem("charter_empty", example=example("charter")))
    return PreviewCharter(text) if where == "preview" else WriteCharter(text, everywhere=where == "everywhere")
