"""assistant.threads.*: the status line, the title and the suggested prompts of a conversation with the app."""

from __future__ import annotations

from typing import Any

from .places import place_to_post, team_of
from .refusals import Refused, invalid_arguments, need
from .visible import show_status
from .world import Channel, Token, World

Json = dict[str, Any]
MOST_PROMPTS = 4


def set_status(world: World, token: Token, args: Json) -> Json:
    channel = _conversation(world, token, args)
    need(args, "thread_ts")
    if "status" not in args:
        raise invalid_arguments("missing required field: status")
    more = {"thread_ts": args["thread_ts"], "loading_messages": args.get("loading_messages") or []}
    show_status(world, "status", channel, str(args["status"]), **more)
    return {}


def set_title(world: World, token: Token, args: Json) -> Json:
    channel = _conversation(world, token, args)
    show_status(world, "title", channel, need(args, "title"), thread_ts=need(args, "thread_ts"))
    return {}


def set_suggested_prompts(world: World, token: Token, args: Json) -> Json:
    channel = _conversation(world, token, args)
    prompts = args.get("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise invalid_arguments("missing required field: prompts")
    if len(prompts) > MOST_PROMPTS:  # Assumed error; the limit itself is documented
        raise invalid_arguments(f"no more than {MOST_PROMPTS} items allowed [json-pointer:/prompts]")
    for index, prompt in enumerate(prompts):
        for name in ("title", "message"):
            if not isinstance(prompt, dict) or not prompt.get(name):
                raise invalid_arguments(f"missing required field: {name} [json-pointer:/prompts/{index}]")
    title = str(args.get("title") or "")
    show_status(world, "prompts", channel, title, thread_ts=args.get("thread_ts"), prompts=prompts)
    return {}


def _conversation(world: World, token: Token, args: Json) -> Channel:
    team = team_of(world, token, args)
    channel = place_to_post(world, token, team, need(args, "channel_id"))
    if channel.sort == "mpim":
        raise Refused("channel_not_found")
    return channel
