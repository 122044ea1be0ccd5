"""What people fill in: the state of the inputs in a view or message, as Slack reports it."""

from __future__ import annotations

from typing import Any

from .content import elements_of
from .refusals import Impossible

Json = dict[str, Any]
Values = dict[str, Any]
PLAIN = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
ONE = {"static_select", "radio_buttons", "external_select"}
MANY = {"multi_static_select", "checkboxes", "multi_external_select"}


def first_state(blocks: list[Json], before: Json) -> Json:
    """The state before anybody types: what was filled in under the same ids, else the initial values."""
    state: Json = {}
    for block, element in _inputs(blocks):
        kept = before.get(block["block_id"], {}).get(element["action_id"])
        kept = kept if kept and kept["type"] == element["type"] else _state_of(element, None)
        state.setdefault(block["block_id"], {})[element["action_id"]] = kept
    return state


def fill(blocks: list[Json], state: Json, values: Values) -> None:
    """Fills in values, named by action_id, block_id or label, as far as Slack's client would let a person."""
    left = dict(values)
    for block, element in _inputs(blocks):
        label = (block.get("label") or {}).get("text")
        name = next((n for n in (element["action_id"], block["block_id"], label) if n in left), None)
        if name is not None:
            value = left.pop(name)
            _check_length(element, value)
            state[block["block_id"]][element["action_id"]] = _state_of(element, value)
    if left:
        raise Impossible(f"the view has no input called {', '.join(left)}")


def missing(blocks: list[Json], state: Json) -> list[str]:
    """The labels of required inputs that are empty; Slack's client does not submit before they are filled in."""
    empty = []
    for block, element in _inputs(blocks):
        held = state[block["block_id"]][element["action_id"]]
        if (
            block["type"] == "input"
            and not block.get("optional")
            and not any(v for k, v in held.items() if k != "type")
        ):
            empty.append(block["label"]["text"])
    return empty


def choose(element: Json, value: Any) -> Json:
    """The option with this value or text."""
    options = list(element.get("options") or [])
    options += [option for group in element.get("option_groups") or [] for option in group["options"]]
    for option in options:
        if value in (option.get("value"), option["text"]["text"]):
            return dict(option)
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    raise Impossible(f"{value!r} is not among the options of {element['action_id']}")


def _inputs(blocks: list[Json]) -> list[tuple[Json, Json]]:
    known = PLAIN.keys() | ONE | MANY
    return [(block, element) for block in blocks for element in elements_of(block) if element.get("type") in known]


def _state_of(element: Json, value: Any) -> Json:
    kind = element["type"]
    if kind in PLAIN:
        field, initial = PLAIN[kind]
        return {"type": kind, field: element.get(initial) if value is None else value}
    if kind in ONE:
        return {
            "type": kind,
            "selected_option": element.get("initial_option") if value is None else choose(element, value),
        }
    chosen = element.get("initial_options") or [] if value is None else [choose(element, one) for one in value]
    return {"type": kind, "selected_options": chosen}


def _check_length(element: Json, value: Any) -> None:
    if element["type"] == "plain_text_input" and not (
        int(element.get("min_length", 0)) <= len(str(value)) <= int(element.get("max_length", 3000))
    ):
        raise Impossible(f"{element['action_id']} does not take {len(str(value))} characters")
