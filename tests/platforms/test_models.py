"""The three wire formats over real libraries and a loopback model: an answer, and every way to get none."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.advisor.opinion import schema
from bot.advisor.prompting import prompt_version
from bot.llm import Answer, BadModel, Cause, Keys, Model, ModelError, Prompt, open_model
from bot.llm.port import CHARACTERS_OUT
from tests.servers.model.process import ModelProcess
from tests.servers.model.server import FITTING

FORMATS = ("openai", "anthropic", "ollama")
PROMPT = Prompt("You are a reader.", "text: CANARY draft", schema())
KEYS = Keys(openai="key-of-openai", anthropic="key-of-anthropic")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Model]:
    model = open_model(url, KEYS)
    try:
        yield model
    finally:
        await model.close()


async def ask(url: str, prompt: Prompt = PROMPT) -> Answer:
    async with opened(url) as model:
        return await model.ask(prompt)


async def cause_of(url: str) -> Cause:
    with pytest.raises(ModelError) as failed:
        await ask(url)
    assert "CANARY" not in f"{failed.value!r} {failed.value.__context__!r}" or failed.value.__suppress_context__
    return failed.value.cause


@pytest.mark.parametrize("format_", FORMATS)
async def test_an_answer_comes_back_as_it_was_given(model: ModelProcess, format_: str) -> None:
    answer = await ask(model.url(format_))
    assert (answer.text, answer.tokens_in, answer.tokens_out) == (FITTING, 9, 7)
    (seen,) = model.seen
    assert (seen["model"], seen["system"], seen["data"]) == ("loopback-1", PROMPT.system, PROMPT.data)
    assert (seen["limit"], seen["schema"], seen["tools"]) == (600, dict(PROMPT.schema), False)


@pytest.mark.parametrize("format_", FORMATS)
async def test_the_form_can_be_left_out_for_gateways_that_refuse_it(model: ModelProcess, format_: str) -> None:
    await ask(model.url(format_) + "&schema=off")
    assert model.seen[0]["schema"] is None


@pytest.mark.parametrize(
    ("format_", "key"), [("openai", "Bearer key-of-openai"), ("anthropic", "Bearer key-of-anthropic"), ("ollama", "")]
)
async def test_each_provider_gets_its_own_key_and_no_other(model: ModelProcess, format_: str, key: str) -> None:
    await ask(model.url(format_))
    assert model.report()["authorised"] == [key]


MODES = {
    "busy": Cause.BUSY,
    "broken": Cause.DOWN,
    "unavailable": Cause.DOWN,
    "no_key": Cause.REFUSED,
    "wrong_model": Cause.REFUSED,
    "bad_request": Cause.REFUSED,
    "cut": Cause.DOWN,
    "fault": Cause.DOWN,
    "stall": Cause.LATE,
    "redirect": Cause.REFUSED,
}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("mode", MODES)
async def test_every_failure_has_its_cause(model: ModelProcess, format_: str, mode: str) -> None:
    model.script(mode, FITTING + " " * 200)
    assert await cause_of(model.url(format_, seconds=0.3 if mode == "stall" else 8)) is MODES[mode]
    report = model.report()
    assert len(report["seen"]) == 1, "no library tries again by itself"
    assert report["redirected"] == 0, "what is sent goes to one host only"


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_model_that_takes_twenty_minutes_is_not_waited_for(model: ModelProcess, format_: str) -> None:
    """Scaled: a thousandth of the deadline of 8 s and of 20 minutes."""
    model.script(slowly=1.2)
    assert await cause_of(model.url(format_, seconds=0.08)) is Cause.LATE


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("mode", ["page", "empty", "garbage", "short"])
async def test_what_is_no_answer_is_no_answer(model: ModelProcess, format_: str, mode: str) -> None:
    model.script(mode, FITTING + " " * 200)
    try:
        answer = await ask(model.url(format_))
    except ModelError as error:
        allowed = error.cause in (Cause.UNREADABLE, Cause.DOWN)
    else:
        allowed = answer.text in FITTING and answer.text != FITTING  # the beginning of one, which the advisor refuses
    assert allowed


@pytest.mark.parametrize("format_", FORMATS)
async def test_an_endless_answer_is_cut_off_while_it_comes(model: ModelProcess, format_: str) -> None:
    model.script("huge")
    assert len((await ask(model.url(format_))).text) == CHARACTERS_OUT + 1


@pytest.mark.parametrize("format_", FORMATS)
async def test_nobody_at_the_address_and_no_tls_there_are_failures(model: ModelProcess, format_: str) -> None:
    assert await cause_of(f"{format_}://m@127.0.0.1:1/v1") is Cause.DOWN
    assert await cause_of(f"{format_}+https://m@127.0.0.1:{model.port}/v1") is Cause.DOWN


@pytest.mark.parametrize("format_", ["openai", "anthropic"])
async def test_the_libraries_log_nothing_of_it(
    model: ModelProcess, format_: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await ask(model.url(format_))
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize("format_", ["openai", "anthropic"])
async def test_no_variable_of_the_environment_sends_it_elsewhere(
    model: ModelProcess, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
    await ask(model.url(format_))
    assert len(model.seen) == 1


@pytest.mark.parametrize(
    ("url", "name"), [("openai://gpt-5", "OPENAI_API_KEY"), ("anthropic://claude", "ANTHROPIC_API_KEY")]
)
def test_a_provider_that_needs_a_key_says_which(url: str, name: str) -> None:
    with pytest.raises(BadModel, match=f"Set {name} or {name}_FILE"):
        open_model(url, Keys())


def test_the_prompt_has_a_version() -> None:
    assert len(prompt_version()) == 8
