"""`tact charter FILE`: how a charter in a file is read; and, by the operator, written to a place or taken out of one."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from adapters import CONFIGURATION, USAGE
from adapters.terminal import show
from bot.app import build_service
from bot.charter_lint import notes
from bot.charters import CharterError
from bot.coach.charter_reading import changes_of, fitting, reading_of
from bot.commands import BadCommand
from bot.judging import build_judging
from bot.local_charters import read_charter
from bot.model import Network, Person, Reply, Room, Tone
from bot.render import render
from bot.settings import SettingsError, from_environment
from bot.storage import StoreError

BYTES = 100_000
"""Bytes read of a file."""
OPERATOR = "operator"


def charter(file: Path | None, place: str | None, *, write: bool, export: bool) -> int:
    """Shows, writes or exports a charter; the exit code is 1 where a sentence is worth a second look."""
    try:
        if export or write:
            if not place:
                raise BadCommand("Say which place is meant, such as --at slack:T1/C1; nothing was changed.")
            return asyncio.run(_at(place, _text(file) if write else None))
        return _shown(fitting(_text(file)))
    except BadCommand as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except (SettingsError, StoreError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION


def _shown(text: str) -> int:
    judging = build_judging(from_environment().charters)
    changes = changes_of(judging, None, text, Network.SLACK)
    reading = reading_of(text, judging.wording)
    show(Reply(render("charter_preview", text=text, add=False, reading=reading, changes=changes)))
    return int(bool(notes(read_charter(text), judging.wording.labels["charter_topic"])))


async def _at(place: str, text: str | None) -> int:
    """Writes a text to a place, or prints the one there."""
    tenant, room, everywhere = _place(place)
    where = " everywhere" if everywhere else ""
    async with build_service(from_environment(), lambda: datetime.now(UTC)) as service:
        person, here = Person(tenant, OPERATOR), Room(room, admin=True)
        if text is None:
            print(await service.coach.charter_words(person, here, everywhere=everywhere))
            return 0
        reply = await service.coach.hear(person, f"charter{where}: {text}", here)
        show(reply)
        return USAGE if reply.tone is Tone.PROBLEM else 0


def _place(said: str) -> tuple[str, str, bool]:
    """Tenant, room and whether it is the whole community: slack:T1/C1, slack:T1, discord/S1/C1, discord/S1; raises BadCommand."""
    tenant, _, room = said.partition("/")
    if tenant == "discord":
        server, _, channel = room.partition("/")
        known = server.isdigit() and (not channel or channel.isdigit())
        room, everywhere = f"{server}/{channel or server}", not channel
    else:
        known, everywhere = tenant.startswith("slack:") and len(tenant) > len("slack:") and "/" not in room, not room
    if not known:
        raise BadCommand(
            f"{said} is no place. They are slack:TEAM/CHANNEL, discord/SERVER/CHANNEL, or without the channel for all of them."
        )
    return tenant, room or "all", everywhere


def _text(file: Path | None) -> str:
    """The words of a file, or of standard input; raises BadCommand."""
    try:
        if file is not None and str(file) != "-":
            raw = file.read_bytes()[: BYTES + 1]
        else:
            raw = sys.stdin.buffer.read(BYTES + 1)
    except OSError as error:
        raise BadCommand(f"{file} cannot be read ({error.strerror}); nothing was changed.") from error
    if len(raw) > BYTES or b"\0" in raw:
        raise BadCommand("That is no text of rules; nothing was changed. A charter has some sentences, one a line.")
    return raw.decode("utf-8", "replace")
