"""`tact chat`: a conversation in the terminal, with history, tab completion and `help`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from adapters import CONFIGURATION
from adapters.terminal import show
from bot.app import build_service
from bot.charters import CharterError
from bot.coach import Coach
from bot.commands import NAMES
from bot.duties import Duties
from bot.language import speaking
from bot.letters import Address, Letter, Outcome, Report
from bot.model import Delivery, Network, Person, Purpose, Relation, Reply, Room, Tone
from bot.settings import Settings, SettingsError, from_environment
from bot.storage import StoreError

PERSON = Person("console", "me")
CHANNEL = "here"
"""A place to try charters and polls in: what holds in it is one's own to say."""
_LEAVE = frozenset({"exit", "quit", "bye"})


def chat() -> int:
    """Runs the conversation until Ctrl-D or `exit`; returns the exit code."""
    try:
        settings = from_environment()
        with speaking(settings.language):
            asyncio.run(_chat(settings))
    except (SettingsError, StoreError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    except KeyboardInterrupt:
        return 0
    return 0


class Screen:
    """The sender of this terminal: what is due is shown before the next line is typed."""

    platform = "console"

    async def send(self, letter: Letter) -> Report:
        """Shows a letter."""
        show(letter.reply)
        print()
        return Report(Outcome.DELIVERED, message=letter.id)


async def _chat(settings: Settings) -> None:
    async with build_service(settings, lambda: datetime.now(UTC)) as service:
        await service.store.addresses.keep(PERSON, Address("console", "", PERSON.user), service.now())
        duties = service.duties({"console": Screen()})
        await duties.begin()
        if sys.stdin.isatty():
            print("Tact: paste a draft or ask a question. `help` says what else, Ctrl-D leaves.")
            await converse(service.coach, _typed(), duties)
        else:
            await converse(service.coach, _piped(), duties)


async def converse(coach: Coach, lines: AsyncIterator[str], duties: Duties) -> None:
    """Shows what is due, then answers line after line."""
    room = Room(CHANNEL, admin=True, zone=local_zone(), own=True)
    await _show_due(duties)
    async for line in lines:
        if line.strip().casefold() in _LEAVE:
            return
        if line.strip():
            try:
                first = await coach.hear(PERSON, line, room)
                show(first)
                second = await coach.second_opinion(PERSON, first, room)
                if second:
                    print()
                    show(second)
            except StoreError as problem:
                show(Reply(str(problem), tone=Tone.PROBLEM))
            print()
        await _show_due(duties)


async def _show_due(duties: Duties) -> None:
    try:
        await duties.once()
    except StoreError as problem:
        show(Reply(str(problem), tone=Tone.PROBLEM))


def local_zone() -> str:
    """The IANA zone of this computer where it names one; else empty, and tips ask for it."""
    _, found, name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    return name if found else ""


async def _piped() -> AsyncIterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


async def _typed() -> AsyncIterator[str]:
    """Lines typed at a terminal; a pasted text of many lines comes as one (Alt-Enter breaks a line)."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory

    codes = [code.value for kind in (Network, Delivery, Relation, Purpose) for code in kind]
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),  # drafts never reach the disk
        completer=WordCompleter([*NAMES, "exit", *codes]),
        complete_while_typing=False,
    )
    while True:
        try:
            line = await session.prompt_async("you> ")
        except KeyboardInterrupt:  # drops the line that was being typed, as a shell does
            continue
        except EOFError:
            return
        yield line
