"""What was sent to the app and how each try went."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Attempt:
    """One try: `status` is the HTTP status (200 for a socket's ack), `reason` why it was made again."""

    number: int
    reason: str | None = None
    status: int | None = None
    seconds: float = 0.0
    body: str = ""
    error: str | None = None
    no_retry: bool = False
    socket: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """Something sent to the app; `sort` is event, command or interaction, `user_sees` Slack's own error words."""

    id: str
    sort: str
    name: str
    team: str
    user: str | None = None
    event_id: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    user_sees: str | None = None
    withheld: str | None = None  # why Slack would not have sent it at all
    done: bool = False

    def as_json(self) -> Json:
        return asdict(self) | {"acked": bool(self.attempts) and self.attempts[-1].succeeded}
