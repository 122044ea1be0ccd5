"""What Discord sends, in Tact's words: who somebody is, which room it was said in, and what makes it one event.

A person is the same everywhere on Discord: one tenant, so that purposes, ledger and mutes go along from server to server
and into direct messages. What belongs to a server or channel goes by the room, "<server>/<channel>".
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import discord

from bot.letters import Address
from bot.model import Person, Room

TENANT = "discord"
PLATFORM = "discord"
DOUBLE_CLICK = 5
"""Seconds within which the same button of the same message counts once (up to twice as long)."""

OWN_CHAT = Room(own=True)
"""Direct messages: no server looks after what is said there."""

Interaction = discord.Interaction[Any]


def person_of(user: discord.abc.Snowflake) -> Person:
    """Somebody on Discord."""
    return Person(TENANT, str(user.id))


def room_of(interaction: Interaction) -> Room:
    """Where a command was said; a thread belongs to its channel.

    Only who manages a server that installed Tact may change its charters, not who brought Tact along for themselves.
    """
    locale = interaction.locale.value
    if interaction.guild_id is None or interaction.channel is None:
        return replace(OWN_CHAT, locale=locale)
    channel = getattr(interaction.channel, "parent_id", None) or interaction.channel.id
    admin = interaction.is_guild_integration() and interaction.permissions.manage_guild
    return Room(f"{interaction.guild_id}/{channel}", admin, locale=locale)


def room_of_message(message: discord.Message) -> Room:
    """Where a message of a server was written."""
    return Room(f"{message.guild.id}/{message.channel.id}") if message.guild else OWN_CHAT


def is_own_chat(interaction: Interaction) -> bool:
    """Whether only the person and Tact read here: everywhere else answers are ephemeral."""
    return bool(interaction.context.dm_channel) and interaction.guild_id is None


def address_of(user: discord.abc.Snowflake, channel: int | str = "") -> Address:
    """Where somebody is reached by letter: their direct message with Tact, once it is open."""
    return Address(PLATFORM, "", str(user.id), str(channel))


def is_for_tact(message: discord.Message) -> bool:
    """Whether a message was written by a person: no bot, no webhook, no notice of Discord's own."""
    ordinary = message.type in (discord.MessageType.default, discord.MessageType.reply)
    return ordinary and not message.author.bot and message.webhook_id is None


def clicks_of(interaction: Interaction, custom_id: str) -> tuple[str, str]:
    """Two receipts of a click, this moment's and the next one's: a click is new when this moment's is."""
    moment = int(interaction.created_at.timestamp()) // DOUBLE_CLICK
    message = interaction.message.id if interaction.message else interaction.id
    button = hashlib.sha256(f"{interaction.user.id}\0{custom_id}".encode()).hexdigest()[:16]
    return f"click:{message}:{button}:{moment}", f"click:{message}:{button}:{moment + 1}"
