"""The objects of Discord's API as JSON: only what a client reads, each with every field the library insists on."""

from __future__ import annotations

from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.settings import Intents
from tests.servers.discord_platform.world import (
    EVERYTHING,
    ORDINARY,
    Channel,
    ChannelKind,
    Guild,
    Interaction,
    User,
    World,
)

JOINED = "2026-01-01T00:00:00+00:00"


def user_json(user: User) -> Json:
    """A user object."""
    return {
        "id": user.id, "username": user.name, "discriminator": "0", "global_name": None, "avatar": None,
        "avatar_decoration_data": None, "bot": user.bot, "system": False, "public_flags": 0, "primary_guild": None,
    }  # fmt: skip


def own_user_json(user: User) -> Json:
    """The bot's own user object."""
    return user_json(user) | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0, "locale": "en-US"}


def bare_member_json() -> Json:
    """A member without its user, as messages carry it."""
    return {
        "nick": None, "avatar": None, "banner": None, "roles": [], "joined_at": JOINED, "premium_since": None,
        "deaf": False, "mute": False, "flags": 0, "pending": False, "communication_disabled_until": None,
    }  # fmt: skip


def member_json(user: User) -> Json:
    """A member with its user."""
    return bare_member_json() | {"user": user_json(user)}


def channel_json(channel: Channel) -> Json:
    """A channel object; a DM has recipients and no guild."""
    newest = next(reversed(channel.messages), None)
    if channel.guild is None:
        recipients = [user_json(user) for user in channel.recipients]
        more: Json = {"name": channel.name} if channel.kind is ChannelKind.GROUP_DM else {}
        return {
            "id": channel.id, "type": int(channel.kind), "last_message_id": newest, "flags": 0, "recipients": recipients,
        } | more  # fmt: skip
    return {
        "id": channel.id, "type": int(channel.kind), "guild_id": channel.guild.id, "name": channel.name,
        "topic": channel.topic or None, "position": 0, "nsfw": False, "parent_id": None, "rate_limit_per_user": 0,
        "permission_overwrites": [], "last_message_id": newest, "flags": 0,
    }  # fmt: skip


def guild_json(guild: Guild) -> Json:
    """A guild object."""
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    everyone = {
        "id": guild.id, "name": "@everyone", "color": 0, "colors": colors, "hoist": False, "icon": None,
        "unicode_emoji": None, "position": 0, "permissions": str(ORDINARY), "managed": False,
        "mentionable": False, "flags": 0,
    }  # fmt: skip
    return {
        "id": guild.id, "name": guild.name, "icon": None, "splash": None, "discovery_splash": None,
        "owner_id": guild.owner.id, "afk_channel_id": None, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "emojis": [], "stickers": [], "features": [],
        "mfa_level": 0, "application_id": None, "system_channel_id": None, "system_channel_flags": 0,
        "rules_channel_id": None, "vanity_url_code": None, "description": None, "banner": None, "premium_tier": 0,
        "premium_subscription_count": 0, "preferred_locale": guild.locale, "public_updates_channel_id": None,
        "nsfw_level": 0, "premium_progress_bar_enabled": False, "max_members": 25_000_000, "max_presences": None,
        "max_video_channel_users": 25, "max_stage_video_channel_users": 50, "safety_alerts_channel_id": None,
        "widget_enabled": False, "widget_channel_id": None, "region": "deprecated", "incidents_data": None,
        "home_header": None, "roles": [everyone],
    }  # fmt: skip


def guild_create_json(guild: Guild, bot: User, intents: int) -> Json:
    """GUILD_CREATE; only the bot itself is among the members unless the members intent was granted."""
    members = guild.members.values() if intents & Intents.MEMBERS else [bot]
    return guild_json(guild) | {
        "joined_at": JOINED, "large": len(guild.members) > 250, "unavailable": False,
        "member_count": len(guild.members), "voice_states": [], "members": [member_json(user) for user in members],
        "channels": [channel_json(channel) for channel in guild.channels], "threads": [], "presences": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
    }  # fmt: skip


def application_json(world: World, privileged: int, verify_key: str) -> Json:
    """The bot's own application."""
    limited = ((Intents.PRESENCES, 1 << 13), (Intents.MEMBERS, 1 << 15), (Intents.CONTENT, 1 << 19))
    flags = sum(flag for intent, flag in limited if privileged & intent)
    return {
        "id": world.bot.id, "name": "Tact", "icon": None, "description": "", "type": None, "summary": "",
        "bot_public": True, "bot_require_code_grant": False, "verify_key": verify_key, "flags": flags, "hook": True,
        "owner": user_json(world.owner), "team": None, "integration_types_config": {"0": {}, "1": {}},
        "approximate_guild_count": len(world.guilds), "approximate_user_install_count": 0, "redirect_uris": [],
        "interactions_endpoint_url": None,
    }  # fmt: skip


def context_of(channel: Channel) -> int:
    """Where an interaction happens: 0 guild, 1 DM with the bot, 2 a conversation among people."""
    if channel.guild is not None:
        return 0
    return 1 if channel.kind is ChannelKind.DM else 2


def interaction_json(interaction: Interaction, world: World, data: Json) -> Json:
    """INTERACTION_CREATE, and the body of an HTTP interaction."""
    channel, user = interaction.channel, interaction.user
    body: Json = {
        "id": interaction.id, "application_id": world.bot.id, "type": int(interaction.kind), "data": data,
        "channel_id": channel.id, "channel": channel_json(channel), "token": interaction.token, "version": 1,
        "app_permissions": str(EVERYTHING), "locale": user.locale, "entitlements": [],
        "authorizing_integration_owners": interaction.owners, "context": context_of(channel),
        "attachment_size_limit": 10_485_760,
    }  # fmt: skip
    if (guild := channel.guild) is not None:
        body["guild_id"], body["guild_locale"] = guild.id, guild.locale
        body["guild"] = {"id": guild.id, "locale": guild.locale, "features": []}
        body["member"] = member_json(user) | {"permissions": str(user.permissions)}
    else:
        body["user"] = user_json(user)
    if interaction.source is not None:
        body["message"] = interaction.source.body
    return body
