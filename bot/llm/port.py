"""What a language model is to Tact: one prompt in, one text out. Every provider keeps to this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

TOKENS_IN = 4_000
"""Tokens of a prompt at most (reliability catalogue, L05)."""
TOKENS_OUT = 600
"""Tokens of an answer at most (reliability catalogue, L05)."""
CHARACTERS_OUT = 8_000
"""Characters read of an answer; what is longer is no answer to our question and is cut off while it comes."""
BYTES_A_TOKEN = 3
"""Bytes that make a token, estimated so that the estimate is rather too high than too low (English has about four)."""


class Cause(StrEnum):
    """Why there is no answer."""

    LATE = "late"
    BUSY = "busy"
    DOWN = "down"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    PAUSED = "paused"
    SPENT = "spent"
    LONG = "long"

    @property
    def was_sent(self) -> bool:
        """Whether the text may have left before it failed."""
        return self not in (Cause.PAUSED, Cause.SPENT, Cause.LONG)


class ModelError(RuntimeError):
    """There is no answer, for a cause; it never holds a word of the prompt or of the answer."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked: our own words, the data in a fence, and the form of the answer."""

    system: str = field(repr=False)
    data: str = field(repr=False)
    schema: Mapping[str, Any] = field(repr=False)

    @property
    def tokens(self) -> int:
        """Tokens it has, estimated."""
        return -(-len(f"{self.system}{self.data}".encode()) // BYTES_A_TOKEN)

    @property
    def fingerprint(self) -> str:
        """Names the case that is asked about, whatever our own words around it are; for recorded answers."""
        return sha256(self.data.encode()).hexdigest()[:16]


class Prices(NamedTuple):
    """What a million tokens cost, in and out, in whatever currency the operator thinks in."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost."""
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1_000_000


FREE = Prices(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; tokens as the provider counted them, 0 where it did not."""

    text: str = field(repr=False)
    tokens_in: int = 0
    tokens_out: int = 0


class Model(Protocol):
    """A language model at a provider."""

    @property
    def name(self) -> str:
        """The model's name, as the provider knows it."""

    @property
    def recipient(self) -> str:
        """Who reads what is sent, in words: the model and the host."""

    @property
    def seconds(self) -> float:
        """How long an answer is waited for."""

    @property
    def prices(self) -> Prices:
        """What a million tokens cost, in and out; 0 where nobody said."""

    async def ask(self, prompt: Prompt) -> Answer:
        """The answer to a prompt; raises ModelError. It never tries twice."""

    async def close(self) -> None:
        """Lets go of its connections."""
