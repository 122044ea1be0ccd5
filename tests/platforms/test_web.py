"""The local page over HTTP: what it answers, to whom, and that words travel safely."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.answer import pieces
from adapters.web.check import LIMIT
from adapters.web.page import make_app
from bot import catalogues, tips
from bot.judging import Judging
from bot.model import Finding, Fit, Layer, Reason, Span

OWN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that the page itself sends."""
PITCH = {
    "text": "20% off all lamps, book now, only 3 left!",
    "network": "email",
    "delivery": "mass_dm",
    "relation": "stranger",
}
CHARTER = "Own projects only in #showcase. Job posts must state the pay. Not too much self-promotion. Be nice."
FORMS = ("/", "/where", "/chart", "/charter", "/charter/reading")
PAGES = ("/", "/where", "/chart", "/charter", "/tips")


@pytest.fixture
async def page(judging: Judging) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(make_app(judging)), headers=OWN) as client:
        yield client


async def said(page: TestClient, path: str, data: dict[str, str]) -> str:
    """The text of the answer to a form, with its marks but without escapes."""
    response = await page.post(path, data=data)
    assert response.status == 200
    return html.unescape(await response.text())


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_stands_by_itself_and_has_nothing_inline(page: TestClient, path: str) -> None:
    response = await page.get(path)
    text = await response.text()
    assert response.status == 200
    assert '<html lang="en">' in text
    assert response.headers["Content-Language"] == "en"
    assert f'href="{path}" aria-current="page"' in text
    assert re.findall(r"<script(?! src=\"/page\.js\")|<style|\sstyle=|\son\w+=", text) == []
    assert (await page.head(path)).status == 200


async def test_a_check_shows_verdict_marks_findings_and_tips(page: TestClient) -> None:
    text = await said(page, "/", PITCH)
    assert "Avoid here" in text
    assert "<mark>" in text
    assert 'value="email" selected' in text
    assert re.search(r'href="/tips\?finding=\w+"', text)


async def test_an_edit_is_shown_as_deletion_and_insertion(page: TestClient) -> None:
    draft = "Could you read my draft? You owe me after all I've done for you. I have it here."
    text = await said(page, "/", {"text": draft, "network": "email", "delivery": "dm", "relation": "acquaintance"})
    assert "<del>You owe me after all I've done for you. </del>" in text


async def test_the_missing_context_is_asked_and_one_click_answers_it(page: TestClient) -> None:
    asked = await said(page, "/", {"text": "Could we talk?"})
    assert "Which network is it for?" in asked
    assert 'value="network=slack"' in asked
    text = await said(page, "/", {"text": "Could we talk?", "network": "", "with": "network=slack&text=other"})
    assert 'value="slack" selected' in text
    assert "Which network is it for?" not in text


async def test_what_is_not_understood_in_a_charter_is_said_back(page: TestClient) -> None:
    text = await said(page, "/", PITCH | {"charter": "We meet where the river bends. No ads."})
    assert "<q>We meet where the river bends</q>" in text
    assert "<q>No ads" not in text


async def test_places_come_best_first_with_what_differs_and_lead_back_to_a_check(page: TestClient) -> None:
    vote = "My neighbour's blog is in the final of the garden contest. Could you vote for it? Link below, it takes a minute."
    text = await said(page, "/where", {"text": vote})
    assert text.index('id="rank-fits"') < text.index('id="rank-avoid"')
    assert 'value="network=email&delivery=dm&relation=family"' in text[: text.index('id="rank-avoid"')]
    assert "One text to many inboxes" in text
    there = await said(page, "/", {"text": vote, "with": "network=email&delivery=mass_dm"})
    assert "E-mail, same text to many" in there
    family = await said(page, "/where", {"text": vote, "relation": "family"})
    assert 'value="network=email&delivery=dm"' in family[: family.index('id="rank-avoid"')]


async def test_a_charter_is_read_sentence_by_sentence_with_sharper_words_and_replayed(page: TestClient) -> None:
    text = await said(page, "/charter", {"charter": CHARTER})
    assert "3 of 4 sentences understood · 2 could be sharper" in text
    for words in ("<strong>own projects</strong>", "<strong>#showcase</strong>", "<strong>the pay</strong>"):
        assert words in text
    assert "<q>Own projects only in #name-a-channel.</q>" in text
    changed = text[text.index('id="samples"') : text.index("<details>", text.index('id="samples"'))]
    assert "I wrote a small tool for beekeepers" in changed
    assert "It says: “" in changed
    assert "charter here: Own projects" in text
    same = await said(page, "/charter", {"charter": CHARTER, "now": CHARTER})
    assert "None of the sample drafts would be judged in another way" in same


async def test_the_preview_is_the_reading_alone_and_a_click_takes_the_sharper_sentence(page: TestClient) -> None:
    preview = await said(page, "/charter/reading", {"charter": CHARTER})
    assert 'id="reading"' in preview
    assert "<html" not in preview
    sharper = await said(page, "/charter", {"charter": CHARTER, "use": "Be nice"})
    assert "self-promotion. No insults and no personal attacks.</textarea>" in sharper
    assert "4 of 4 sentences understood · 1 could be sharper" in sharper
    untouched = await said(page, "/charter", {"charter": CHARTER, "use": "Own projects"})
    assert f"{CHARTER}</textarea>" in untouched


async def test_the_chart_is_a_table_and_a_picture_and_takes_a_charter(page: TestClient) -> None:
    usual = html.unescape(await (await page.get("/chart")).text())
    assert usual.count('<th scope="col">') == 11
    assert "Here, by charter" not in usual
    own = await said(page, "/chart", {"charter": "No job posts.", "network": "discord"})
    assert own.count('<th scope="col">') == 12
    assert '<span class="unseen">, by the charter</span>' in own[own.index("a job on offer") :][:400]
    assert "It says: “No job posts”" in own or "The charter asks members" in own
    picture = await page.get("/chart.svg")
    assert picture.content_type == "image/svg+xml"
    assert "<title" in await picture.text()


async def test_every_tip_can_be_read_and_they_are_filtered(page: TestClient) -> None:
    everything = html.unescape(await (await page.get("/tips")).text())
    library = tips.load()
    assert [tip.id for tip in library if tip.text not in everything or tip.evidence not in everything] == []
    chosen = html.unescape(await (await page.get("/tips?network=slack&purpose=brand&finding=broadcast")).text())
    for tip in library:
        suits = (
            Reason.BROADCAST in tip.answers
            and (not tip.networks or "slack" in tip.networks)
            and (not tip.purposes or "brand" in tip.purposes)
        )
        assert (tip.text in chosen) is suits, tip.id
    wrong = await page.get("/tips?network=myspace")
    assert wrong.status == 400
    assert "not on the list" in await wrong.text()


async def test_a_draft_is_never_markup_and_never_part_of_an_address(page: TestClient) -> None:
    evil = '"><script>alert(1)</script> book now {{ 7*7 }} {n}'
    for path, field in (("/", "text"), ("/where", "text"), ("/charter", "charter"), ("/charter/reading", "charter")):
        text = await (await page.post(path, data={field: evil, "with": evil})).text()
        assert "<script>alert" not in text
        assert "{{ 7*7 }}" in text
    for path in PAGES:
        assert "lamps" not in await (await page.get(path, params={"text": "lamps", "charter": "lamps"})).text()


@pytest.mark.parametrize(
    ("path", "form", "status", "says"),
    [
        ("/", {"text": ""}, 400, "no draft yet"),
        ("/where", {"text": "  \r\n "}, 400, "no draft yet"),
        ("/", {"text": "hi", "network": "linkdin"}, 400, "did you mean linkedin"),
        ("/", {"text": "hi", "with": "relation=foe"}, 400, "Unknown relation"),
        ("/where", {"text": "hi", "relation": "foe"}, 400, "not on the list"),
        ("/charter", {"charter": "No ads.", "network": "foe"}, 400, "not on the list"),
        ("/", {"text": "a" * (LIMIT + 1)}, 413, "over 20,000 characters"),
        ("/", {"text": "hi", "charter": "a" * 4_001}, 413, "4,000 characters at most"),
        ("/charter/reading", {"charter": "a" * 4_001}, 413, "4,000 characters at most"),
        ("/chart", {"charter": "a" * 4_001}, 413, "4,000 characters at most"),
        ("/chart", {"charter": "No ads.", "network": "foe"}, 400, "not on the list"),
        ("/chart", {"charter": "", "network": "foe"}, 400, "not on the list"),
        ("/where", {"text": "a" * 300_000}, 413, "too long"),
    ],
)
async def test_bad_input_gets_a_sentence_on_the_page(
    page: TestClient, path: str, form: dict[str, str], status: int, says: str
) -> None:
    response = await page.post(path, data=form)
    text = await response.text()
    assert response.status == status
    assert says in text
    assert 'role="alert"' in text
    assert 0 < len(text) < 200_000


@pytest.mark.parametrize("path", [*PAGES, *FORMS, "/page.css", "/page.js", "/icon.svg"])
async def test_only_this_computer_is_answered(page: TestClient, path: str) -> None:
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example"):
        answer = page.post if path in FORMS else page.get
        assert (await answer(path, headers={"Host": host})).status == 421
    if path not in FORMS:
        for host in ("localhost:9", "127.0.0.1", "[::1]:8080", "[::1]"):
            assert (await page.get(path, headers={"Host": host})).status == 200


async def test_a_form_of_another_site_is_not_answered(judging: Judging) -> None:
    async with TestClient(TestServer(make_app(judging))) as page:
        own = f"http://127.0.0.1:{page.port}"
        allowed: list[dict[str, str]] = [OWN, {"Sec-Fetch-Site": "none"}, {"Origin": own}]
        refused: list[dict[str, str]] = [
            {},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": own},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": f"{own}.evil.example"},
        ]
        for path in FORMS:
            data = {"text": "hello there", "charter": "No ads."}
            assert [(await page.post(path, data=data, headers=h)).status for h in allowed] == [200] * 3
            for headers in refused:
                response = await page.post(path, data=data, headers=headers)
                assert response.status == 403
                assert "did not come from the page itself" in await response.text()


async def test_only_the_pages_own_kind_of_form_and_the_right_methods_are_read(page: TestClient) -> None:
    for path in FORMS:
        assert (await page.post(path, json={"text": "hi"})).status == 415
        assert (await page.post(path, data={"text": BytesIO(b"hi, a file")})).status == 415
        assert (await page.put(path)).status == 405
    for path in ("/tips", "/page.css"):
        assert (await page.post(path, data={})).status == 405
    odd = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}
    assert (await page.post("/", data=b"text=%ff", headers=odd)).status == 400


async def test_every_answer_is_closed_to_other_sites(page: TestClient) -> None:
    for path in (*PAGES, "/page.css", "/nowhere"):
        headers = (await page.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers
    assert (await page.get("/nowhere")).status == 404


async def test_another_language_is_a_file_and_english_fills_its_gaps(judging: Judging, tmp_path: Path) -> None:
    english = Path("prompts/page/words/en.toml").read_text(encoding="utf-8")
    (tmp_path / "en.toml").write_text(english, encoding="utf-8")
    (tmp_path / "de.toml").write_text('[check]\nhead = "Passt das hierher?"\n', encoding="utf-8")
    async with TestClient(TestServer(make_app(judging, catalogues.load(tmp_path)))) as page:
        german = await page.get("/", headers={"Accept-Language": "fr, de-AT;q=0.9, en;q=0.8"})
        text = await german.text()
        assert '<html lang="de">' in text
        assert german.headers["Content-Language"] == "de"
        assert "Passt das hierher?" in text
        assert "Your draft or question" in text
        assert '<html lang="en">' in await (await page.get("/", headers={"Accept-Language": "fr"})).text()


async def test_the_page_speaks_german_to_who_reads_it_and_says_what_it_judges(judging: Judging) -> None:
    form = {"text": "You owe me a reply!!", "network": "email", "delivery": "dm", "relation": "stranger"}
    async with TestClient(TestServer(make_app(judging))) as page:
        for at in ("/", "/where", "/chart", "/charter", "/tips"):
            text = await (await page.get(at, headers={"Accept-Language": "de-CH"})).text()
            assert "Ich kann nur englische Entwürfe beurteilen" in text, at
        answered = await page.post("/", data=form, headers={**OWN, "Accept-Language": "de"})
        text = await answered.text()
    assert "Hier lieber nicht" in text or "Anpassen" in text
    assert "Was aufgefallen ist" in text


def finding(*spans: tuple[int, int]) -> Finding:
    return Finding("r", Layer.NETWORK, Reason.PRESSURE, Fit.ADJUST, "", "", "", "", tuple(Span(*s) for s in spans))


def test_overlapping_marks_keep_every_character_once() -> None:
    found = (finding((2, 5), (4, 8)), finding((8, 9), (3, 3)))
    cut = pieces("0123456789", found)
    assert "".join(piece for piece, _ in cut) == "0123456789"
    assert cut == (("01", 0), ("234", 1), ("567", 0), ("8", 2), ("9", 0))
