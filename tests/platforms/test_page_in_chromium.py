"""The page in a real browser: keyboard alone, light and dark, narrow and wide, nothing loaded from elsewhere."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")]
DRAFT = "Could you read my draft? You owe me after all I've done for you. I have it here."


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
    opened = browser.new_page()
    opened.goto(address)
    yield opened
    opened.close()


def test_a_draft_is_checked_with_the_keyboard_alone(page: Page) -> None:
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
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict")
    assert "Adjust" in page.inner_text("#verdict")
    assert "E-mail" in page.inner_text("#verdict")
    assert page.locator("mark").count() >= 1
    assert page.inner_text("del").startswith("You owe me")
    assert page.input_value("#text") == DRAFT


def test_every_field_has_a_name_and_headings_are_in_order(page: Page) -> None:
    page.fill("#text", DRAFT)
    page.click("button")
    page.wait_for_selector("#verdict")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input,select,textarea,button')].filter(e => !(e.labels?.length || e.innerText)).length"
    )
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1])")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert unnamed == 0
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert len(ids) == len(set(ids))


CONTRAST = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const lum = c => { const [r, g, b] = parse(c).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (parse(c)[3] !== 0) return c; } return 'rgb(255,255,255)'; };
  const page = getComputedStyle(document.body).backgroundColor;
  let worst = 99, where = '';
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = lum(getComputedStyle(e).color), b = lum(ground(e) || page);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst) { worst = ratio; where = e.tagName + ' ' + e.innerText?.slice(0, 30); }
  }
  return [worst, where];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_text_is_readable_and_nothing_sticks_out(browser: Browser, address: str, scheme: str, width: int) -> None:
    opened = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    opened.goto(address)
    opened.fill("#text", DRAFT + " " + "x" * 200)
    opened.select_option("#network", "email")
    opened.select_option("#delivery", "dm")
    opened.select_option("#relation", "acquaintance")
    opened.click("button")
    opened.wait_for_selector("#verdict")
    contrast, where = opened.evaluate(CONTRAST)
    assert contrast >= 4.5, f"{where}: {contrast:.2f} (WCAG 2.2, 1.4.3 asks for 4.5)"
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.close()


def test_nothing_is_loaded_from_elsewhere(browser: Browser, address: str) -> None:
    asked: list[str] = []
    opened = browser.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(address)
    opened.fill("#text", DRAFT)
    opened.click("button")
    opened.wait_for_selector("#verdict")
    opened.close()
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


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
