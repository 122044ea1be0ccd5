"""Answers that were recorded before, so that a model can be scored again without a network (`recorded:file`)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.llm.endpoint import BadModel, Endpoint
from bot.llm.port import Answer, Prompt


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One recorded answer: the fingerprint of its prompt, who gave it under which prompts, and its text."""

    prompt: str
    model: str
    version: str
    answer: str


class Recorded:
    """Answers by the fingerprint of the prompt."""

    def __init__(self, endpoint: Endpoint) -> None:
        try:
            lines = Path(endpoint.url).read_bytes().splitlines()
            recorded = [msgspec.json.decode(line, type=Line) for line in lines if line.strip()]
        except (OSError, msgspec.DecodeError) as error:
            raise BadModel(f"The recorded answers in {endpoint.url} cannot be read ({error}).") from error
        self._answers = {line.prompt: line.answer for line in recorded}
        self.versions = frozenset(line.version for line in recorded)
        self.name = ", ".join(sorted({line.model for line in recorded}))
        self.recipient = f"nobody: answers recorded of {self.name}"
        self.seconds = endpoint.seconds
        self.prices = endpoint.prices

    async def ask(self, prompt: Prompt) -> Answer:
        """The answer that was recorded; an empty one, which nobody can use, where none was."""
        return Answer(self._answers.get(prompt.fingerprint, ""))

    async def close(self) -> None:
        """Nothing is open."""
