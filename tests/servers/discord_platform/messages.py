"""Messages come to be, change and go; everybody who would see it is told, and the journal keeps it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tests.servers.discord_platform.components import numbered
from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.journal import Journal
from tests.servers.discord_platform.limits import EPHEMERAL, LOADING, VERSION2
from tests.servers.discord_platform.payloads import bare_member_json, user_json
from tests.servers.discord_platform.sessions import Sessions
from tests.servers.discord_platform.settings import Intents
from tests.servers.discord_platform.world import Channel, Interaction, InteractionKind, Message, User, World

REPLY, COMMAND_ANSWER = 19, 20
HIDDEN: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
"""What a session without the content intent gets of other people's messages."""


class Messages:
    """The only place where a message is made, changed or deleted."""

    def __init__(self, world: World, sessions: Sessions, journal: Journal) -> None:
        self._world, self._sessions, self._journal = world, sessions, journal

    async def create(
        self, channel: Channel, author: User, body: Json, interaction: Interaction | None = None
    ) -> Message:
        """A new message; one from an interaction may be ephemeral."""
        only_for = interaction.user if interaction and body.get("flags", 0) & EPHEMERAL else None
        message = Message(self._compose(channel, author, body, interaction), channel, author, only_for, interaction)
        self._world.add_message(message)
        self._journal.write("message", **shown(message))
        if not message.body["flags"] & LOADING:
            await self._tell("MESSAGE_CREATE", message)
        return message

    async def edit(self, message: Message, body: Json) -> None:
        """Changes what a body names; a "thinking…" message becomes an ordinary one."""
        loading = message.body["flags"] & LOADING
        for name, empty in (("content", ""), ("embeds", []), ("components", [])):
            if name in body:
                message.body[name] = body[name] or empty
        if "content" in body:
            message.body |= self._mentions(message.body["content"], body)
        message.body["embeds"] = [{"type": "rich", **embed} for embed in message.body["embeds"]]
        message.body["components"] = numbered(message.body["components"])
        message.body["flags"] = (message.body["flags"] & ~LOADING) | ((body.get("flags") or 0) & VERSION2)
        if "attachments" in body or body.get("files"):
            kept = {str(file.get("id")) for file in body.get("attachments") or []}
            old = [file for file in message.body["attachments"] if file["id"] in kept]
            message.body["attachments"] = old + list(body.get("files") or [])
        if not loading:
            message.body["edited_timestamp"] = now()
        self._journal.write("edit", **shown(message))
        await self._tell("MESSAGE_CREATE" if loading else "MESSAGE_UPDATE", message)

    async def delete(self, message: Message) -> None:
        """Takes a message away."""
        message.deleted = True
        message.channel.messages.pop(message.id, None)
        self._journal.write("delete", **shown(message))
        guild = message.channel.guild
        body: Json = {"id": message.id, "channel_id": message.channel.id} | ({"guild_id": guild.id} if guild else {})
        if message.only_for is None and message.channel.has_bot:
            await self._sessions.dispatch("MESSAGE_DELETE", body, guild=guild, intent=needed(message.channel))

    def _compose(self, channel: Channel, author: User, body: Json, interaction: Interaction | None) -> Json:
        content = body.get("content") or ""
        message: Json = {
            "id": self._world.snowflake(), "channel_id": channel.id, "author": user_json(author), "content": content,
            "timestamp": now(), "edited_timestamp": None, "tts": False, "mention_roles": [], "pinned": False,
            "attachments": list(body.get("files") or []), "type": 0, "flags": body.get("flags") or 0,
            "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or []],
            "components": numbered(body.get("components") or []), **self._mentions(content, body),
        }  # fmt: skip
        if author.bot:
            message["application_id"] = self._world.bot.id
        if body.get("nonce") is not None:
            message["nonce"] = body["nonce"]
        if body.get("message_reference"):
            message |= {"message_reference": body["message_reference"], "type": REPLY}
        if interaction is not None:
            message |= {"webhook_id": self._world.bot.id, "interaction_metadata": _metadata(interaction)}
            if interaction.original is None and interaction.kind is InteractionKind.COMMAND:
                message["type"] = COMMAND_ANSWER
        return message

    def _mentions(self, content: str, body: Json) -> Json:
        """Whom a text pings: everybody it names unless `allowed_mentions` says otherwise, as on Discord."""
        allowed = body.get("allowed_mentions") or {"parse": ["users", "roles", "everyone"]}
        parse, users = allowed.get("parse") or [], {str(one) for one in allowed.get("users") or []}
        named = [one for one in re.findall(r"<@!?(\d+)>", content) if one in self._world.users]
        pinged = [self._world.users[one] for one in named if "users" in parse or one in users]
        everyone = "everyone" in parse and bool(re.search(r"@(everyone|here)\b", content))
        return {"mention_everyone": everyone, "mentions": [user_json(user) for user in pinged]}

    async def _tell(self, event: str, message: Message) -> None:
        guild, author = message.channel.guild, message.author
        if message.only_for is not None or not message.channel.has_bot:
            return
        body = dict(message.body)
        if guild is not None:
            body["guild_id"] = guild.id
            if author.id in guild.members:
                body["member"] = bare_member_json()
        bot = self._world.bot
        readable = guild is None or author is bot or any(user["id"] == bot.id for user in body["mentions"])
        hidden = body if readable else body | HIDDEN
        await self._sessions.dispatch(event, body, guild=guild, intent=needed(message.channel), unprivileged=hidden)


def needed(channel: Channel) -> Intents:
    """The intent a session needs to hear of messages in a channel."""
    return Intents.DIRECT_MESSAGES if channel.guild is None else Intents.GUILD_MESSAGES


def shown(message: Message) -> Json:
    """A message as a test and the file on disk read it: names instead of numbers, and who sees it."""
    body, channel = message.body, message.channel
    return {
        "id": message.id,
        "channel": channel.name,
        "guild": channel.guild.name if channel.guild else "",
        "author": message.author.name,
        "only_for": message.only_for.name if message.only_for else "",
        "interaction": message.interaction.id if message.interaction else "",
        "reply_to": (body.get("message_reference") or {}).get("message_id", ""),
        "loading": bool(body["flags"] & LOADING),
        "edited": body["edited_timestamp"] is not None,
        "deleted": message.deleted,
        "nonce": str(body.get("nonce", "")),
        "pings": [user["username"] for user in body["mentions"]] + ["@everyone"] * body["mention_everyone"],
        **{name: body[name] for name in ("content", "flags", "embeds", "components", "attachments")},
    }


def now() -> str:
    """The time as Discord writes it."""
    return datetime.now(UTC).isoformat()


def _metadata(interaction: Interaction) -> Json:
    return {
        "id": interaction.id, "type": int(interaction.kind), "user": user_json(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }  # fmt: skip
