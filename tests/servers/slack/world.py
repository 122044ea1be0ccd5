"""What exists: workspaces, people, channels, tokens, messages and open views."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from .clock import Clock
from .record import Record
from .refusals import Impossible
from .settings import Settings

Json = dict[str, Any]


@dataclass(slots=True)
class Team:
    """A workspace with the app's bot in it."""

    id: str
    name: str
    domain: str
    enterprise: str | None = None
    bot_user: str = "U0TACT"
    bot_id: str = "B0TACT"


@dataclass(slots=True)
class Person:
    """A user as one workspace sees them; `home_team` differs for a guest through Slack Connect."""

    team: str
    id: str
    name: str
    tz: str = "Europe/Berlin"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    active: bool = True  # an ephemeral message reaches only who is active
    home_team: str | None = None


@dataclass(slots=True)
class Channel:
    """A conversation; `sort` is public, private, im or mpim."""

    team: str
    id: str
    name: str
    sort: str = "public"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    topic: str = ""
    purpose: str = ""


@dataclass(slots=True)
class Token:
    """An access token; `sort` is bot, app or user, `state` ok, token_revoked or account_inactive."""

    value: str
    sort: str
    team: str | None
    scopes: list[str]
    enterprise: str | None = None
    user: str | None = None
    state: str = "ok"
    expires_at: float | None = None
    refresh: str | None = None


@dataclass(slots=True)
class Message:
    """A message somebody can see; `to` is set for an ephemeral one."""

    team: str
    channel: str
    ts: str
    by: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    to: str | None = None
    streaming: bool = False
    extra: Json = field(default_factory=dict)


class World:
    """Everything that exists at one time; a reset makes a new one."""

    def __init__(self, settings: Settings, clock: Clock, record: Record, base: str) -> None:
        self.settings, self.clock, self.record, self.base = settings, clock, record, base
        self.ids = count(1)
        self.teams: dict[str, Team] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.channels: dict[tuple[str, str], Channel] = {}
        self.tokens: dict[str, Token] = {}
        self.messages: dict[tuple[str, str, str], Message] = {}
        self.stacks: dict[tuple[str, str], list[Json]] = {}
        self.files: dict[str, Json] = {}
        self.homes: dict[tuple[str, str], Json] = {}
        self.scheduled: dict[str, Json] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self.heard: Callable[[Message], None] = lambda message: None

    def later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs in the background until done or the world ends."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def new_id(self, letter: str) -> str:
        return f"{letter}{next(self.ids):08d}"

    def team(self, team: str) -> Team:
        if team not in self.teams:
            raise Impossible(f"there is no workspace {team}")
        return self.teams[team]

    def person(self, team: str, user: str) -> Person:
        if (team, user) not in self.people:
            raise Impossible(f"there is no user {user} in workspace {team}")
        return self.people[team, user]

    def channel(self, team: str, channel: str) -> Channel:
        if (team, channel) not in self.channels:
            raise Impossible(f"there is no channel {channel} in workspace {team}")
        return self.channels[team, channel]

    def direct(self, team: str, user: str) -> Channel:
        """The direct message channel between the app and a user, made when needed: D and the user's id."""
        members = [user, self.team(team).bot_user]
        return self.channels.setdefault((team, f"D{user}"), Channel(team, f"D{user}", "directmessage", "im", members))

    def token_of(self, team: str) -> Token | None:
        """The bot token that works in a workspace, its own or its organisation's."""
        enterprise = self.team(team).enterprise
        for token in self.tokens.values():
            own = token.team == team or (token.team is None and token.enterprise and token.enterprise == enterprise)
            if token.sort == "bot" and token.state == "ok" and own:
                return token
        return None
