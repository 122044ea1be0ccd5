"""What `tact doctor` finds out about Discord: whether the token works, and whether the application is set up as told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.asking import ask, refuse_wrong_clock
from bot.settings import DiscordSettings

CONTENT = (1 << 18) | (1 << 19)
"""Flags of an application that may read messages (Discord, application flags: with review, or limited)."""


async def look(settings: DiscordSettings, now: Callable[[], datetime]) -> str:
    """What is well; raises ValueError naming the setting that is wrong."""
    api, bot = settings.api_url.rstrip("/"), f"Bot {settings.token}"
    told = await ask("GET", f"{api}/users/@me", bot, "DISCORD_API_URL")
    if told.status == 401:
        raise ValueError("DISCORD_TOKEN was refused. Copy the bot's token anew from the developer portal, under Bot.")
    if told.status != 200 or "id" not in told.body:
        raise ValueError(f"DISCORD_API_URL names {api}, where Discord's API is not ({told.status}). Leave it out.")
    refuse_wrong_clock(told, now())
    application = (await ask("GET", f"{api}/applications/@me", bot, "DISCORD_API_URL")).body
    if settings.public_key and application.get("verify_key", settings.public_key) != settings.public_key:
        raise ValueError(
            "DISCORD_PUBLIC_KEY is of another application. Copy it from General Information in the developer portal."
        )
    if settings.listen and not int(application.get("flags") or 0) & CONTENT:
        raise ValueError(
            "DISCORD_LISTEN needs the Message Content intent. Allow it under Bot, or leave the setting out."
        )
    way = "HTTP" if settings.public_key else "a connection"
    return f"the bot's token works, for the application {application.get('id', 'it belongs to')}; over {way}"
