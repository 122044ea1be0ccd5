"""The door: what is not Slack's own is refused before it is read, nothing but the allowed statuses leaves, nothing is logged."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.front import ALLOWED
from tests.platforms.slack_serving import Tact, signed

HANDSHAKE = json.dumps({"type": "url_verification", "challenge": "c7"}).encode()
CANARY = "canary-4711"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def knock(session: aiohttp.ClientSession, tact: Tact, body: bytes, headers: dict[str, str]) -> int:
    async with session.post(f"{tact.url}slack/events", data=body, headers=headers) as response:
        assert response.status in ALLOWED
        return response.status


async def test_slacks_handshake_is_answered(tact: Tact, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{tact.url}slack/events", data=HANDSHAKE, headers=signed(HANDSHAKE)) as response:
        assert response.status == 200
        assert await response.json(content_type=None) == {"challenge": "c7"}


@pytest.mark.parametrize(("off", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
async def test_only_fresh_requests_pass(tact: Tact, session: aiohttp.ClientSession, off: int, status: int) -> None:
    assert await knock(session, tact, HANDSHAKE, signed(HANDSHAKE, off=off)) == status


BAD_HEADERS: list[dict[str, str]] = [
    {"X-Slack-Request-Timestamp": "abc"},
    {"X-Slack-Request-Timestamp": ""},
    {"X-Slack-Request-Timestamp": "nan"},
    {"X-Slack-Request-Timestamp": "9" * 40},
    {"X-Slack-Request-Timestamp": "-5"},
    {"X-Slack-Signature": ""},
    {"X-Slack-Signature": "v0=" + "0" * 64},
    {"X-Slack-Signature": "v1=" + "0" * 64},
    {"X-Slack-Signature": "v0=ü"},
    {"X-Slack-Signature": "v0=" + "g" * 64},
]


@pytest.mark.parametrize("bad", BAD_HEADERS, ids=str)
async def test_a_header_of_another_shape_is_refused(
    tact: Tact, session: aiohttp.ClientSession, bad: dict[str, str]
) -> None:
    assert await knock(session, tact, HANDSHAKE, signed(HANDSHAKE) | bad) == 401


BODIES: list[tuple[bytes, int]] = [
    (b"{{{", 400),
    (b"[" * 100_000, 400),
    (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, 400),
    (b"9" * 250_000, 400),
    (b'{"type": "event_callback", "event": ' + b"9" * 200_000 + b"}", 400),
    (b"\xff\xfe\xfd", 400),
    (b"", 200),
    (b"null", 400),
    (b"[]", 400),
    (b'{"type":"event_callback","event":null}', 200),
    (b'{"type":"event_callback","event":{"type":7}}', 200),
    (b'{"type":"event_callback","event":"x","team_id":9}', 200),
    (b'{"type":"block_actions","actions":[],"user":null,"team":{"id":"T1"}}', 200),
    (b'{"type":"view_submission","view":null,"user":{"id":"U1"},"team":{"id":"T1"}}', 200),
    (b"x" * 300_000, 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=[body[:30] for body, _ in BODIES])
async def test_what_cannot_be_read_is_refused_and_never_an_error(
    tact: Tact, session: aiohttp.ClientSession, body: bytes, status: int
) -> None:
    assert await knock(session, tact, body, signed(body)) == status
    if status != 413:
        assert await knock(session, tact, body, signed(body, secret="other")) == 401


async def test_a_bomb_is_not_inflated(tact: Tact, session: aiohttp.ClientSession) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    headers = signed(bomb) | {"Content-Encoding": "gzip"}
    assert await knock(session, tact, bomb, headers) == 400


async def test_a_body_without_end_is_cut_off(tact: Tact, session: aiohttp.ClientSession) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    async with session.post(f"{tact.url}slack/events", data=endless(), headers=signed(b"")) as response:
        assert response.status == 413


async def test_nothing_of_a_body_is_logged(
    tact: Tact, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for body in (CANARY.encode(), b'{"type":"x","text":"' + CANARY.encode() + b'"}', b"{" + CANARY.encode()):
        await knock(session, tact, body, signed(body))
        await knock(session, tact, body, signed(body, secret="other"))
    assert CANARY not in caplog.text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["T1", "U1", "C1", "DU1", "E1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from([
    "type", "event", "team_id", "team", "user", "user_id", "channel", "channel_id", "event_id", "authorizations",
    "enterprise", "is_enterprise_install", "actions", "view", "container", "message", "text", "command", "trigger_id",
    "response_url", "callback_id", "ts", "subtype", "channel_type", "bot_id", "tokens", "tab", "action_ts",
])  # fmt: skip
KINDS = st.sampled_from([
    "event_callback", "message", "app_mention", "app_home_opened", "tokens_revoked", "reaction_added", "block_actions",
    "view_submission", "view_closed", "shortcut", "message_action", "block_suggestion", "url_verification",
])  # fmt: skip
PAYLOADS = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES | KINDS, max_size=6) | KINDS, max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=PAYLOADS, kind=KINDS)
async def test_any_payload_is_answered_without_an_error(
    tact: Tact, session: aiohttp.ClientSession, payload: dict[str, Any], kind: str
) -> None:
    body = json.dumps({"type": kind, **payload}).encode()
    assert await knock(session, tact, body, signed(body)) in (200, 400)
