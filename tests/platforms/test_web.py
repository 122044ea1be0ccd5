"""The local page over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.answer import pieces
from adapters.web.page import LIMIT, make_app
from bot.judging import Judging
from bot.model import Finding, Fit, Layer, Reason, Span


@pytest.fixture
async def page(judging: Judging) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(make_app(judging))) as client:
        yield client


PITCH = {
    "text": "20% off all lamps, book now, only 3 left!",
    "network": "email",
    "delivery": "mass_dm",
    "relation": "stranger",
}


async def test_the_empty_page_has_a_labelled_form(page: TestClient) -> None:
    text = await (await page.get("/")).text()
    for name in ("text", "network", "delivery", "relation", "purpose", "form", "charter", "history"):
        assert f'<label for="{name}">' in text
        assert f'id="{name}"' in text
    assert '<html lang="en">' in text
    assert "<script" not in text


async def test_a_check_shows_verdict_marks_findings_and_the_draft_elsewhere(page: TestClient) -> None:
    response = await page.post("/", data=PITCH)
    text = await response.text()
    assert response.status == 200
    assert "Avoid here" in text
    assert "<mark>" in text
    assert text.count('<th scope="row">') == 20
    assert 'value="email" selected' in text


async def test_an_edit_is_shown_as_deletion_and_insertion(page: TestClient) -> None:
    draft = "Could you read my draft? You owe me after all I've done for you. I have it here."
    form = {"text": draft, "network": "email", "delivery": "dm", "relation": "acquaintance"}
    text = await (await page.post("/", data=form)).text()
    assert "<del>You owe me after all I&#39;ve done for you. </del>" in text


async def test_without_a_network_the_page_asks_for_it(page: TestClient) -> None:
    assert "Which network is it for?" in await (await page.post("/", data={"text": "Could we talk?"})).text()


async def test_what_is_not_understood_in_a_charter_is_said_back(page: TestClient) -> None:
    text = await (await page.post("/", data=PITCH | {"charter": "We meet where the river bends. No ads."})).text()
    assert "<q>We meet where the river bends</q>" in text
    assert "<q>No ads" not in text


async def test_a_draft_is_never_markup(page: TestClient) -> None:
    text = await (await page.post("/", data=PITCH | {"text": "<script>alert(1)</script> book now {{ 7*7 }}"})).text()
    assert "<script>" not in text
    assert "{{ 7*7 }}" in text


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"text": ""}, 400, "no draft yet"),
        ({"text": "  \r\n "}, 400, "no draft yet"),
        ({"text": "hi", "network": "linkdin"}, 400, "did you mean linkedin"),
        ({"text": "a" * (LIMIT + 1)}, 413, "over 20,000 characters"),
        ({"text": "a" * 300_000}, 413, "too long"),
    ],
)
async def test_bad_input_gets_a_sentence_on_the_page(
    page: TestClient, form: dict[str, str], status: int, says: str
) -> None:
    response = await page.post("/", data=form)
    text = await response.text()
    assert response.status == status
    assert says in text
    assert 'role="alert"' in text
    assert 0 < len(text) < 200_000


async def test_only_this_computer_is_answered(page: TestClient) -> None:
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example"):
        assert (await page.get("/", headers={"Host": host})).status == 421
    for host in ("localhost:9", "127.0.0.1", "[::1]:8080", "[::1]"):
        assert (await page.get("/", headers={"Host": host})).status == 200


async def test_every_answer_is_closed_to_other_sites(page: TestClient) -> None:
    for path in ("/", "/page.css", "/nowhere"):
        response = await page.get(path)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
    assert (await page.get("/nowhere")).status == 404
    assert (await page.put("/")).status == 405


def finding(*spans: tuple[int, int]) -> Finding:
    return Finding("r", Layer.NETWORK, Reason.PRESSURE, Fit.ADJUST, "", "", "", "", tuple(Span(*s) for s in spans))


def test_overlapping_marks_keep_every_character_once() -> None:
    found = (finding((2, 5), (4, 8)), finding((8, 9), (3, 3)))
    cut = pieces("0123456789", found)
    assert "".join(piece for piece, _ in cut) == "0123456789"
    assert cut == (("01", 0), ("234", 1), ("567", 0), ("8", 2), ("9", 0))
