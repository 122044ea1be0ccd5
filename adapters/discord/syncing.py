"""Tells Discord the commands: only when they changed, and from one process."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime

import discord

from adapters.discord.incoming import TENANT
from adapters.discord.tree import Tree
from adapters.discord.words import Translations
from bot.storage.marks import Marks

log = logging.getLogger("tact.discord")

CLAIMED_FOR = 60
"""Seconds for which another process leaves a sync alone that this one began."""


async def sync(tree: Tree, marks: Marks, now: Callable[[], datetime]) -> bool:
    """Sends the commands if they are not the ones sent last; whether it did. What fails is tried at the next start."""
    name, definition = f"commands:{tree.client.application_id}", await hash_of(tree)
    at = int(now().timestamp())
    before = await marks.change(
        TENANT, name, now(), lambda noted: noted if _settled(noted, definition, at) else f"{definition} {at}"
    )
    if _settled(before, definition, at):
        return False
    try:
        await tree.sync()
    except (discord.HTTPException, discord.DiscordException, OSError) as error:
        await marks.change(TENANT, name, now(), lambda _: "")
        log.warning(
            "Discord did not take the commands: %s",
            error if isinstance(error, discord.HTTPException) else type(error).__name__,
        )
        return False
    await marks.change(TENANT, name, now(), lambda _: definition)
    return True


async def hash_of(tree: Tree) -> str:
    """A hash of all that Discord is told of the commands, translations included."""
    translations = Translations(tree.words)
    payload = [await command.get_translated_payload(tree, translations) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:32]


def _settled(noted: str, definition: str, at: int) -> bool:
    """Whether this definition was sent, or is being sent by another process."""
    known, _, claimed = noted.partition(" ")
    return known == definition and (not claimed or at - int(claimed) < CLAIMED_FOR)
