"""Gateway sessions: what the bot asked to hear, what it was sent, and what must be replayed when it resumes."""

from __future__ import annotations

import json
import secrets
from collections import deque
from typing import Protocol

from tests.servers.discord_platform.errors import Json
from tests.servers.discord_platform.settings import Intents
from tests.servers.discord_platform.world import Guild


class Connection(Protocol):
    """Where a session's events go while it is connected."""

    async def send_text(self, text: str) -> None:
        """Sends one payload."""

    async def close(self, code: int, reason: str = "") -> None:
        """Closes with a code."""


class Session:
    """One identified session; it outlives its connection until it is invalidated."""

    def __init__(self, intents: int, shard: tuple[int, int] | None, replay: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents, self.shard = intents, shard
        self.sequence = 0
        self.sent: deque[tuple[int, str]] = deque(maxlen=replay)
        """Sequence numbers and payloads as they went out."""
        self.connection: Connection | None = None
        self.ready = False
        """Whether it was sent everything it starts with."""

    def owns(self, guild: Guild | None) -> bool:
        """Whether events of a guild (None: of DMs) belong to this session's shard."""
        if self.shard is None:
            return True
        number, shards = self.shard
        return number == ((int(guild.id) >> 22) % shards if guild else 0)

    async def dispatch(self, event: str, body: Json) -> None:
        """Sends an event, or keeps it for the next RESUME."""
        self.sequence += 1
        text = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": body}, separators=(",", ":"))
        self.sent.append((self.sequence, text))
        if self.connection is not None:
            await self.connection.send_text(text)

    def missed(self, sequence: int) -> list[tuple[int, str]] | None:
        """Events after a sequence number; None when they are no longer all there."""
        missed = [(number, text) for number, text in self.sent if number > sequence]
        return missed if len(missed) == self.sequence - sequence else None


class Sessions:
    """All sessions of the bot."""

    def __init__(self) -> None:
        self._by_id: dict[str, Session] = {}

    def all(self) -> list[Session]:
        """Every session that lives or may be resumed."""
        return list(self._by_id.values())

    def find(self, session_id: object) -> Session | None:
        """A session that may still be resumed."""
        return self._by_id.get(session_id) if isinstance(session_id, str) else None

    def add(self, session: Session) -> None:
        """A session after IDENTIFY."""
        self._by_id[session.id] = session

    def end(self, session: Session) -> None:
        """Forgets a session; it cannot be resumed."""
        self._by_id.pop(session.id, None)

    async def dispatch(
        self, event: str, body: Json, *, guild: Guild | None, intent: int = 0, unprivileged: Json | None = None
    ) -> int:
        """Sends an event to every session that is to hear it (`unprivileged` to those without the content intent);
        how many those were."""
        heard = 0
        for session in self.all():
            if not session.owns(guild) or (intent and not session.intents & intent):
                continue
            heard += 1
            await session.dispatch(event, body if session.intents & Intents.CONTENT else unprivileged or body)
        return heard
