"""Checks what a message says: text, Block Kit, standard Markdown, metadata; and gives blocks and elements ids."""

from __future__ import annotations

import copy
import json
from typing import Any

from .blocks import message_faults
from .refusals import Refused
from .world import World

Json = dict[str, Any]
POST_LIMIT = 40_000  # a longer text is cut
UPDATE_LIMIT = 4_000
MARKDOWN_LIMIT = 12_000


def read_content(world: World, args: Json) -> tuple[str, list[Json]]:
    """The text and blocks of a message that may be posted; refused otherwise."""
    text, markdown = str(args.get("text") or ""), str(args.get("markdown_text") or "")
    blocks = read_blocks(world, args.get("blocks"))
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MARKDOWN_LIMIT:
        raise Refused("msg_too_long")
    if not (text or blocks or markdown or args.get("attachments")):
        raise Refused("no_text")
    if len(args.get("attachments") or []) > 100:
        raise Refused("too_many_attachments")
    _check_metadata(args.get("metadata"))
    if markdown:
        return markdown, read_blocks(world, [{"type": "markdown", "text": markdown}])
    return text[:POST_LIMIT], blocks


def read_blocks(world: World, value: Any) -> list[Json]:
    """Valid blocks with ids; refused as invalid_blocks with what is wrong and where."""
    if value in (None, ""):
        return []
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refused("invalid_blocks_format") from None
    if not isinstance(value, list):
        raise Refused("invalid_blocks_format")
    if faults := message_faults(value):
        messages = [f"[ERROR] {fault}" for fault in faults]
        raise Refused("invalid_blocks", errors=faults, response_metadata={"messages": messages})
    return with_ids(world, value)


def with_ids(world: World, blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every element that can act an action_id."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", world.new_id("b"))
        for element in elements_of(block):
            if element.get("type") not in ("image", "mrkdwn", "plain_text"):
                element.setdefault("action_id", world.new_id("a"))
    return named


def elements_of(block: Json) -> list[Json]:
    """The elements a block holds, wherever it holds them."""
    held = [block.get("accessory"), block.get("element"), *(block.get("actions") or [])]
    if block.get("type") in ("actions", "context_actions", "context"):
        held += block.get("elements") or []
    inner = [element for card in _inner(block) for element in elements_of(card)]
    return [element for element in held if isinstance(element, dict)] + inner


def _inner(block: Json) -> list[Json]:
    return [
        *(block.get("child_blocks") or []),
        *(block.get("elements") or [] if block.get("type") == "carousel" else []),
    ]


def _check_metadata(metadata: Any) -> None:
    if metadata in (None, "", {}):
        return
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
