"""Writes down what a person now sees: where, who, which words, whom it notifies and what it links to."""

from __future__ import annotations

from typing import Any

from .markup import read_markup
from .world import Channel, Message, World

Json = dict[str, Any]
SEEN = {"public": "public", "private": "private", "im": "dm", "mpim": "group_dm"}


def show_message(
    world: World, action: str, message: Message, via: str, args: Json | None = None, seen: str | None = None
) -> Json:
    """A message that was posted, updated, replaced, streamed or deleted; `via` is the way it came."""
    args = args or {}
    channel = world.channels[message.team, message.channel]
    where = seen or ("ephemeral" if message.to else SEEN[channel.sort])
    markup = read_markup({**args, "text": message.text, "blocks": message.blocks})
    unfurls = args.get("unfurl_links") is not False or args.get("unfurl_media") is not False
    return world.record.add(
        "shown",
        action=action,
        seen=where,
        team=message.team,
        channel=message.channel,
        to=message.to or _partner(world, channel),
        ts=message.ts,
        thread_ts=message.thread_ts,
        by=message.by,
        via=via,
        text=message.text,
        blocks=message.blocks,
        files=message.extra.get("files", []),
        pings=markup.pings,
        links=markup.links,
        unescaped=markup.unescaped,
        previews=[address for address, _ in markup.links if address.startswith("http")] if unfurls else [],
    )


def show_view(world: World, action: str, team: str, user: str, view: Json, via: str, **more: Any) -> Json:
    """A modal or home view as one user now sees it."""
    markup = read_markup({"blocks": view.get("blocks")})
    return world.record.add(
        "shown",
        action=action,
        seen="home" if view.get("type") == "home" else "view",
        team=team,
        to=user,
        view=view,
        by=world.team(team).bot_user,
        via=via,
        pings=markup.pings,
        links=markup.links,
        unescaped=markup.unescaped,
        **more,
    )


def show_notice(world: World, team: str, user: str, error: str, about: str, channel: str | None = None) -> Json:
    """Slack's own words to a user that something failed, such as operation_timeout."""
    return world.record.add(
        "shown", action="notice", seen="notice", team=team, channel=channel, to=user, text=error, via=about, by="slack"
    )


def show_status(world: World, action: str, channel: Channel, text: str, **more: Any) -> Json:
    """The assistant's status, title or suggested prompts over a conversation."""
    return world.record.add(
        "shown",
        action=action,
        seen=SEEN[channel.sort],
        team=channel.team,
        channel=channel.id,
        to=_partner(world, channel),
        text=text,
        via=action,
        by=world.team(channel.team).bot_user,
        **more,
    )


def _partner(world: World, channel: Channel) -> str | None:
    if channel.sort != "im":
        return None
    return next((m for m in channel.members if m != world.team(channel.team).bot_user), None)
