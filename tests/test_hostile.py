"""Hostile words through everything people can write, to both renderers: nobody is pinged, nothing is hidden, nothing runs.

Reliability catalogue I01, I02, I04, I07, I08, I09 and I10; the number of renderings is printed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.outgoing import to_parts
from adapters.discord.words import load as load_discord
from adapters.slack.outgoing import render as to_slack
from adapters.terminal import paint
from bot.coach import Coach
from bot.judging import Judging
from bot.model import Person, Reply, Room
from bot.reading.masks import LIMIT
from bot.storage.store import Store
from tests.conftest import Clock
from tests.servers.slack.blocks import message_faults
from tests.servers.slack.markup import read_markup

pytestmark = pytest.mark.no_cover  # counting lines would take longer than the steps

ROOT = Path(__file__).parent.parent
ANA = Person("slack:T1", "ana")
HERE = Room("C1", admin=True)
PAYLOADS = (
    "@everyone", "<!channel>", "<@U1>", "<@&1>", "<#C1>", "<!subteam^S1>", "＠everyone", "<\u200b!here>", "`<@U1>`", "```<!here>",
    "<https://evil.example|https://bank.example>", "[bank](https://evil.example)", "[a]:https://evil.example", "javascript:alert(1)",
    "\u202egnp.exe", "||x||", "</tact:1>", "<t:1:R>", "&lt;!channel&gt;", "**_~`>", "{{7919*7919}}", "{%print(7919*7919)%}", "${7919*7919}", "#{7919*7919}",
    "{0.__class__}", "%(a)s%n", "';DROP/**/TABLE/**/people;--", "\x1b[31mred\x1b[0m", "\x00\ud800", "e" + "\u0301" * 60, "=cmd()",
    "http://169.254.169.254/", "file:///etc/passwd", "A\r\nSet-Cookie:x", "\U000e0041\ufeff", "ﷺ" * 30,
)  # fmt: skip
LINES = (
    "check on linkedin as a dm to a stranger: Hi {x}, buy {x} now, last chance today!!!", "check on slack in a channel: can somebody help {x}",
    "check to {x}: could you introduce me?", "check on {x}: hi", "check {x}", "{x}", "where: vote for {x}", "gave help to {x}",
    "asked advice from {x}", "asked {x} answered", "gave {x}", "thanked {x}", "sent to {x}", "asked list", "balance", "tie {x} like",
    "tie {x}", "tie {x} did {x}", "tie forget {x}x", "tie", "purpose {x}", "purpose career on {x}", "review {x}", "review done {x}",
    "review later {x}", "tips {x}", "tips on weekdays at {x}", "tips at 9 in {x}", "tips pause {x}", "tips why {x}", "quiet {x}",
    "quiet nudges {x}", "quiet 20:00 to 8:00 in {x}", "charter here: No recruiting {x}. Links {x} only in #links.", "charter preview: {x}. No {x}.",
    "charter {x}", "charter", "charter versions", "privacy {x}", "privacy export", "help {x}", "chek {x}", "asked advice from {x} on 2026-99-99",
)  # fmt: skip
DEAR = ("where", "charter here", "charter preview")
_ESCAPED = re.compile(r"\\.|<https?://[^\s<>]+>", re.DOTALL)
_ALIVE = re.compile(r"[<\[`]|\|\||\]\(|~~|^\s*(?:-#|#{1,3}|>{1,3})\s", re.MULTILINE)
_RAN = ("62710561", "<class", "built-in", "__globals__", "root:")
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def faults(reply: Reply) -> Iterator[str]:
    """What a reply would do on Slack, on Discord or on a terminal beyond being read."""
    for message in to_slack(reply):
        yield from message_faults(message.blocks)
        markup = read_markup({"text": message.text, "blocks": message.blocks})
        yield from markup.pings + markup.unescaped + [label for _, label in markup.links if label]
        if _STEERS.search(str(message.blocks)):
            yield "an unseen character reaches Slack"
    for part in to_parts(reply, load_discord()):
        yield from _ALIVE.findall(_ESCAPED.sub("", part.text))
        if _STEERS.search(part.text + part.file):
            yield "an unseen character reaches Discord"
        part.text.encode()
    if _STEERS.search(paint(reply)):
        yield "a control character reaches the terminal"


async def test_whatever_is_written_is_only_ever_shown(
    judging: Judging, store: Store, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    coach, shown = Coach(judging, store, clock), 0
    for number, payload in enumerate(PAYLOADS):
        for place, line in enumerate(LINES):
            if (number + place) % 2 or (line.startswith(DEAR) and number % 6 > 1):
                continue  # every second; and few of those that judge a draft in every place there is
            said = line.replace("{x}", payload)
            reply = await coach.hear(ANA, said, HERE)
            assert list(faults(reply)) == [], said
            ran = [sign for sign in _RAN if sign in reply.text and sign not in said]
            assert not ran, (said, reply.text)
            shown += 3
        await coach.seen(ANA, f"Could anyone help me with {payload}? It does not run.", HERE, payload)
        await coach.reacted(ANA, payload, HERE)
    with capsys.disabled():
        print(f"\nhostile: {len(PAYLOADS)} payloads in {len(LINES)} lines, {shown:,} renderings")


@pytest.mark.parametrize("what", ["a ", "\u0301", "\ud800"])
async def test_every_size_of_every_kind_gets_an_answer(what: str, judging: Judging, store: Store, clock: Clock) -> None:
    """I04: nothing over the limit is judged, and it is said so."""
    coach = Coach(judging, store, clock)
    said = await coach.hear(ANA, "x" * (LIMIT + 1), HERE)
    assert f"over {LIMIT:,} characters" in said.text
    for times in (0, 1, LIMIT, 250_000):
        await every_kind(coach, what, times)


async def every_kind(coach: Coach, what: str, times: int) -> None:
    for said in (
        what * times,
        f"check: {what * times}",
        f"gave help to {what * times}",
        f"charter here: {what * times}",
    ):
        reply = await coach.hear(ANA, said, HERE)
        assert reply.text
        assert list(faults(reply)) == []


async def test_nothing_that_is_said_opens_a_connection(judging: Judging, store: Store, clock: Clock) -> None:
    """I09: links, addresses and charters are words; the interpreter itself tells of every connection."""
    opened: list[str] = []
    listening = [True]

    def heard(event: str, args: tuple[Any, ...]) -> None:
        if listening and event in (
            "socket.connect",
            "socket.getaddrinfo",
            "urllib.Request",
            "subprocess.Popen",
            "os.system",
        ):
            opened.append(f"{event} {args[-1]}")

    sys.addaudithook(heard)
    coach = Coach(judging, store, clock)
    try:
        for address in ("http://127.0.0.1:1/", "https://evil.example/x"):
            for line in LINES:
                await coach.hear(ANA, line.replace("{x}", address), HERE)
    finally:
        listening.clear()
    assert opened == []


SOURCES = [
    path for folder in ("bot", "adapters") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
]
FORBIDDEN = {"eval", "exec", "from_string", "Template", "system", "popen", "import_string", "exec_driver_sql_text"}
OF_OWN_NAMES = {"moving.py", "sqlite.py"}
"""They name our own tables and settings of the engine: no word of anybody comes near them."""
RAW = {"text", "exec_driver_sql", "execute", "executemany"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_turns_words_into_code_templates_or_statements(path: Path) -> None:
    """I07 and I08: a template is a file, a statement is built by SQLAlchemy or stands there as a constant."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        assert name not in FORBIDDEN, f"{path}:{node.lineno}: {name}"
        if name in RAW and "storage" in path.parts and node.args:
            put_together = isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            assert not put_together or path.name in OF_OWN_NAMES, f"{path}:{node.lineno}: a statement is put together"


def test_templates_are_files_and_an_undefined_name_is_an_error() -> None:
    environments = [path for path in SOURCES if "Environment(" in path.read_text(encoding="utf-8")]
    assert sorted(path.name for path in environments) == ["page.py", "pictures.py", "prompting.py", "render.py"]
    for path in environments:
        assert "StrictUndefined" in path.read_text(encoding="utf-8")
