"""Which workspace a call is about, and which conversation the app may read or post in."""

from __future__ import annotations

from typing import Any

from .refusals import Refused
from .world import Channel, Person, Team, Token, World

Json = dict[str, Any]


def team_of(world: World, token: Token, args: Json) -> Team:
    """The token's workspace; for an organisation's token, team_id or the workspace that has the channel or user."""
    if token.team is not None:
        return world.team(token.team)
    inside = [team for team in world.teams.values() if team.enterprise == token.enterprise]
    named = [team for team in inside if team.id == args.get("team_id")]
    held = args.get("channel") or args.get("channel_id") or args.get("user") or args.get("user_id") or args.get("users")
    having = [team for team in inside if (team.id, held) in world.channels or (team.id, held) in world.people]
    found = named or having or inside[:1]
    if not found:
        raise Refused("team_access_not_granted")
    return found[0]


def find_channel(world: World, team: Team, asked: str) -> Channel:
    """A conversation by id, or a public channel by name; refused as not found when the bot cannot know of it."""
    channel = world.channels.get((team.id, asked))
    if channel is None:
        name = asked.removeprefix("#")
        same = [c for c in world.channels.values() if c.team == team.id and c.name == name and c.sort == "public"]
        channel = same[0] if same else None
    if channel is None or (channel.sort != "public" and team.bot_user not in channel.members):
        raise Refused("channel_not_found")
    return channel


def place_to_post(world: World, token: Token, team: Team, asked: str) -> Channel:
    """Where a post goes; a user's id means the direct messages with that user."""
    if (person := world.people.get((team.id, asked))) is not None:
        return direct_messages(world, team, person)
    channel = find_channel(world, team, asked)
    if channel.archived:
        raise Refused("is_archived")
    if channel.sort == "im" and not world.settings.messages_tab:
        raise Refused("messages_tab_disabled")
    if team.bot_user not in channel.members and "chat:write.public" not in token.scopes:
        raise Refused("not_in_channel")
    return channel


def direct_messages(world: World, team: Team, person: Person) -> Channel:
    """The conversation between the app and one user, refused for bots and deactivated users."""
    if person.is_bot:
        raise Refused("cannot_dm_bot")
    if person.deleted:  # Assumed also for chat.postMessage; documented for conversations.open
        raise Refused("user_disabled")
    if not world.settings.messages_tab:
        raise Refused("messages_tab_disabled")
    return world.direct(team.id, person.id)
