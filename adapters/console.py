"""`tact chat`: a conversation in the terminal, with history, tab completion and `help`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from adapters import CONFIGURATION
from adapters.terminal import show
from bot.app import build_coach
from bot.charters import CharterError
from bot.coach import Coach
from bot.commands import NAMES
from bot.model import Delivery, Network, Person, Purpose, Relation, Reply, Room, Tone
from bot.settings import SettingsError, from_environment
from bot.storage import StoreError

PERSON = Person("console", "me")
OWN_MACHINE = Room(admin=True)
"""Whoever sits at a terminal decides for it."""
_LEAVE = frozenset({"exit", "quit", "bye"})


def chat() -> int:
    """Runs the conversation until Ctrl-D or `exit`; returns the exit code."""
    try:
        asyncio.run(_chat())
    except (SettingsError, StoreError, CharterError) as problem:
        print(problem, file=sys.stderr)
        return CONFIGURATION
    except KeyboardInterrupt:
        return 0
    return 0


async def _chat() -> None:
    async with build_coach(from_environment(), lambda: datetime.now(UTC)) as coach:
        if sys.stdin.isatty():
            print("Tact: paste a draft or ask a question. `help` says what else, Ctrl-D leaves.")
            await converse(coach, _typed())
        else:
            await converse(coach, _piped())


async def converse(coach: Coach, lines: AsyncIterator[str]) -> None:
    """Answers line after line."""
    async for line in lines:
        if line.strip().casefold() in _LEAVE:
            return
        if line.strip():
            try:
                first = await coach.hear(PERSON, line, OWN_MACHINE)
                show(first)
                second = await coach.second_opinion(PERSON, first)
                if second:
                    print()
                    show(second)
            except StoreError as problem:
                show(Reply(str(problem), tone=Tone.PROBLEM))
            print()


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
