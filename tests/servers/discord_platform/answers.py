"""What a test gets back: messages as people see them, and the bot's answer to something they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.servers.discord_platform.components import walk
from tests.servers.discord_platform.errors import Json


@dataclass(frozen=True, slots=True)
class Shown:
    """A message. Names stand for users, channels and guilds; `only_for` names the one reader of an ephemeral one."""

    id: str
    channel: str
    guild: str
    author: str
    content: str
    only_for: str
    interaction: str
    reply_to: str
    nonce: str
    loading: bool
    edited: bool
    deleted: bool
    flags: int
    pings: list[str]
    embeds: list[Json]
    components: list[Json]
    attachments: list[Json]

    @property
    def text(self) -> str:
        """Every text in it, line by line: content, embeds, text displays."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", "")]
            parts += [f"{field['name']}\n{field['value']}" for field in embed.get("fields", [])]
            parts.append(embed.get("footer", {}).get("text", ""))
        parts += [part["content"] for part in walk(self.components) if isinstance(part.get("content"), str)]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> dict[str, str]:
        """Custom ids by label, in order; link buttons have none and are left out."""
        return {part.get("label", ""): part["custom_id"] for part in walk(self.components) if _clickable(part)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person looks at after a command, a click or a form, and how long it took."""

    interaction: str
    kind: str
    """ "message", "update", "modal", "choices", "nothing" (yet) or "failed" ("The application did not respond")."""
    failed: str
    acked_ms: float | None
    """Until the first answer, also a "thinking…" one, in milliseconds."""
    settled_ms: float | None
    """Until the final answer; None while it is still "thinking…"."""
    message: Shown | None
    modal: Json | None
    choices: list[Json]

    @property
    def text(self) -> str:
        """The text of the message; empty without one."""
        return self.message.text if self.message else ""

    @property
    def private(self) -> bool:
        """Whether only the person who asked sees it."""
        return bool(self.message and self.message.only_for)


def read_answer(body: Json) -> Answer:
    """An answer from JSON."""
    message: Any = body.pop("message")
    return Answer(message=Shown(**message) if message else None, **body)


def _clickable(part: Json) -> bool:
    return part.get("type") == 2 and "custom_id" in part
