"""What Slack sent, as the coach understands it: who, where, and by which id it is known again."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.letters import Address
from bot.model import Person, Room

Json = Mapping[str, Any]

_SEQUENCE = re.compile(r"<([^<>|]{1,3000})(?:\|([^<>]{0,3000}))?>")
"""A link, mention or channel in Slack's markup."""
_MENTION_AT_START = re.compile(r"\A\s*<@[A-Z0-9]{1,20}(?:\|[^<>]{0,100})?>[\s,:]*")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that came in."""

    person: Person
    team: str
    workspace: str
    """Whose token answers: the team, or "organisation:team" where an organisation installed the app."""
    user: str
    channel: str
    key: str
    """The id for its receipt; empty where Slack gave none."""
    response_url: str = ""
    trigger: str = ""
    thread: str = ""
    language: str = ""
    """The language to speak with them, once it was looked up."""

    @property
    def address(self) -> Address:
        """Where an answer reaches this person: the channel is their conversation with the app, once it is known."""
        return Address("slack", self.workspace, self.user, self.channel if self.channel.startswith("D") else "")


def read_incoming(body: Json, context: AsyncBoltContext) -> Incoming | None:
    """Who and where; None when nobody did it, or no workspace is named."""
    team, user = context.team_id or "", context.user_id or ""
    organisation = (context.enterprise_id or "") if context.is_enterprise_install else ""
    if not (team or organisation) or not user:
        return None
    return Incoming(
        person=Person(tenant_of(team, organisation), _known_as(user, body, context, organisation)),
        team=team,
        workspace=f"{organisation}:{team}" if organisation else team,
        user=user,
        channel=context.channel_id or "",
        key=_key(body),
        response_url=_text(body.get("response_url")),
        trigger=_text(body.get("trigger_id")),
        thread=context.thread_ts or "",
    )


def room_of(incoming: Incoming, *, admin: bool = False) -> Room:
    """Where something was said; direct messages have no charter of their own.

    Where an organisation installed the app, each of its workspaces is a house of its own.
    """
    house = f"{incoming.team}/" if incoming.workspace != incoming.team else ""
    if not incoming.channel or incoming.channel.startswith("D"):
        return Room("", admin, language=incoming.language, around=house)
    return Room(f"{house}{incoming.channel}", admin, language=incoming.language)


def tenant_of(team: str, organisation: str = "") -> str:
    """The tenant of a workspace, or of the organisation that installed the app for all of its workspaces."""
    return f"slack:{organisation or team}"


def _known_as(user: str, body: Json, context: AsyncBoltContext, organisation: str) -> str:
    """The user's id; with their own workspace before it for a guest through Slack Connect."""
    event, who = body.get("event"), body.get("user")
    home = ""
    if isinstance(event, Mapping):
        home = _text(event.get("user_team"))
    elif isinstance(who, Mapping):
        home = _text(who.get("team_id"))
    own = {"", context.team_id, context.enterprise_id}
    within = organisation and not body.get("is_ext_shared_channel")
    return user if home in own or within else f"{home}:{user}"


def _key(body: Json) -> str:
    """Event id, else trigger id; a form that was sent off has neither twice the same, so its view and state count."""
    found = _text(body.get("event_id")) or _text(body.get("trigger_id"))
    return found if len(found) <= 120 else short(found)


def short(text: str) -> str:
    """A fixed-length code for a text, from which nobody gets the text back."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def plain(markup: str) -> str:
    """A message's words as its writer typed them: links as addresses, mentions by name, no escapes."""

    def typed(found: re.Match[str]) -> str:
        what, label = found[1], found[2]
        if what[0] in "@#":
            return f"{what[0]}{label}" if label else what
        if what[0] == "!":
            return f"@{what[1:].split('^')[0]}"
        if label and not what.rstrip("/").endswith(label.rstrip("/")):
            return f"{label} ({what})"
        return label or what

    return html.unescape(_SEQUENCE.sub(typed, markup))


def addressed(markup: str) -> str:
    """What was said to the app: the words without its name in front."""
    return plain(_MENTION_AT_START.sub("", markup)).strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
