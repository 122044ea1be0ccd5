"""How this Discord behaves: deadlines, limits and what the bot's owner switched on. Figures are Discord's where they are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag

TOKEN = "loopback.bot.token"
"""The bot token this server accepts unless it is configured otherwise."""


class Intents(IntFlag):
    """The gateway intents that decide what a session is sent (Discord's bit values)."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    CONTENT = 1 << 15


PRIVILEGED = Intents.CONTENT | Intents.MEMBERS | Intents.PRESENCES


@dataclass(slots=True)
class Settings:
    """What a test may change while the server runs; times in seconds."""

    token: str = TOKEN
    privileged: int = int(PRIVILEGED)
    """Privileged intents granted in the developer portal; asking for another one closes with 4014."""
    heartbeat: float = 41.25
    interaction_deadline: float = 3.0
    token_life: float = 900.0
    rate_limits: bool = True
    requests_per_second: int = 50
    """The global limit of one bot; interaction and webhook routes are exempt."""
    max_concurrency: int = 1
    pace_identifies: bool = False
    """Whether a second IDENTIFY within five seconds is refused (op 9), as Discord does."""
    sessions_total: int = 1000
    sessions_remaining: int = 1000
    guilds_per_shard: int = 2500
    sends_per_minute: int = 120
    """Gateway commands a connection may send in 60 s before it is closed with 4008."""
    replay: int = 2000
    """Events a session keeps for RESUME."""
    dm_opens: int = 10
    dm_open_window: float = 60.0
    """New DM channels that may be opened in one window; more get 40003 (the figures are assumed; Discord names none)."""
    install_opens_dms: bool = True
    """Whether a user install without a common guild allows DMs (Discord does not document it)."""
    nonce_life: float = 300.0
    """How long a nonce is remembered ("the past few minutes")."""
    shards: int = 1
    """What /gateway/bot recommends."""
    refuse_connections: int = 0
    """How many of the next gateway connections are turned away with HTTP 503."""
    close_identifies: list[int] = field(default_factory=list)
    """Close codes for the next IDENTIFYs, one each."""
