"""Tools for agents: a real client calls each over standard input and output of another process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters, stdio_client

from bot.model import Network

CANARY = "Zanzibar-canary-77"
PITCH = f"Hi! I help bakers double their income, book a free audit today. {CANARY}"
TOOLS = {"check_draft", "where_to_post", "chart", "charter_lint"}


@asynccontextmanager
async def connected(log: Path) -> AsyncIterator[Client]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(log.parent), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    started = StdioServerParameters(command=sys.executable, args=["-m", "adapters", "mcp"], env=environment)
    with log.open("w") as errors:
        async with Client(stdio_client(started, errlog=errors)) as client:
            yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers, as data."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """What a tool says of arguments it cannot use."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.content[0].text  # type: ignore[union-attr]


async def test_each_tool_answers_says_what_is_wrong_with_its_input_and_keeps_nothing(tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    async with connected(log) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(listed) == TOOLS
        for tool in listed.values():
            assert tool.description
            assert tool.output_schema
        networks = str(listed["check_draft"].input_schema)
        assert all(f"'{network.value}'" in networks for network in Network)

        context = {"network": "linkedin", "delivery": "dm", "relation": "stranger"}
        verdict = await call(client, "check_draft", text=PITCH, **context)
        assert verdict["verdict"] == "avoid"
        assert verdict["place"].startswith("LinkedIn, message to one person")
        assert verdict["findings"][0]["source"]
        assert (
            "which network"
            in (await call(client, "check_draft", text="Could you vote for my bread?"))["question"].lower()
        )
        ruled = await call(
            client, "check_draft", text="We're hiring a baker, £15 an hour.", network="slack", delivery="channel",
            relation="acquaintance", charter="No recruiting. Be excellent.",
        )  # fmt: skip
        assert ruled["findings"][0]["reason"] == "charter_violation"
        assert ruled["unread_rules"] == ["Be excellent"]

        ways = (await call(client, "where_to_post", text="Please vote for my neighbour's blog in the contest"))[
            "result"
        ]
        order = [("fits", "adjust", "avoid").index(way["verdict"]) for way in ways]
        assert order == sorted(order)
        assert {way["network"] for way in ways} == {network.value for network in Network}

        chart = await call(client, "chart", charter="No recruiting.", network="discord", svg=True)
        assert "**LinkedIn**" in chart["words"]
        assert chart["svg"].startswith("<svg")
        assert any(field["by_charter"] and field["kind"] == "a job on offer" for field in chart["fields"])
        assert (await call(client, "chart"))["svg"] == ""

        rules = "Be excellent. Memes are welcome. No memes."
        linted = await call(client, "charter_lint", charter=rules)
        read = {one["sentence"]: (one["read_as"], one["trouble"]) for one in linted["sentences"]}
        assert read["Be excellent"] == ("not read", "vague")
        assert read["Memes are welcome"] == ("allow", "conflict")
        assert (await call(client, "charter_lint", charter="No recruiting."))["changes"][0]["after"] == "avoid"

        assert "linkedin" in await refused(client, "check_draft", text=PITCH, network="myspace")
        assert "no words" in await refused(client, "check_draft", text=f" \n {' ' * 3}")
        assert "at most" in await refused(client, "where_to_post", text="x" * 20_001)
        assert "required" in (await refused(client, "charter_lint")).lower()
    assert log.read_text() == ""  # what a client sends wrongly may be a draft too
    assert [file for file in log.parent.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()] == []


def test_without_the_package_one_sentence_says_what_to_install() -> None:
    code = "import sys; sys.modules['mcp'] = None; from adapters.__main__ import main; main(['mcp'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (78, "")
    assert "pip install 'tact[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr
