"""The types of answers to interactions: which answers which, within what limits, and what Discord says back."""

from __future__ import annotations

from typing import Any

from tests.servers.discord_platform.components import check_modal
from tests.servers.discord_platform.errors import Json, form_error, too_long
from tests.servers.discord_platform.limits import (
    EPHEMERAL,
    LOADING,
    SENDABLE,
    check_edit,
    check_message,
    check_not_empty,
)
from tests.servers.discord_platform.world import Interaction, InteractionKind

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
NAMES = {
    MESSAGE: "message",
    DEFER: "message",
    DEFER_UPDATE: "update",
    UPDATE: "update",
    CHOICES: "choices",
    MODAL: "modal",
}
OFFERED = {
    InteractionKind.COMMAND: {MESSAGE, DEFER, MODAL},
    InteractionKind.COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    InteractionKind.AUTOCOMPLETE: {CHOICES},
    InteractionKind.MODAL: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE},
}
"""Which callback types answer which interaction."""


def check_callback(interaction: Interaction, kind: Any, data: Json) -> None:
    """Raises what Discord answers to a callback of the wrong type or outside its limits."""
    without_source = kind in (DEFER_UPDATE, UPDATE) and interaction.source is None
    if kind not in OFFERED[interaction.kind] or without_source:
        says = "This callback type does not answer this interaction type."
        raise form_error("type", "INTERACTION_APPLICATION_COMMAND_INVALID_CALLBACK", says)
    if kind == MESSAGE:
        check_message(data, "data.", flags=SENDABLE | EPHEMERAL)
        check_not_empty(data)
    if kind == UPDATE and interaction.source is not None:
        check_edit(interaction.source.body, data, "data.")
    if kind == CHOICES and len(data.get("choices") or []) > 25:
        raise too_long("data.choices", 25)
    if kind == MODAL:
        check_modal(data)


def response_to(interaction: Interaction, kind: Any) -> Json:
    """What `with_response` returns."""
    about: Json = {"id": interaction.id, "type": int(interaction.kind)}
    if (message := interaction.original) is None:
        return {"interaction": about}
    about |= {
        "response_message_id": message.id,
        "response_message_loading": bool(message.body["flags"] & LOADING),
        "response_message_ephemeral": message.only_for is not None,
    }
    return {"interaction": about, "resource": {"type": kind} | ({"message": message.body} if kind in (4, 7) else {})}
