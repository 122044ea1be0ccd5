"""What the control API tells a test: what people saw, what was delivered, what was called."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Read from JSON; unknown fields are left out."""

    @classmethod
    def of(cls, entry: Json) -> Self:
        return cls(**{f.name: entry[f.name] for f in fields(cls) if f.name in entry})


@dataclass(frozen=True, slots=True)
class Shown(Told):
    """Something people saw.

    `action`: post, update, delete, stream_*, open, push, close, clear, errors, publish, status, title, prompts, notice, say.
    `seen`: public, private, dm, group_dm, ephemeral, view, home, notice, or nobody. `to` is the only one who saw it.
    """

    n: int
    action: str
    seen: str
    team: str
    at: float = 0.0
    channel: str | None = None
    to: str | None = None
    by: str = ""
    via: str = ""
    ts: str | None = None
    thread_ts: str | None = None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    view: Json = field(default_factory=dict)
    errors: Json = field(default_factory=dict)
    prompts: list[Json] = field(default_factory=list)
    loading_messages: list[str] = field(default_factory=list)
    pings: list[str] = field(default_factory=list)
    links: list[list[str]] = field(default_factory=list)
    unescaped: list[str] = field(default_factory=list)
    previews: list[str] = field(default_factory=list)

    @property
    def view_id(self) -> str:
        return str(self.view["id"])

    @property
    def source(self) -> Json:
        return {"view_id": self.view_id} if self.view else {"channel": self.channel, "ts": self.ts}

    @property
    def words(self) -> str:
        """Every text a person can read in it, a line each."""
        return "\n".join([self.text, *_texts([self.blocks, self.view])]).strip()


@dataclass(frozen=True, slots=True)
class Attempt(Told):
    """One try of a delivery; `number` and `reason` are what the retry headers said.

    Read from the record it also says of which delivery; a delivery's own attempts leave that out.
    """

    number: int = 0
    reason: str | None = None
    status: int | None = None
    seconds: float = 0.0
    body: str = ""
    error: str | None = None
    socket: str | None = None
    sort: str = ""
    name: str = ""
    team: str = ""
    user: str | None = None
    event_id: str | None = None
    trigger_id: str | None = None

    @property
    def acked(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery(Told):
    """Something sent to the app; `withheld` says why Slack would not have sent it."""

    id: str
    sort: str
    name: str
    acked: bool
    done: bool
    attempts: list[Attempt]
    event_id: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    user_sees: str | None = None
    withheld: str | None = None

    @classmethod
    def of(cls, entry: Json) -> Self:
        attempts = [Attempt.of(attempt) for attempt in entry["attempts"]]
        return super(Delivery, cls).of({**entry, "attempts": attempts})

    @property
    def status(self) -> int | None:
        return self.attempts[-1].status if self.attempts else None

    @property
    def seconds(self) -> float:
        return self.attempts[-1].seconds

    @property
    def body(self) -> str:
        return self.attempts[-1].body

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Call(Told):
    """One call of the Web API; `error` is set when it was refused or made to fail."""

    n: int
    at: float
    method: str
    args: Json
    ok: bool
    status: int
    error: str | None = None
    team: str | None = None


def read_log(log: Path) -> tuple[list[Shown], list[Attempt]]:
    """What the server wrote to disk: all that people saw, and all that was sent to the app; a cut last line is left out."""
    lines = [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]
    shown = [Shown.of(entry) for entry in lines if entry["kind"] == "shown"]
    return shown, [Attempt.of(entry) for entry in lines if entry["kind"] == "delivery"]


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in ("text", "alt_text") if isinstance(value.get(name), str)]
    return own + [text for inner in value.values() for text in _texts(inner)]
