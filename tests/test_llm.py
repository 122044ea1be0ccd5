"""TACT_LLM is read strictly, and a model is kept on a short leash."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from adapters.model_figures import ModelFigures
from bot.llm import Answer, BadModel, Cause, ModelError, Prompt, open_model
from bot.llm.endpoint import read_endpoint
from bot.llm.leash import Leash
from bot.llm.port import FREE, Prices
from tests.conftest import Clock

PROMPT = Prompt("ours", "theirs", {})


@pytest.mark.parametrize(
    ("url", "model", "address"),
    [
        ("openai://gpt-5", "gpt-5", "https://api.openai.com/v1"),
        ("openai://meta-llama/Llama-3.1-8B@127.0.0.1:8000/v1", "meta-llama/Llama-3.1-8B", "http://127.0.0.1:8000/v1"),
        ("openai://m@gateway.example/v1/", "m", "https://gateway.example/v1"),
        ("openai+http://m@vllm:8000/v1", "m", "http://vllm:8000/v1"),
        ("anthropic://claude-x", "claude-x", "https://api.anthropic.com"),
        ("ollama://llama3.2:3b", "llama3.2:3b", "http://127.0.0.1:11434"),
        ("ollama+http://llama3.2:3b@ollama:11434", "llama3.2:3b", "http://ollama:11434"),
        ("ollama://m@[::1]:11434", "m", "http://[::1]:11434"),
    ],
)
def test_a_model_and_its_host_are_read(url: str, model: str, address: str) -> None:
    endpoint = read_endpoint(url)
    assert (endpoint.model, endpoint.url) == (model, address)
    assert endpoint.recipient == f"{model} at {endpoint.host}"


def test_options_are_read() -> None:
    endpoint = read_endpoint("ollama://m?seconds=30&schema=off")
    assert (endpoint.seconds, endpoint.schema, endpoint.model, endpoint.prices) == (30, False, "m", FREE)
    assert read_endpoint("openai://m?prices=0.15/0.60").prices == Prices(0.15, 0.6)


@pytest.mark.parametrize(
    "url",
    [
        "gpt-5", "https://api.openai.com", "openai://", "openai://@host", "openai://m@", "openai+ftp://m@h",
        "openai://m@h:99999", "openai://m?seconds=0", "openai://m?seconds=nan", "openai://m?seconds=soon",
        "openai://m?key=x", "openai://m?schema=maybe", "openai://m?prices=1", "openai://m?prices=1/-2", "openai://m?prices=a/b",
        "openai://m?prices=nan/1",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(BadModel, match="TACT_LLM"):
        read_endpoint(url)


def test_a_key_in_the_url_is_not_repeated() -> None:
    with pytest.raises(BadModel) as problem:
        read_endpoint("https://sk-verysecret@host")
    assert "verysecret" not in str(problem.value)


def test_recorded_answers_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="cannot be read"):
        open_model(f"recorded:{tmp_path / 'none.jsonl'}")


class Scripted:
    """A model that does what it was told, in turn, and notes when it was asked."""

    name, recipient, seconds, prices = "scripted", "scripted at home", 0.2, Prices(0.5, 2.0)

    def __init__(self, *turns: Cause | str) -> None:
        self.turns = list(turns)
        self.asked = 0

    async def ask(self, prompt: Prompt) -> Answer:
        self.asked += 1
        turn = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        if turn == "forever":
            await asyncio.Event().wait()
        if isinstance(turn, Cause):
            raise ModelError(turn)
        return Answer(turn, 5, 3)

    async def close(self) -> None:
        pass


async def freely(tokens: int) -> bool:
    return True


async def cause_of(leash: Leash) -> Cause | None:
    try:
        async with leash.patience():
            await leash.ask(PROMPT, freely)
    except ModelError as error:
        return error.cause
    return None


async def test_a_broken_connection_is_tried_once_more_and_nothing_else_is(clock: Clock) -> None:
    model = Scripted(Cause.DOWN, "well")
    assert await cause_of(Leash(model, clock)) is None
    assert model.asked == 2
    for cause in (Cause.BUSY, Cause.REFUSED, Cause.LATE, Cause.UNREADABLE):
        model = Scripted(cause)
        assert await cause_of(Leash(model, clock)) is cause
        assert model.asked == 1


async def test_the_breaker_opens_after_five_failures_probes_each_half_minute_and_closes(clock: Clock) -> None:
    model = Scripted(*[Cause.BUSY] * 7, "well")
    leash = Leash(model, clock)
    assert [await cause_of(leash) for _ in range(6)] == [Cause.BUSY] * 5 + [Cause.PAUSED]
    assert model.asked == 5
    clock.pass_(seconds=29)
    assert await cause_of(leash) is Cause.PAUSED
    clock.pass_(seconds=1)
    assert await cause_of(leash) is Cause.BUSY, "one probe"
    assert await cause_of(leash) is Cause.PAUSED, "and no second one"
    clock.pass_(seconds=30)
    assert await cause_of(leash) is Cause.BUSY
    clock.pass_(seconds=30)
    assert [await cause_of(leash) for _ in range(3)] == [None] * 3, "it is closed again"
    assert model.asked == 10


async def test_a_success_makes_the_breaker_forget(clock: Clock) -> None:
    leash = Leash(Scripted(*[Cause.BUSY] * 4, "well", *[Cause.BUSY] * 4, "well"), clock)
    assert Cause.PAUSED not in [await cause_of(leash) for _ in range(10)]


async def test_a_model_that_hangs_is_late_and_counts_for_the_breaker(clock: Clock) -> None:
    model = Scripted("forever")
    model.seconds = 0.01
    leash = Leash(model, clock)
    assert [await cause_of(leash) for _ in range(6)] == [Cause.LATE] * 5 + [Cause.PAUSED]


async def test_what_the_budget_refuses_is_not_asked(clock: Clock) -> None:
    model = Scripted("well")

    async def broke(tokens: int) -> bool:
        assert tokens == PROMPT.tokens + 600
        return False

    with pytest.raises(ModelError) as refused:
        await Leash(model, clock).ask(PROMPT, broke)
    assert (refused.value.cause, model.asked) == (Cause.SPENT, 0)


async def test_a_prompt_that_is_too_long_is_not_asked(clock: Clock) -> None:
    model = Scripted("well")
    with pytest.raises(ModelError) as refused:
        await Leash(model, clock).ask(Prompt("ours", "x" * 12_001, {}), freely)
    assert (refused.value.cause, refused.value.cause.was_sent, model.asked) == (Cause.LONG, False, 0)


async def test_cost_and_time_are_counted(clock: Clock) -> None:
    leash = Leash(Scripted("well", Cause.BUSY, "well"), clock)
    for _ in range(3):
        await cause_of(leash)
    tally = leash.tally
    assert (tally.calls, tally.tokens_in, tally.tokens_out) == (3, 10, 6)
    assert tally.cost == pytest.approx((10 * 0.5 + 6 * 2) / 1_000_000)
    assert tally.failures == {Cause.BUSY: 1}
    assert sum(tally.within.values()) == 2
    assert tally.seconds >= 0


async def test_prometheus_reads_the_figures_as_they_are_now(clock: Clock) -> None:
    leash = Leash(Scripted("well", Cause.BUSY, "well"), clock)
    registry = CollectorRegistry()
    registry.register(ModelFigures(leash.tally))
    for _ in range(3):
        await cause_of(leash)
    leash.tally.within[float("inf")] += 1  # a slow one
    page = generate_latest(registry).decode()
    for line in (
        "tact_model_calls_total 3.0",
        'tact_model_failures_total{cause="busy"} 1.0',
        'tact_model_tokens_total{direction="in"} 10.0',
        'tact_model_tokens_total{direction="out"} 6.0',
        "tact_model_cost_total 1.7e-05",
        'tact_model_seconds_bucket{le="0.5"} 2.0',
        'tact_model_seconds_bucket{le="+Inf"} 3.0',
        "tact_model_seconds_count 3.0",
    ):
        assert f"{line}\n" in page


async def test_a_second_try_that_is_never_made_does_not_hide_that_the_first_one_was_sent(clock: Clock) -> None:
    once = iter((True, False))

    async def one_call(_tokens: int) -> bool:
        return next(once)

    with pytest.raises(ModelError) as failed:
        await Leash(Scripted(Cause.DOWN), clock).ask(PROMPT, one_call)
    assert (failed.value.cause, failed.value.cause.was_sent) == (Cause.DOWN, True)
