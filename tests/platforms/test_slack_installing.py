"""Many workspaces: installed by a page, each with its own token, sealed, renewed once, and gone when the app is removed."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.slack import words
from adapters.slack.installed import InstalledWorkspaces
from adapters.slack.scopes import SCOPES
from adapters.slack.states import SignedStates
from adapters.slack.workspaces import Clients
from bot.letters import Address, Letter, LetterKind, Outcome
from bot.model import Person, Reply
from bot.storage import open_store
from tests.conftest import KEY
from tests.platforms.slack_serving import Tact, serving_slack
from tests.servers.slack.client import LoopbackSlack

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # in the SDK
SAID = words.load().install
SPEAKS = words.load().listening
COOKIE = "slack-app-oauth-state"


def many(slack: LoopbackSlack, folder: Path) -> dict[str, str]:
    return {
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "TACT_KEY": base64.b64encode(KEY).decode(),
        "TACT_DATABASE_URL": f"sqlite:///{folder / 'tact.db'}",
        "TACT_HTTP": "127.0.0.1:0",
    }


@pytest.fixture
async def tact(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Tact]:
    async with serving_slack(slack, many(slack, tmp_path)) as tact:
        yield tact


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def begun(browser: aiohttp.ClientSession, tact: Tact) -> tuple[str, str]:
    """The address an admin is sent to, and the state that their browser keeps."""
    async with browser.get(f"{tact.url}slack/install", allow_redirects=False) as response:
        assert response.status == 302
        cookie = response.cookies[COOKIE]
        assert cookie["secure"]
        assert cookie["httponly"]
        return response.headers["Location"], cookie.value


async def back(browser: aiohttp.ClientSession, tact: Tact, state: str, cookie: str, **more: str) -> tuple[int, str]:
    query = {"state": state, **more}
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    async with browser.get(f"{tact.url}slack/oauth_redirect", params=query, headers=headers) as response:
        return response.status, await response.text()


async def install(slack: LoopbackSlack, browser: aiohttp.ClientSession, tact: Tact, **grant: object) -> str:
    _, state = await begun(browser, tact)
    code = await slack.allow(scopes=SCOPES, **grant)
    status, page = await back(browser, tact, state, state, code=code)
    assert status == 200, page
    return page


async def test_an_admin_installs_it_and_everything_works(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession, tmp_path: Path
) -> None:
    await slack.command("U1", "C1", "/tact", "help")
    [refused] = await slack.posts(count=1)
    assert refused.text == words.load().not_installed
    where, state = await begun(browser, tact)
    asked = parse_qs(urlsplit(where).query)
    assert asked["scope"] == [",".join(SCOPES)]
    assert "redirect_uri" not in asked
    assert where.startswith(slack.authorize_url)
    code = await slack.allow(scopes=SCOPES)
    status, page = await back(browser, tact, state, state, code=code)
    assert (status, SAID.done_title in page) == (200, True)
    await slack.command("U1", "C1", "/tact", "help")
    await slack.posts(count=2)
    await slack.say("U1", "DU1", "help")
    await slack.posts(seen="dm", count=1)
    for file in tmp_path.glob("tact.db*"):
        assert b"xoxb-" not in file.read_bytes(), file


async def test_a_state_is_good_once_in_its_own_browser_and_not_for_ever(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession
) -> None:
    await install(slack, browser, tact)
    _, state = await begun(browser, tact)
    code = await slack.allow(scopes=SCOPES)
    assert (await back(browser, tact, state, "", code=code))[0] == 400
    assert (await back(browser, tact, state, "another", code=code))[0] == 400
    touched = state[:-1] + ("1" if state.endswith("0") else "0")
    assert (await back(browser, tact, touched, touched, code=code))[0] in (400, 401)
    assert (await back(browser, tact, state, state, code=code))[0] == 200
    assert (await back(browser, tact, state, state, code=code))[0] == 401
    for forged in ("", "a", "a.b.c", f"{state.split('.')[0]}.9999999999.{'0' * 64}", "ü.1.2"):
        assert (await back(browser, tact, forged, forged, code=code))[0] in (400, 401)


async def test_a_refusal_is_said_in_words_and_never_repeats_what_stood_in_the_address(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, state = await begun(browser, tact)
    status, page = await back(browser, tact, state, state, error="access_denied")
    assert (status, SAID.reasons["access_denied"] in page) == (200, True)
    _, page = await back(browser, tact, state, state, error="<script>alert(1)</script>")
    assert "<script>" not in page
    status, page = await back(browser, tact, state, state, code="canary-code-4711")
    assert (status, SAID.reasons["invalid_code"] in page) == (401, True)
    _, state = await begun(browser, tact)
    await slack.fault("oauth.v2.access", status=500)
    assert (await back(browser, tact, state, state, code="canary-code-4711"))[0] >= 400
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("tact", "slack"))]
    assert "canary-code-4711" not in "\n".join(ours)


async def test_a_state_of_one_process_is_good_in_another_and_too_old_in_none(
    either_store: object, clock: object
) -> None:
    store, now = either_store, clock
    first, second = (SignedStates([KEY], store.receipts, now) for _ in range(2))  # type: ignore[attr-defined]
    other_key = SignedStates([bytes(32)], store.receipts, now)  # type: ignore[attr-defined]
    state = await first.async_issue()
    assert not await other_key.async_consume(state)
    assert await second.async_consume(state)
    assert not await first.async_consume(state)
    rolled = SignedStates([bytes(32), KEY], store.receipts, now)  # type: ignore[attr-defined]
    assert await rolled.async_consume(await first.async_issue())
    late = await first.async_issue()
    now.pass_(minutes=11)  # type: ignore[attr-defined]
    assert not await first.async_consume(late)


async def test_a_whole_organisation_is_one_installation(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession
) -> None:
    await slack.add_team("T5", enterprise="E1", scopes=None)
    inside = slack.in_team("T5")
    await inside.add_person("U5", "eva")
    await inside.add_channel("C5", "general", ["U5", "U0TACT"])
    await install(slack, browser, tact, team=None, enterprise="E1")
    await inside.command("U5", "C5", "/tact", "gave help to M")
    await inside.posts(count=1)
    await inside.say("U5", "DU5", "balance")
    [answer] = await inside.posts(seen="dm", count=1)
    assert "1" in answer.words
    assert "1" in (await tact.service.coach.hear(Person("slack:E1", "U5"), "balance")).text


async def organisation(slack: LoopbackSlack, browser: aiohttp.ClientSession, tact: Tact) -> list[LoopbackSlack]:
    """Two workspaces, T5 and T6, of an organisation that installed Tact, each with an admin of its own."""
    for number in "56":
        await slack.add_team(f"T{number}", enterprise="E1", scopes=None)
        inside = slack.in_team(f"T{number}")
        await inside.add_person(f"U{number}", "eva", is_admin=True)
        await inside.add_channel(f"C{number}", "general", [f"U{number}", "U0TACT"])
    await install(slack, browser, tact, team=None, enterprise="E1")
    return [slack.in_team("T5"), slack.in_team("T6")]


async def said_in(inside: LoopbackSlack, number: int, text: str) -> str:
    before = await inside.mark()
    await inside.command(f"U{number}", f"C{number}", "/tact", text)
    return (await inside.posts(count=1, seen="ephemeral", after=before))[0].words


async def test_each_workspace_of_an_organisation_has_its_own_charter(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession
) -> None:
    five, six = await organisation(slack, browser, tact)
    assert "Kept as version 1" in await said_in(five, 5, "charter everywhere: No recruiting.")
    assert "No recruiting" in await said_in(five, 5, "charter")
    assert "No charter" in await said_in(six, 6, "charter")


async def test_a_workspace_that_its_organisation_takes_tact_out_of_is_gone_and_the_others_stay(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession, tmp_path: Path
) -> None:
    five, six = await organisation(slack, browser, tact)
    for inside, number, name in ((five, 5, "Marzipan"), (six, 6, "Nougat")):
        for text in (f"charter here: No {name}.", "tips here on mondays at 9", f"gave help to {name}", "listen on"):
            await said_in(inside, number, text)
    revoked = {"type": "team_access_revoked", "team_ids": ["T5"], "event_ts": "1.1"}
    assert (await five.event(revoked, user="U5")).status == 200
    for file in tmp_path.glob("tact.db*"):
        assert b"Marzipan" not in file.read_bytes(), file
    assert "No charter" in await said_in(five, 5, "charter")
    assert SPEAKS.off in await said_in(five, 5, "listen show")
    assert "Tips are off" in await said_in(five, 5, "tips here")
    assert "Nougat" in await said_in(six, 6, "charter")
    assert "Nougat" in await said_in(six, 6, "privacy export")
    assert "Monday" in await said_in(six, 6, "tips here")


@pytest.mark.parametrize("uninstalled_first", [True, False])
async def test_what_is_removed_is_gone_to_the_last_byte(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession, tmp_path: Path, uninstalled_first: bool
) -> None:
    await install(slack, browser, tact)
    await slack.command("U1", "C1", "/tact", "gave help to Marzipan")
    await slack.open_home("U1")
    await slack.homes("U1", count=1)
    await slack.posts(seen="dm", count=1)
    await slack.uninstall(uninstalled_first=uninstalled_first)
    with closing(sqlite3.connect(tmp_path / "tact.db")) as database:
        for table in ("installations", "people", "entries", "addresses", "receipts", "outbox"):
            rows = database.execute(f"SELECT * FROM {table}").fetchall()
            assert [row for row in rows if "slack:install" not in row] == [], table
        assert database.execute("SELECT key FROM tenants").fetchall() == [("slack:install",)]
    for file in tmp_path.glob("tact.db*"):
        assert b"Marzipan" not in file.read_bytes(), file
    before = await slack.mark()
    report = await tact.platform.sender.send(letter())  # type: ignore[union-attr]
    assert report.outcome is Outcome.SUSPENDED
    await slack.say("U1", "DU1", "help")
    assert await slack.calls("chat.postMessage", after=before) == []
    await install(slack, browser, tact)
    await slack.command("U1", "C1", "/tact", "privacy export")
    assert "Marzipan" not in (await slack.posts(count=1, after=before))[-1].words


async def test_other_users_tokens_concern_nobody(
    slack: LoopbackSlack, tact: Tact, browser: aiohttp.ClientSession
) -> None:
    await install(slack, browser, tact)
    await slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    await slack.command("U1", "C1", "/tact", "help")
    [answer] = await slack.posts(count=1)
    assert answer.text != words.load().not_installed


def letter() -> Letter:
    address = Address("slack", "T1", "U1", "DU1")
    return Letter(
        "a" * 24, LetterKind.TIP, Person("slack:T1", "U1"), address, Reply("A tip."), datetime(2026, 3, 2, tzinfo=UTC)
    )


async def test_a_token_is_renewed_once_by_whoever_is_first(slack: LoopbackSlack, tmp_path: Path) -> None:
    await slack.settings(token_rotation=True)
    async with aiohttp.ClientSession() as browser, serving_slack(slack, many(slack, tmp_path)) as tact:
        await install(slack, browser, tact)
        store = tact.service.store
        held = json.loads(await store.installations.of("slack:T1") or "")
        assert held["bot_refresh_token"]
        soon = int((datetime.now(UTC) + timedelta(minutes=30)).timestamp())
        await store.installations.keep("slack:T1", json.dumps(held | {"bot_token_expires_at": soon}), datetime.now(UTC))
        clients = Clients(slack.api_url, browser)
        credentials = (slack.client_id, slack.client_secret)
        clock = asyncio.get_running_loop().time
        several = [InstalledWorkspaces(store, clients, credentials, lambda: datetime.now(UTC), clock) for _ in range(3)]
        given = await asyncio.gather(*(one.access("T1") for one in several for _ in range(4)))
        assert all(given)
        refreshed = [c for c in await slack.calls("oauth.v2.access") if c.args.get("grant_type") == "refresh_token"]
        assert len(refreshed) == 1
        new = json.loads(await store.installations.of("slack:T1") or "")
        assert new["bot_token"] != held["bot_token"]
        assert (
            await InstalledWorkspaces(store, clients, credentials, lambda: datetime.now(UTC), clock).access("T1")
        ) is not None


async def test_a_token_that_cannot_be_renewed_is_used_while_it_lives(slack: LoopbackSlack, tmp_path: Path) -> None:
    await slack.settings(token_rotation=True)
    async with aiohttp.ClientSession() as browser, serving_slack(slack, many(slack, tmp_path)) as tact:
        await install(slack, browser, tact)
        store = tact.service.store
        held = json.loads(await store.installations.of("slack:T1") or "")
        for left, lives in ((30, True), (-1, False)):
            until = int((datetime.now(UTC) + timedelta(minutes=left)).timestamp())
            await store.installations.keep(
                "slack:T1", json.dumps(held | {"bot_token_expires_at": until}), datetime.now(UTC)
            )
            await slack.fault("oauth.v2.access", error="invalid_refresh_token")
            clock = asyncio.get_running_loop().time
            one = InstalledWorkspaces(
                store,
                Clients(slack.api_url, browser),
                (slack.client_id, slack.client_secret),
                lambda: datetime.now(UTC),
                clock,
            )
            assert (await one.access("T1") is not None) == lives


async def test_the_store_keeps_installations_apart_and_renews_them_one_at_a_time(postgresql: object) -> None:
    first, second = [await open_store(url, keys=(KEY,)) for url in [postgresql.database()] for _ in range(2)]  # type: ignore[attr-defined]
    now = datetime(2026, 3, 2, tzinfo=UTC)
    await first.installations.keep("slack:T1", "one", now)
    await first.installations.keep("slack:T2", "two", now)
    assert (await second.installations.of("slack:T1"), await second.installations.of("slack:T3")) == ("one", None)
    until = now + timedelta(seconds=30)
    won = await asyncio.gather(
        *(store.installations.may_renew("slack:T1", now, until) for store in (first, second) * 5)
    )
    assert sorted(won) == [False] * 9 + [True]
    assert await second.installations.may_renew("slack:T1", until + timedelta(seconds=1), until + timedelta(minutes=1))
    await first.uninstall("slack:T1", datetime.now(UTC))
    assert (await second.installations.of("slack:T1"), await second.installations.of("slack:T2")) == (None, "two")
    for store in (first, second):
        await store.close()
