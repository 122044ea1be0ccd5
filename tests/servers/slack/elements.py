"""Limits of Block Kit's interactive elements and composition objects (docs.slack.dev/reference/block-kit)."""

from __future__ import annotations

from typing import Any

from .checking import Checking

Json = dict[str, Any]
SELECTS = ("static", "users", "conversations", "channels", "external")
CHOICES = {"static_select": 100, "multi_static_select": 100, "overflow": 5, "radio_buttons": 10, "checkboxes": 10}
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
MENUS = {f"{many}{kind}_select" for kind in SELECTS for many in ("", "multi_")}
INPUTS = TYPED | PICKERS | MENUS | {"radio_buttons", "checkboxes"}
IN_ACTIONS = {"button", "overflow", "workflow_button", "icon_button"} | (INPUTS - {"file_input"})
IN_SECTION = IN_ACTIONS | {"image"}


def check_element(check: Checking, node: Json, where: str, allowed: set[str]) -> None:
    """One element; `allowed` are the types its place takes."""
    if not check.is_object(node, where):
        return
    kind = str(node.get("type"))
    if kind not in allowed:
        check.fault(f"unsupported type: {kind}", f"{where}/type")
        return
    check.strings(node, where, action_id=255)
    check.text(node, "placeholder", where, 150, plain=True, required=False)
    if "confirm" in node:
        _check_confirm(check, node["confirm"], f"{where}/confirm")
    if kind == "button":
        check_button(check, node, where)
    elif kind in CHOICES:
        _check_choices(check, node, where, CHOICES[kind], rich=kind in ("radio_buttons", "checkboxes"))
    elif kind in TYPED:
        _check_typed(check, node, where)
    elif kind == "image":
        check_image(check, node, where)
    elif kind == "icon_button":
        check.text(node, "text", where, 75, plain=True)
        check.strings(node, where, value=2000, accessibility_label=75)
    elif kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            check_button(check, node.get(name, {}), f"{where}/{name}")


def check_button(check: Checking, node: Json, where: str) -> None:
    if not check.is_object(node, where):
        return
    check.text(node, "text", where, 75, plain=True)
    check.strings(node, where, value=2000, accessibility_label=75)
    check.address(node, "url", where)
    if node.get("style", "primary") not in ("primary", "danger"):
        check.fault("must be one of: primary, danger", f"{where}/style")


def check_image(check: Checking, node: Json, where: str) -> None:
    check.address(node, "image_url", where, required="slack_file" not in node)
    if "alt_text" not in node:
        check.fault("missing required field: alt_text", where)
    check.length(node.get("alt_text"), f"{where}/alt_text", 2000, least=1)


def _check_choices(check: Checking, node: Json, where: str, most: int, *, rich: bool) -> None:
    groups = check.items(node, "option_groups", where, 100, least=0)
    for group, here in groups:
        check.text(group, "label", here, 75, plain=True)
        _check_options(check, group, here, most, rich=rich)
    if not groups:
        _check_options(check, node, where, most, rich=rich)
    held = [holder.get("options") for holder in (node, *(group for group, _ in groups))]
    known = [option for options in held if isinstance(options, list) for option in options]
    if "initial_option" in node and node["initial_option"] not in known:
        check.fault("must be one of the provided options", f"{where}/initial_option")
    if "initial_options" in node:
        for option, here in check.items(node, "initial_options", where, most):
            if option not in known:
                check.fault("must be one of the provided options", here)


def _check_options(check: Checking, node: Json, where: str, most: int, *, rich: bool) -> None:
    for option, here in check.items(node, "options", where, most):
        check.text(option, "text", here, 75, plain=not rich)
        check.text(option, "description", here, 75, plain=not rich, required=False)
        if "value" not in option:
            check.fault("missing required field: value", here)
        check.strings(option, here, value=150)


def _check_typed(check: Checking, node: Json, where: str) -> None:
    check.strings(node, where, initial_value=3000)
    for name, least in (("max_length", 1), ("min_length", 0)):
        value = node.get(name, 3000)
        if not isinstance(value, int) or not least <= value <= 3000:
            check.fault(f"must be between {least} and 3000", f"{where}/{name}")


def _check_confirm(check: Checking, node: Json, where: str) -> None:
    if not check.is_object(node, where):
        return
    check.text(node, "title", where, 100, plain=True)
    check.text(node, "text", where, 300, plain=False)
    check.text(node, "confirm", where, 30, plain=True, required=False)
    check.text(node, "deny", where, 30, plain=True, required=False)
