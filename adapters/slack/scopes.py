"""What Tact asks a workspace for; deploy/README.md says why, and a test holds the manifests to it (catalogue, S03)."""

from __future__ import annotations

SCOPES = (
    "app_mentions:read", "assistant:write", "chat:write", "commands", "files:write", "im:history", "im:write", "users:read",
)  # fmt: skip
"""Scopes of the bot: commands, direct messages, Home, and the pictures that people ask for."""
LISTENING = ("channels:history", "groups:history", "reactions:read")
"""Scopes more where a workspace wants coaching in channels."""
EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "message.im", "team_access_revoked", "tokens_revoked",
)  # fmt: skip
LISTENING_EVENTS = ("message.channels", "message.groups", "reaction_added")
