"""Limits of Block Kit's blocks, messages and views (docs.slack.dev/reference/block-kit; slack_sdk's models agree)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .checking import Checking
from .elements import IN_ACTIONS, IN_SECTION, INPUTS, check_button, check_element, check_image

Json = dict[str, Any]
VIEW_BYTES = 250_000
ANYWHERE = {"section", "divider", "header", "image", "actions", "context", "input", "rich_text", "video", "file"}
ONLY_IN = {
    "message": {"markdown", "context_actions", "table", "card", "carousel", "container", "plan", "task_card"},
    "modal": {"alert"},
    "home": set[str](),
}


def message_faults(blocks: Any) -> list[str]:
    """What is wrong with a message's blocks; nothing when they may be posted."""
    check = Checking()
    _check_blocks(check, {"blocks": blocks}, "", 50, "message")
    if check.markdown_length > 12_000:
        check.fault("must be less than 12001 characters", "/blocks")
    return check.faults


def view_faults(view: Any) -> list[str]:
    """What is wrong with a modal or home view."""
    check = Checking()
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        check.fault("must be a modal or home view", "/view")
        return check.faults
    kind = str(view["type"])
    if kind == "modal":
        check.text(view, "title", "/view", 24, plain=True)
    for name in ("submit", "close"):
        check.text(view, name, "/view", 24, plain=True, required=False)
    check.strings(view, "/view", private_metadata=3000, callback_id=255, external_id=255)
    _check_blocks(check, view, "/view", 100, kind)
    asks = any(block.get("type") == "input" for block in view.get("blocks") or [] if isinstance(block, dict))
    if kind == "modal" and asks and not view.get("submit"):
        check.fault("`submit` is required when an `input` block is within blocks array", "/view")
    return check.faults


def is_too_large(view: Json) -> bool:
    return len(json.dumps(view).encode()) > VIEW_BYTES


def _check_blocks(check: Checking, holder: Json, where: str, most: int, surface: str, name: str = "blocks") -> None:
    for block, here in check.items(holder, name, where, most, least=0):
        kind = str(block.get("type"))
        if kind not in ANYWHERE | ONLY_IN[surface]:
            check.fault(f"unsupported type: {kind}", f"{here}/type")
            continue
        check.strings(block, here, block_id=255)
        if (block_id := block.get("block_id")) in check.block_ids:
            check.fault(f"`block_id` '{block_id}' already exists", f"{here}/block_id")
        elif block_id:
            check.block_ids.add(str(block_id))
        if kind in RULES:
            RULES[kind](check, block, here)
        _check_action_ids(check, block, here)


def _check_action_ids(check: Checking, block: Json, where: str) -> None:
    held = block.get("elements") if isinstance(block.get("elements"), list) else []
    ids = [element.get("action_id") for element in held or [] if isinstance(element, dict)]
    for action_id in {i for i in ids if i and ids.count(i) > 1}:
        check.fault(f"`action_id` '{action_id}' already exists", f"{where}/elements")


def _section(check: Checking, block: Json, here: str) -> None:
    if "text" not in block and "fields" not in block:
        check.fault("must define either `text` or `fields`", here)
    check.text(block, "text", here, 3000, plain=False, required=False)
    for index, _ in enumerate(check.items(block, "fields", here, 10, least=1 if "fields" in block else 0)):
        check.text({str(index): block["fields"][index]}, str(index), f"{here}/fields", 2000, plain=False)
    if "accessory" in block:
        check_element(check, block["accessory"], f"{here}/accessory", IN_SECTION)


def _header(check: Checking, block: Json, here: str) -> None:
    check.text(block, "text", here, 150, plain=True)


def _actions(check: Checking, block: Json, here: str) -> None:
    for element, pointer in check.items(block, "elements", here, 25):
        check_element(check, element, pointer, IN_ACTIONS)


def _context(check: Checking, block: Json, here: str) -> None:
    for element, pointer in check.items(block, "elements", here, 10):
        if element.get("type") == "image":
            check_image(check, element, pointer)
        else:
            check.text({"text": element}, "text", pointer.removesuffix("/text"), 3000, plain=False)


def _context_actions(check: Checking, block: Json, here: str) -> None:
    for element, pointer in check.items(block, "elements", here, 5):
        check_element(check, element, pointer, {"feedback_buttons", "icon_button"})


def _input(check: Checking, block: Json, here: str) -> None:
    check.text(block, "label", here, 2000, plain=True)
    check.text(block, "hint", here, 2000, plain=True, required=False)
    if not isinstance(block.get("element"), dict):
        check.fault("missing required field: element", here)
    else:
        check_element(check, block["element"], f"{here}/element", INPUTS)


def _image(check: Checking, block: Json, here: str) -> None:
    check_image(check, block, here)
    check.text(block, "title", here, 2000, plain=True, required=False)


def _markdown(check: Checking, block: Json, here: str) -> None:
    check.length(block.get("text", ""), f"{here}/text", 12_000, least=1)
    check.markdown_length += len(str(block.get("text", "")))


def _card(check: Checking, block: Json, here: str) -> None:
    check.text(block, "title", here, 150, plain=False, required=False)
    check.text(block, "body", here, 200, plain=False, required=False)
    for button, pointer in check.items(block, "actions", here, 5, least=0):
        check_button(check, button, pointer)


def _alert(check: Checking, block: Json, here: str) -> None:
    check.text(block, "text", here, 200, plain=False)


def _carousel(check: Checking, block: Json, here: str) -> None:
    for card, pointer in check.items(block, "elements", here, 10):
        _card(check, card, pointer)


def _container(check: Checking, block: Json, here: str) -> None:
    check.text(block, "title", here, 150, plain=True, required="rich_text_title" not in block)
    _check_blocks(check, block, here, 10, "message", "child_blocks")


RULES: dict[str, Callable[[Checking, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "actions": _actions,
    "context": _context,
    "context_actions": _context_actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "card": _card,
    "alert": _alert,
    "carousel": _carousel,
    "container": _container,
}
