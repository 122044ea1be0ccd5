"""The page in a real browser: audited in every state, with the keyboard alone, while somebody types, and without scripts."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.platforms.page_audit import AUDIT, FOCUS, MOTION

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")]
DRAFT = "Could you read my draft? You owe me after all I've done for you. I have it here."
CHARTER = "Own projects only in #showcase. Be nice. No recruiting. Everybody may recruit."
BROKEN = """<html><body><div>Outside</div><header></header><main><h3>Deep</h3><img src="data:,"><button></button><input><ul><p>x</p></ul>
<p style="color:#999;background:#fff">Pale</p><p id="a"></p><p id="a"></p><label for="gone">L</label><section>unnamed</section>
<table><tr><th>h</th></tr></table><a href="/x">more</a><a href="/y">more</a><a href="/z" aria-label="Other">Shown</a><div tabindex="3">t</div><span class="badge">~</span>
<p style="width:5000px">wide</p><button style="width:9px;height:9px;padding:0">b</button></main></body></html>"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    demo = subprocess.Popen(
        [sys.executable, "-m", "adapters", "demo", "--port", "0", "--no-browser"], stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    found = re.search(r"http://\S+", demo.stdout.readline())
    assert found
    yield found.group()
    demo.terminate()
    demo.wait(20)
    demo.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(base_url=address, reduced_motion="reduce")  # so that nothing is measured on its way
    yield opened
    opened.close()


def answered(path: str, field: str, text: str, wait: str, **chosen: str) -> Callable[[Page], None]:
    """Opens a part of the page, fills its form in and sends it."""

    def act(page: Page) -> None:
        page.goto(path)
        page.fill(field, text)
        for name, code in chosen.items():
            page.select_option(f"#{name}", code)
        page.locator("button[type=submit]").first.click()
        page.wait_for_selector(wait)
        page.wait_for_load_state()  # with its styles

    return act


LONG = f"{DRAFT} {'x' * 200}"
STATES = (
    answered("/", "#text", LONG, "#verdict", network="email", delivery="dm", relation="acquaintance"),
    answered("/", "#text", "Could we talk?", "#verdict"),
    answered("/", "#text", "  ", "[role=alert]"),
    answered("/where", "#text", LONG, "#rank-avoid"),
    answered("/charter", "#charter", f"{CHARTER} {'y' * 200}.", "#reading"),
    lambda page: page.goto("/chart"),
    lambda page: page.goto("/tips?finding=charter_violation"),
    lambda page: page.goto("/tips"),
)
SIZES: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1100, "light"), (390, "dark"), (320, "light"))
"""Widths in CSS pixels with a theme; 320 is what WCAG 2.2, 1.4.10 asks for."""


def test_every_state_passes_the_audit_in_both_themes_and_loads_nothing_from_elsewhere(page: Page, address: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))  # what the policy stops is said there
    wrong = []
    for act in STATES:
        act(page)
        for width, theme in SIZES:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [f"{page.url}, {theme}, {width} px: {problem}" for problem in page.evaluate(AUDIT)]
    assert wrong == []
    assert [url for url in asked if not url.startswith(address)] == []
    assert [said for said in complaints if "400 (Bad Request)" not in said] == []


def test_the_audit_finds_what_is_broken(page: Page) -> None:
    page.set_content(BROKEN)
    found = "\n".join(page.evaluate(AUDIT))
    for rule in (
        *("lang", "title", "one h1", "one contentinfo", "heading order", "image without alt", "control without name", "field without label"),
        *("list with other children", "contrast 2.", "id twice", "for leads nowhere", "landmark without name", "th without scope"),
        *("table without name", "same name for different places", "tabindex", "sign or colour alone", "wider than", "target under"),
        *("text outside a landmark", "label in name"),
    ):  # fmt: skip
        assert rule in found, rule


def test_a_draft_is_checked_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.wait_for_selector("#text:focus")
    page.keyboard.type(DRAFT)  # the draft has the focus from the start
    page.keyboard.press("Tab")
    page.keyboard.type("E-mail")
    page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")  # more context, closed
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict")
    assert "Adjust" in page.inner_text("#verdict")
    assert page.locator("mark").count() >= 1
    assert page.inner_text("del").startswith("You owe me")
    assert page.input_value("#text") == DRAFT
    assert page.evaluate("document.querySelector('#answer').getBoundingClientRect().top < innerHeight / 2")


def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_always_seen(page: Page) -> None:
    STATES[4](page)
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    visited = []
    for _ in range(40):
        page.keyboard.press("Tab")
        visited.append(page.evaluate(FOCUS))
        if visited[-1]["tag"] == "BODY":
            break
    visited.pop()
    assert [one["html"] for one in visited if not (one["ring"] and one["seen"])] == []
    assert all(before["at"] < after["at"] for before, after in itertools.pairwise(visited))
    assert visited[0]["html"].startswith('<a class="skip"')
    assert {one["tag"] for one in visited} == {"A", "BUTTON", "SUMMARY", "SELECT", "TEXTAREA"}


def test_the_preview_follows_while_somebody_types_and_is_announced(page: Page) -> None:
    page.goto("/charter")
    page.locator("#charter").press_sequentially("Be nice.")
    page.wait_for_selector("#reading")
    expect(page.locator("#said")).to_contain_text("could be sharper")
    assert page.locator("#said").get_attribute("aria-live") == "polite"
    assert page.evaluate("document.activeElement.id") == "charter"  # nobody is torn from their sentence
    page.click("text=Use this sentence")
    expect(page.locator("#charter")).to_have_value("No insults and no personal attacks.")
    page.route("**/charter/reading", lambda route: route.abort())
    page.locator("#charter").press_sequentially(" No ads.")
    expect(page.locator("#charter-live")).to_contain_text("still here")


def test_everything_works_without_scripts(browser: Browser, address: str) -> None:
    page = browser.new_context(base_url=address, java_script_enabled=False).new_page()
    page.goto("/charter")
    assert not page.is_visible("#charter-live")  # promises no preview
    page.click("text=Try an example")
    assert "4 of 4 sentences understood" in page.inner_text("#answer")
    page.goto("/where")
    page.fill("#text", DRAFT)
    page.click("text=Compare places")
    page.locator("#answer .chip").first.click()
    assert page.locator("#verdict").is_visible()
    page.context.close()


def test_nothing_moves_for_who_asked_for_less_motion(browser: Browser, address: str) -> None:
    moving = {}
    for wish in ("no-preference", "reduce"):
        page = browser.new_page(reduced_motion=wish)  # type: ignore[arg-type]
        page.goto(address)
        moving[wish] = page.evaluate(MOTION)
        page.close()
    assert moving["reduce"] == 0
    assert moving["no-preference"] > 0


def test_a_taken_port_is_said_in_one_sentence(address: str) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    again = subprocess.run(
        [sys.executable, "-m", "adapters", "demo", "--port", port, "--no-browser"],
        capture_output=True,
        timeout=30,
        text=True,
    )
    assert again.returncode == 78
    assert "Try another port" in again.stderr
