"""What an operator is told: one line an event, kinds and figures, and where the loop stands when it does."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from adapters.logs import Lines
from adapters.watching import kind_of
from bot import tracing
from bot.delivery import Delivery
from bot.letters import Address, Letter, LetterKind, Outcome, Report
from bot.model import Person, Reply
from bot.storage.store import Store
from bot.watching import Watch, surface_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Person("slack:T1", "UANA")
CANARY = "ZQX CANARY"


def line(name: str, message: str, *values: object, error: BaseException | None = None) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.WARNING, "/x/library.py", 7, message, values, info)
    written = Lines().format(record)
    assert len(written.splitlines()) == 1
    assert written.isascii()
    read: dict[str, object] = json.loads(written)
    return read


def test_an_event_is_one_line_whatever_goes_into_it() -> None:
    told = line("tact.slack", "it said %s", 'a"}\n{"level": "info"\x1b[2J\u2028 row', 7)
    assert told["event"] == "it said %s"
    assert told["with"] == ['a"}', 7]


def test_of_libraries_only_the_place_and_kind_are_told() -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as raised:
        told = line("discord.http", f"posted {CANARY} %s", CANARY, error=raised)
    assert CANARY not in json.dumps(told)
    assert (told["where"], told["kind"]) == ("library:7", "ValueError")
    assert str(told["at_line"]).split("/")[-1].startswith("test_watching.py:")


def test_a_label_is_a_word_of_the_code_and_nothing_of_a_persons() -> None:
    def kind(*values: object) -> str:
        return kind_of(logging.LogRecord("tact.x", logging.ERROR, "", 0, "%s", values, None))

    assert kind("StoreError") == "StoreError"
    assert kind(TimeoutError(CANARY)) == "TimeoutError"
    for other in (CANARY, "my Error", f"{CANARY}Error", "x" * 41 + "Error", 7):
        assert kind(other) == "error"
    assert {surface_of(Person(tenant, "U")) for tenant in ("slack:T1", "discord", CANARY, "")} == {
        "slack", "discord", "other"
    }  # fmt: skip


class Slow:
    """A sender that delivers."""

    platform = "slack"

    async def send(self, letter: Letter) -> Report:
        return Report(Outcome.DELIVERED)


class Noted(Watch):
    """Keeps which trace an attempt had."""

    def __init__(self) -> None:
        self.attempts: list[tuple[str, Outcome, str]] = []

    def attempt(self, platform: str, outcome: Outcome) -> None:
        self.attempts.append((platform, outcome, tracing.current()))


async def test_the_trace_of_an_event_goes_along_through_the_outbox_to_the_delivery(store: Store) -> None:
    watch = Noted()
    began = tracing.begin()
    await store.addresses.keep(ANA, Address("slack", "T1", "UANA"), NOW)
    await store.outbox.put(ANA, LetterKind.ANSWER, Reply("Hi"), NOW, cause="a", at=NOW)
    tracing.follow("")
    await Delivery(store, {"slack": Slow()}, lambda: NOW, Random(1), watch=watch).once()
    assert watch.attempts == [("slack", Outcome.DELIVERED, began)]
    assert len(began) == tracing.LONGEST


STALL = """
import asyncio, sys, time
from adapters import logs
from adapters.lag import Watchdog

async def main():
    logs.begin(sys.stderr, "info")
    late = []
    beating = asyncio.create_task(Watchdog(late.append, slow=0.3, stuck=float(sys.argv[1])).run())
    await asyncio.sleep(0.3)
    time.sleep(1.0)
    await asyncio.sleep(0.3)
    beating.cancel()
    print(max(late) > 0.5)

asyncio.run(main())
"""


@pytest.mark.parametrize(("stuck", "code"), [("60", 0), ("0.8", 70)])
def test_a_loop_that_stands_still_is_told_with_its_place_and_ended_when_it_stays_so(stuck: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STALL, stuck], capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[1]
    )
    assert done.returncode == code, done.stderr
    told = [json.loads(one) for one in done.stderr.splitlines()]
    assert told[0]["event"] == "the loop has stood still for %.1f s at %s"
    assert "<string>:" in told[0]["with"][1]
    assert len(told) == (1 if code == 0 else 2)
    assert done.stdout.strip() == ("True" if code == 0 else "")


def test_warnings_of_python_are_lines_as_well() -> None:
    from adapters import logs

    out, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers.clear()
    try:
        logs.begin(out, "info")
        logging.getLogger("py.warnings").warning("%s", CANARY)
        logging.getLogger("tact.x").info("well")
        logging.getLogger("discord").info(CANARY)
    finally:
        logging.captureWarnings(False)
        root.handlers[:], root.level = before, level
        logging.getLogger("tact").setLevel(logging.NOTSET)
    assert [json.loads(one)["part"] for one in out.getvalue().splitlines()] == ["py.warnings", "tact.x"]
    assert CANARY not in out.getvalue()
