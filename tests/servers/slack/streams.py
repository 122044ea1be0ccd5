"""chat.startStream, appendStream and stopStream: a message that grows."""

from __future__ import annotations

from typing import Any

from .content import MARKDOWN_LIMIT, read_blocks, with_ids
from .messages import as_json
from .places import find_channel, place_to_post, team_of
from .refusals import Refused, need
from .visible import show_message
from .world import Message, Token, World

Json = dict[str, Any]


def start_stream(world: World, token: Token, args: Json) -> Json:
    team = team_of(world, token, args)
    channel = place_to_post(world, token, team, need(args, "channel"))
    if channel.sort != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not args.get(name):
                raise Refused(f"missing_{name}")
    text, blocks = _grown("", [], world, args)
    thread = need(args, "thread_ts")
    message = Message(team.id, channel.id, world.clock.ts(), team.bot_user, text, blocks, thread, streaming=True)
    world.messages[team.id, channel.id, message.ts] = message
    show_message(world, "stream_start", message, "chat.startStream")
    return {"channel": channel.id, "ts": message.ts}


def append_stream(world: World, token: Token, args: Json) -> Json:
    message = _streaming(world, token, args)
    if not args.get("markdown_text") and not args.get("chunks"):
        raise Refused("no_text")
    message.text, message.blocks = _grown(message.text, message.blocks, world, args)
    show_message(world, "stream_append", message, "chat.appendStream")
    return {"channel": message.channel, "ts": message.ts}


def stop_stream(world: World, token: Token, args: Json) -> Json:
    message = _streaming(world, token, args)
    message.text, message.blocks = _grown(message.text, message.blocks, world, args)
    message.blocks = message.blocks + read_blocks(world, args.get("blocks"))
    message.streaming = False
    show_message(world, "stream_stop", message, "chat.stopStream")
    return {"channel": message.channel, "ts": message.ts, "message": as_json(world, message)}


def _streaming(world: World, token: Token, args: Json) -> Message:
    team = team_of(world, token, args)
    channel = find_channel(world, team, need(args, "channel"))
    message = world.messages.get((team.id, channel.id, need(args, "ts")))
    if message is None:
        raise Refused("message_not_found")
    if not message.streaming:
        raise Refused("message_not_in_streaming_state")
    return message


def _grown(text: str, blocks: list[Json], world: World, args: Json) -> tuple[str, list[Json]]:
    added = str(args.get("markdown_text") or "")
    chunks = args.get("chunks") or []
    if not isinstance(chunks, list) or not all(isinstance(chunk, dict) and chunk.get("type") for chunk in chunks):
        raise Refused("invalid_chunks")
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                added += str(chunk.get("text", ""))
            case "blocks":
                blocks = blocks + read_blocks(world, chunk.get("blocks"))
            case "task_update" | "plan_update":
                blocks = blocks + with_ids(world, [chunk])
            case _:
                raise Refused("invalid_chunks")
    if len(added) > MARKDOWN_LIMIT:
        raise Refused("msg_too_long")
    return text + added, blocks
