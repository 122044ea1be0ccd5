"""Who and what there is: users, guilds, channels, messages and interactions, found by name or id."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from tests.servers.discord_platform.errors import Impossible, Json

EPOCH_MS = 1420070400000
ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
EVERYTHING = (1 << 52) - 1
ORDINARY = 2248473465835073
"""Permissions of an ordinary member, @everyone's by default: neither ADMINISTRATOR nor MANAGE_GUILD."""


class ChannelKind(IntEnum):
    """Discord's channel types, those that are needed."""

    TEXT = 0
    DM = 1
    GROUP_DM = 3


class InteractionKind(IntEnum):
    """Discord's interaction types."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


@dataclass(slots=True, eq=False)
class User:
    """Somebody with an account."""

    id: str
    name: str
    bot: bool = False
    locale: str = "en-US"
    permissions: int = ORDINARY
    accepts_dms: bool = True
    installed: bool = False
    """Whether the app is installed to this account."""


@dataclass(slots=True, eq=False)
class Guild:
    """A server; the bot is a member when the app is installed to it."""

    id: str
    name: str
    owner: User
    installed: bool = True
    locale: str = "en-US"
    commands_only: bool = False
    """Whether the app's commands are there without its bot."""
    members: dict[str, User] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel of a guild, a DM with the bot, or a group of people without it."""

    id: str
    kind: ChannelKind
    name: str
    guild: Guild | None = None
    recipients: tuple[User, ...] = ()
    topic: str = ""
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def has_bot(self) -> bool:
        """Whether the bot is there as a member, and so hears of messages."""
        return self.guild.installed if self.guild else self.kind is ChannelKind.DM


@dataclass(slots=True, eq=False)
class Message:
    """A message as it goes over the wire, and who is shown it."""

    body: Json
    channel: Channel
    author: User
    only_for: User | None = None
    """Set for an ephemeral message: the one person who sees it."""
    interaction: Interaction | None = None
    deleted: bool = False

    @property
    def id(self) -> str:
        """Its snowflake."""
        return str(self.body["id"])


@dataclass(slots=True, eq=False)
class Interaction:
    """Something a person did that the bot must answer."""

    id: str
    token: str
    kind: InteractionKind
    user: User
    channel: Channel
    owners: Json
    source: Message | None = None
    born: float = field(default_factory=time.monotonic)
    callback: Json | None = None
    acked: float | None = None
    settled: float | None = None
    failed: str = ""
    original: Message | None = None
    followups: int = 0

    @property
    def user_install_only(self) -> bool:
        """Whether only the user's own install lets the bot answer (then five followups are the limit)."""
        return set(self.owners) == {"1"}


class World:
    """Everything there is, empty but for the bot and its owner."""

    def __init__(self) -> None:
        self._made = 0
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.files: dict[str, bytes] = {}
        self._dms: dict[str, Channel] = {}
        self.commands: dict[str, list[Json]] = {"": []}
        """Registered commands by guild id; global ones under the empty string."""
        self.bot = self.add_user("tact", bot=True)
        self.owner = self.add_user("owner", permissions=EVERYTHING)

    def snowflake(self, shard: int = 0, shards: int = 1) -> str:
        """A new id; a guild with it belongs to this shard of so many."""
        self._made += 1
        at = int(time.time() * 1000) - EPOCH_MS
        return str(((at - at % shards + shard) << 22) | (1 << 17) | (self._made & 0xFFF))

    def add_user(self, name: str, **facts: Any) -> User:
        """A new user."""
        user = User(self.snowflake(), name, **facts)
        self.users[user.id] = user
        return user

    def user(self, name: str) -> User:
        """The user of this name or id."""
        return self.users.get(name) or _named(self.users, name, "user")

    def guild(self, name: str) -> Guild:
        """The guild of this name or id."""
        return self.guilds.get(name) or _named(self.guilds, name, "guild")

    def channel(self, name: str, guild: str = "") -> Channel:
        """The channel of this name or id; `@name` is the user's DM with the bot."""
        if name.startswith("@"):
            return self.dm(self.user(name[1:]))
        among = {c.id: c for c in self.guild(guild).channels} if guild else self.channels
        return among.get(name) or _named(among, name, "channel")

    def open_dm(self, user: User) -> Channel | None:
        """The DM between the bot and a user, when it was ever opened."""
        return self._dms.get(user.id)

    def dm(self, user: User) -> Channel:
        """The DM between the bot and a user, opened when need be."""
        if user.id not in self._dms:
            self._dms[user.id] = self.add_channel(f"@{user.name}", ChannelKind.DM, recipients=(user,))
        return self._dms[user.id]

    def add_channel(self, name: str, kind: ChannelKind, **facts: Any) -> Channel:
        """A new channel."""
        channel = Channel(self.snowflake(), kind, name, **facts)
        self.channels[channel.id] = channel
        return channel

    def add_message(self, message: Message) -> None:
        """Puts a message into its channel."""
        self.messages[message.id] = message.channel.messages[message.id] = message

    def message(self, message_id: str) -> Message:
        """A message anywhere."""
        if message_id not in self.messages:
            raise Impossible(f"There is no message {message_id}.")
        return self.messages[message_id]

    def share_a_guild(self, user: User) -> bool:
        """Whether the bot and the user are in one guild."""
        return any(guild.installed and user.id in guild.members for guild in self.guilds.values())


_Thing = TypeVar("_Thing", User, Guild, Channel)


def _named(things: dict[str, _Thing], name: str, what: str) -> _Thing:
    found = [thing for thing in things.values() if thing.name == name]
    if len(found) != 1:
        raise Impossible(f"There {'is no' if not found else 'are several'} {what} named {name!r}.")
    return found[0]
