"""chat.*: posting, ephemeral messages, updates, deletions and scheduling."""

from __future__ import annotations

import asyncio
from typing import Any

from .content import UPDATE_LIMIT, read_content
from .places import find_channel, place_to_post, team_of
from .refusals import Refused, need
from .visible import show_message
from .world import Message, Token, World

Json = dict[str, Any]
LATEST = 120 * 86_400
MOST_SCHEDULED = 30  # in five minutes, one channel
POSTED = "posted"


def post_message(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    channel = place_to_post(world, token, team, need(args, "channel"))
    text, blocks = read_content(world, args)
    message = Message(team.id, channel.id, world.clock.ts(), team.bot_user, text, blocks, args.get("thread_ts"))
    keep_and_show(world, message, "chat.postMessage", args)
    return {"channel": channel.id, "ts": message.ts, "message": as_json(world, message)}


def post_ephemeral(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    channel = place_to_post(world, token, team, need(args, "channel"))
    user = need(args, "user")
    person = world.people.get((team.id, user))
    if person is None or user not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = read_content(world, args)
    ts = world.clock.ts()
    message = Message(team.id, channel.id, ts, team.bot_user, text, blocks, args.get("thread_ts"), to=user)
    if person.active:
        keep_and_show(world, message, "chat.postEphemeral", args)
    else:  # Slack does not promise delivery: who is away never sees it
        show_message(world, "post", message, "chat.postEphemeral", args, seen="nobody")
    return {"message_ts": message.ts}


def update(world: World, token: Token, args: Json) -> Json:
    message = _own(world, token, args, "cant_update_message")
    if message.streaming:
        raise Refused("streaming_state_conflict")
    if len(str(args.get("text") or "")) > UPDATE_LIMIT:
        raise Refused("msg_too_long")
    text, blocks = read_content(world, args)
    message.text = text or message.text
    if "blocks" in args or "markdown_text" in args:  # Assumed: without blocks the former ones stay
        message.blocks = blocks
    show_message(world, "update", message, "chat.update", args)
    answer = as_json(world, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": answer}


def delete(world: World, token: Token, args: Json) -> Json:
    message = _own(world, token, args, "cant_delete_message")
    del world.messages[message.team, message.channel, message.ts]
    show_message(world, "delete", message, "chat.delete")
    return {"channel": message.channel, "ts": message.ts}


def schedule_message(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    channel = place_to_post(world, token, team, need(args, "channel"))
    text, blocks = read_content(world, args)
    try:
        at = int(need(args, "post_at"))
    except ValueError:
        raise Refused("invalid_time") from None
    if at <= world.clock.now():
        raise Refused("time_in_past")
    if at > world.clock.now() + LATEST:
        raise Refused("time_too_far")
    near = [s for s in world.scheduled.values() if s["channel_id"] == channel.id and abs(s["post_at"] - at) < 300]
    if len(near) >= MOST_SCHEDULED:
        raise Refused("restricted_too_many")
    id_ = world.new_id("Q")
    world.scheduled[id_] = {"id": id_, "channel_id": channel.id, "post_at": at, "text": text}
    message = Message(team.id, channel.id, "", team.bot_user, text, blocks, args.get("thread_ts"))
    if not args.get("metadata"):  # with metadata Slack never posts it: a known fault of Slack's
        world.later(_post_later(world, id_, at, message, args))
    return {"channel": channel.id, "scheduled_message_id": id_, "post_at": at, "message": {"text": text}}


def delete_scheduled(world: World, token: Token, args: Json) -> Json:
    if world.scheduled.pop(need(args, "scheduled_message_id"), None) is None:
        raise Refused("invalid_scheduled_message_id")
    return {}


def list_scheduled(world: World, token: Token, args: Json) -> Json:
    wanted = args.get("channel")
    kept = [s for s in world.scheduled.values() if wanted in (None, s["channel_id"])]
    return {"scheduled_messages": kept, "response_metadata": {"next_cursor": ""}}


def keep_and_show(world: World, message: Message, via: str, args: Json) -> None:
    """Makes a message visible; with `echo` the app hears of it as Slack would tell it."""
    world.messages[message.team, message.channel, message.ts] = message
    show_message(world, "post", message, via, args)
    if world.settings.echo and message.to is None:
        world.heard(message)


def as_json(world: World, message: Message) -> Json:
    """A message as the Web API and events show it."""
    shown = {"type": "message", "user": message.by, "ts": message.ts, "text": message.text, "team": message.team}
    if message.blocks:
        shown["blocks"] = message.blocks  # type: ignore[assignment]
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    team = world.team(message.team)
    if message.by == team.bot_user:
        shown |= {"bot_id": team.bot_id, "app_id": world.settings.app_id}
    return shown | message.extra


def _own(world: World, token: Token, args: Json, refusal: str) -> Message:
    team = team_of(world, token, args)
    channel = find_channel(world, team, need(args, "channel"))
    message = world.messages.get((team.id, channel.id, need(args, "ts")))
    if message is None or message.to is not None:
        raise Refused("message_not_found")
    if message.by != team.bot_user:
        raise Refused(refusal)
    return message


async def _post_later(world: World, id_: str, at: int, message: Message, args: Json) -> None:
    await asyncio.sleep(0)
    await world.clock.sleep(at - world.clock.now())
    if world.scheduled.pop(id_, None) is not None:
        message.ts = world.clock.ts()
        keep_and_show(world, message, "chat.scheduleMessage", args)
