"""Parsers and doors under whatever comes: an answer or one clear refusal, never another exception (E10, I11, S01, S07).

Seeded by the tests' names, so that a failure is the same everywhere; `FUZZ=100000 pytest tests/test_fuzz.py` goes further.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.admission import Admission
from adapters.bodies import BODY_LIMIT
from adapters.discord.interactions import PATH, Interactions
from adapters.lines import judge_lines
from adapters.slack.front import ALLOWED, Front
from adapters.web.page import make_app
from bot import anatomy, reading, wording
from bot.commands import EXAMPLES, NAMES, BadCommand
from bot.grammar import Grammar
from bot.judging import Judging
from bot.local_charters import LIMIT, read_charter
from bot.model import Case, Delivery, Habit, Network
from bot.schedule import BadSchedule
from bot.schedule_words import parse_days, parse_quiet, parse_time, parse_until
from bot.zones import BadZone, parse_zone
from tests.page_schema import FIELDS_OF_FORMS, LOCAL, ROUTES

TIMES = int(os.environ.get("FUZZ", "0"))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def often(examples: int) -> settings:
    """So many examples here, or as many as FUZZ says."""
    return settings(
        max_examples=TIMES or examples,
        derandomize=not TIMES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


WORDS = st.sampled_from([
    *NAMES, *EXAMPLES.values(), *Network, *Delivery, "on", "as", "to", "a", "A", ":", ",", "M", "did", "like", "forget", "answered", "list",
    "yesterday", "3 days ago", "2026-03-02", "0000-00-00", "at 9", "in Europe/Berlin", "every day", "mon-fri", "22:00 to 7:00", "pause",
    "2 weeks", "until", "24 dec", "29 feb", "#1", "²", "١", "١٢", "99999999999999999999", "-", "--", "“x”", "'", '"', "nudges", "off", "back to",
    "here", "everywhere", "preview", "\n", "\u200b", "İ", "ß", "\x00",
])  # fmt: skip
TEXTS = st.one_of(st.lists(WORDS | st.text(max_size=6), max_size=12).map(" ".join), st.text(max_size=80))


@often(300)
@given(TEXTS)
def test_the_grammar_reads_or_refuses_in_a_sentence(text: str) -> None:
    """What is refused names the trouble and an example, in three lines at most."""
    try:
        assert Grammar(wording.load().synonyms).parse(text) is not None
    except BadCommand as problem:
        said = str(problem)
        assert 10 < len(said) < 1000 + len(text)
        assert said.count("\n") <= 2 + text.count("\n")


@often(250)
@given(TEXTS)
def test_words_about_time_are_read_or_refused(text: str) -> None:
    for parse in (parse_days, parse_time, parse_quiet, parse_zone):
        try:
            parse(text)
        except (BadSchedule, BadZone) as problem:
            assert "\n" not in str(problem)  # noqa: PT017
    try:
        assert parse_until(text, NOW, ZoneInfo("Europe/Berlin")) > NOW
    except BadSchedule as problem:
        assert "\n" not in str(problem)  # noqa: PT017


RULES = st.sampled_from([
    "No recruiting", "Own projects only in #showcase", "#help: be kind", "up to 5 words", "at most 99999999999 lines", "must be in English",
    "tag with [HIRING]", "Everybody may", ".", ";", "?!", "\n", "unless", "#", "[", "]", "....", "Links are welcome", "no DMs",
])  # fmt: skip


@often(100)
@given(text=st.lists(RULES | st.text(max_size=20), max_size=25).map(" ".join), draft=TEXTS)
def test_charters_and_the_anatomy_of_asks_take_any_text(text: str, draft: str) -> None:
    """Every clause is a sentence of the charter, and what is unread judges nothing."""
    charter = read_charter(text)
    assert all(clause.sentence in text[:LIMIT] for clause in charter.clauses)
    read = reading.read(draft)
    case = Case(draft, Network.SLACK, Delivery.CHANNEL)
    charter.breaches(case, read)
    anatomy.missing(case, read, frozenset({Habit.TAKER}), anatomy.load())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([*Network, *Delivery, 10**40]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["id", "text", "network", "delivery", "relation", "form", "purpose", "history", "charter", "x"]
)
LINES = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(FIELDS, VALUES, max_size=8).map(lambda case: json.dumps(case).encode()),
    st.dictionaries(FIELDS, VALUES, max_size=8).map(
        lambda case: json.dumps({"text": "hi"} | case, ensure_ascii=False).encode()[:-1]
    ),
).map(lambda line: line.replace(b"\n", b" "))


@often(80)
@given(lines=st.lists(LINES, min_size=1, max_size=6))
def test_the_judge_answers_every_line_with_one(judging: Judging, lines: list[bytes]) -> None:
    """In order, as JSON, whatever stands in a line; the exit code tells of errors."""
    out = io.BytesIO()
    code = judge_lines(lines, out, judging)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == sum(bool(line.strip()) for line in lines)
    assert code == any("error" in answer for answer in answers)
    assert all(("verdict" in answer) != ("error" in answer) for answer in answers)


@dataclass
class Behind:
    """What came through a door."""

    got: list[str] = field(default_factory=list)

    async def dispatch(self, text: str, _: web.BaseRequest) -> web.Response:
        self.got.append(text)
        return web.Response(status=200)


SECRET = "shhh"
HEADERS = st.dictionaries(
    st.sampled_from(["X-Slack-Request-Timestamp", "X-Slack-Signature", "Content-Encoding", "Content-Type"]),
    st.sampled_from(["", "0", "abc", "v0=" + "0" * 64, "gzip", "nan", "-1", "1e9", "9" * 400]) | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12),
    max_size=4,
)  # fmt: skip


@pytest.fixture
async def slack_door() -> AsyncIterator[tuple[TestClient[Any, Any], Behind]]:
    behind = Behind()
    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_post("/slack/events", Front(SECRET, NOW.timestamp, behind.dispatch, Admission(NOW.timestamp)).handle)
    async with TestClient(TestServer(app)) as client:
        yield client, behind


@often(80)
@given(
    body=st.text(max_size=99).map(str.encode) | st.binary(max_size=99),
    headers=HEADERS,
    by=st.sampled_from((SECRET, SECRET, "another", "")),
    off=st.sampled_from((0, -299, 299, -301, 301)),
)
async def test_only_what_slack_signed_just_now_gets_in(
    slack_door: tuple[TestClient[Any, Any], Behind], body: bytes, headers: dict[str, str], by: str, off: int
) -> None:
    client, behind = slack_door
    behind.got.clear()
    stamp = str(int(NOW.timestamp()) + off)
    mark = hmac.new(by.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
    async with client.post("/slack/events", data=body, headers=signed if by else headers) as response:
        assert response.status in ALLOWED
        text = body.decode(errors="replace")
        may = by == SECRET and abs(off) <= 300 and "\ufffd" not in text
        assert response.status == 200 if may else not behind.got


@dataclass
class Waiting:
    admission: Admission = field(default_factory=lambda: Admission(NOW.timestamp))


class Outside(discord.Client):
    """discord.py's own parser, with nobody who answers."""

    answering = Waiting()


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
NAMES_OF_DISCORD = st.sampled_from([
    "id", "type", "token", "version", "application_id", "data", "guild_id", "channel", "member", "user", "message", "context", "name", "options",
    "custom_id", "component_type", "attachment_size_limit", "authorizing_integration_owners", "entitlements", "permissions", "roles", "values",
])  # fmt: skip
INTERACTIONS = st.dictionaries(
    NAMES_OF_DISCORD,
    VALUES | st.sampled_from(["1", "2", 1, 2, 3, 4, 5, True]) | st.dictionaries(NAMES_OF_DISCORD, VALUES, max_size=6),
    max_size=12,
)


@pytest.fixture
async def discord_door() -> AsyncIterator[TestClient[Any, Any]]:
    outside: Any = Outside(intents=discord.Intents.none())
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes(Interactions(PUBLIC, lambda: outside, lambda: NOW).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


@often(80)
@given(
    body=INTERACTIONS.map(lambda said: json.dumps(said).encode()) | st.binary(max_size=100),
    stamp=st.sampled_from([str(int(NOW.timestamp())), "0", "", "abc", "9" * 400, "１２", "-1", " 1"]),
    right=st.booleans(),
)
async def test_only_what_discord_signed_just_now_gets_in(
    discord_door: TestClient[Any, Any], body: bytes, stamp: str, right: bool
) -> None:
    """Signed rightly or by another key, with any stamp: one of the statuses of the door, and only fresh ones are read."""
    key = KEY if right else Ed25519PrivateKey.from_private_bytes(bytes(32))
    headers = {"X-Signature-Ed25519": key.sign(stamp.encode() + body).hex(), "X-Signature-Timestamp": stamp}
    async with discord_door.post(PATH, data=body, headers=headers) as response:
        fresh = right and stamp == str(int(NOW.timestamp()))
        assert response.status in ({200, 202, 400} if fresh else {401})


ANSWERS, REFUSALS = {200, 400, 413}, {403, 404, 405, 415, 421}
PAGE_FIELDS = st.sampled_from([*FIELDS_OF_FORMS, "x"])
KINDS = st.sampled_from([
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary=x", "multipart/form-data",
    "application/json", "text/plain; charset=nonsense", "",
])  # fmt: skip


@pytest.fixture
async def page(judging: Judging) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(make_app(judging))) as client:
        yield client


def test_the_table_names_every_route(judging: Judging) -> None:
    served: dict[str, set[str]] = {}
    for route in make_app(judging).router.routes():
        served.setdefault(route.resource.canonical if route.resource else "", set()).add(route.method)
    assert served == {path: route.methods for path, route in ROUTES.items()}


async def test_the_table_names_every_field(page: TestClient[Any, Any]) -> None:
    """What the forms of all parts send is what is sent at random, too; some stand only in answers."""
    shown = [await (await page.get(path)).text() for path, route in ROUTES.items() if "GET" in route.methods]
    written = [file.read_text("utf-8") for file in (files("prompts") / "page").iterdir() if file.name.endswith(".j2")]
    named = re.findall(r'<(?:input|select|textarea|button)\b[^>]*\bname="(\w+)"', "".join(shown + written))
    assert set(named) == set(FIELDS_OF_FORMS)


@often(80)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    path=st.sampled_from(
        [*ROUTES, "/nothing", "/etc/passwd", "/page.css/", "/tips?network=%00&x=%ff", "/tips?finding=%00&purpose="]
    ),
    form=st.dictionaries(PAGE_FIELDS, st.text(max_size=30) | st.sampled_from(Network), max_size=6)
    | st.binary(max_size=80),
    kind=KINDS,
    host=st.sampled_from([*LOCAL, "evil.example", "127.0.0.1.evil.example", ""]),
    site=st.sampled_from(["same-origin", "same-origin", "cross-site", "none", ""]),
)
async def test_every_request_to_the_page_gets_an_answer_that_is_its_own(
    page: TestClient[Any, Any], method: str, path: str, form: Any, kind: str, host: str, site: str
) -> None:
    """No server error, nothing but what the table lists, only under a local name, and no form of another site."""
    sent = form if isinstance(form, bytes) else None
    headers = {"Host": host, "Sec-Fetch-Site": site} | ({"Content-Type": kind} if kind and sent is not None else {})
    async with page.request(
        method, path, data=form if sent is None else sent, headers=headers, allow_redirects=False
    ) as response:
        assert response.status in ANSWERS | REFUSALS
        listed = path.partition("?")[0] in ROUTES and method in ROUTES[path.partition("?")[0]].methods
        if not listed or host not in LOCAL or (method == "POST" and site in ("cross-site", "")):
            assert response.status in REFUSALS | {400}
        assert response.headers.get("Content-Security-Policy", "").startswith("default-src 'none'")


async def test_a_charset_that_makes_half_characters_is_no_fault(page: TestClient[Any, Any]) -> None:
    """UTF-7 has ways to write what UTF-8 cannot."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7", "Sec-Fetch-Site": "same-origin"}
    async with page.post("/", data=b"text=Hi%20%2B2AA-%20there", headers=headers) as response:
        assert response.status == 200
        assert "\ufffd" in await response.text()
