"""`tact eval FILE --llm URL`: the same labelled cases with a language model's second opinion, and what that changes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot import scoring
from bot.advisor import Advisor, Second
from bot.judging import Judging
from bot.llm import Answer, BadModel, Keys, Model, Prompt, open_model
from bot.llm.recorded import Line, Recorded
from bot.model import Case
from bot.scoring import Labelled
from bot.settings import ModelSettings, SettingsError

FIGURES = ("accuracy", "kappa", "kappa_quadratic", "false_alarms", "avoid_waved_through", "first_reason_right")


@dataclass(frozen=True)
class Opinions:
    """The cases with a model's part in them, and how that went."""

    rows: list[Labelled]
    seconds: list[Second]
    advisor: Advisor
    stale: bool
    """Whether the answers were recorded under other prompts than today's."""


def ask(
    cases: Sequence[Case], rows: Sequence[Labelled], judging: Judging, model: ModelSettings, record: Path | None
) -> Opinions:
    """Asks about every case, one after another; raises SettingsError for a model that cannot be used."""
    try:
        opened = open_model(model.url, Keys(model.openai_key, model.anthropic_key))
    except BadModel as problem:
        raise SettingsError(str(problem)) from problem
    kept: list[tuple[Prompt, Answer]] = []
    advisor = Advisor(_Keeping(opened, kept), judging, lambda: datetime.now(UTC))
    seconds = asyncio.run(_ask_all(cases, rows, advisor))
    if record is not None:
        _write(record, kept, advisor.version)
    said = [replace(row, said=second.verdict) for row, second in zip(rows, seconds, strict=True)]
    stale = isinstance(opened, Recorded) and opened.versions != {advisor.version.partition(":")[0]}
    return Opinions(said, seconds, advisor, stale)


def compared(without: Sequence[Labelled], opinions: Opinions) -> Iterator[str]:
    """The table: figures without and with the model, and every verdict that it changed."""
    alone, both = scoring.score(without), scoring.score(opinions.rows)
    yield f"\nwith a second opinion of {opinions.advisor.recipient} (prompt:model {opinions.advisor.version})"
    if opinions.stale:
        yield "recorded under other prompts than today's; record them again to be sure (--record)"
    yield f"{'':22}{'without':>9}{'with':>9}"
    for name in FIGURES:
        yield f"{name:22}{alone[name]:9.3f}{both[name]:9.3f}"
    asked = Counter(second.missing.value if second.missing else "answered" for second in opinions.seconds)
    yield f"{'':22}{', '.join(f'{name} {count}' for name, count in sorted(asked.items()))}"
    tally = opinions.advisor.tally
    yield f"{'':22}{tally.calls} calls, {tally.tokens_in} tokens in, {tally.tokens_out} out, {tally.seconds:.1f} s, cost {tally.cost:.4f}"
    yield "\nverdicts that changed: labelled, without, with, rewrites shown"
    for before, after, second in zip(without, opinions.rows, opinions.seconds, strict=True):
        if before.said.fit is not after.said.fit:
            codes = f"{before.fit.code:8}{before.said.fit.code:8}{after.said.fit.code:8}"
            yield f"{before.name:16}{codes}{len(second.rewrites)}"


async def _ask_all(cases: Sequence[Case], rows: Sequence[Labelled], advisor: Advisor) -> list[Second]:
    try:
        return [
            await advisor.advise(case, row.said) if advisor.wants(case, row.said) else Second(row.said)
            for case, row in zip(cases, rows, strict=True)
        ]
    finally:
        await advisor.close()


class _Keeping:
    """A model whose answers are kept as they come, to be recorded."""

    def __init__(self, model: Model, kept: list[tuple[Prompt, Answer]]) -> None:
        self._model = model
        self._kept = kept
        self.name, self.recipient = model.name, model.recipient
        self.seconds, self.prices = model.seconds, model.prices

    async def ask(self, prompt: Prompt) -> Answer:
        """The model's answer."""
        answer = await self._model.ask(prompt)
        self._kept.append((prompt, answer))
        return answer

    async def close(self) -> None:
        """Lets go of the model's connections."""
        await self._model.close()


def _write(file: Path, kept: Sequence[tuple[Prompt, Answer]], version: str) -> None:
    prompts, _, name = version.partition(":")
    lines = (msgspec.json.encode(Line(p.fingerprint, name, prompts, answer.text)) for p, answer in kept)
    file.write_bytes(b"".join(line + b"\n" for line in lines))
