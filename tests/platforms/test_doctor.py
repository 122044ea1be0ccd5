"""`tact doctor` asks the platforms, and names the setting that is wrong."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.discord import looking as discord_looking
from adapters.doctor import doctor
from adapters.slack import looking as slack_looking
from bot.letters import Address, LetterKind
from bot.model import Person, Reply
from bot.settings import DiscordSettings, SlackSettings
from bot.storage import open_store
from tests.servers.discord_platform.client import LoopbackDiscord
from tests.servers.discord_platform.settings import TOKEN
from tests.servers.slack.client import LoopbackSlack

pytest_plugins = ["tests.servers.discord_platform.fixtures"]


def now() -> datetime:
    return datetime.now(UTC)


async def test_slack_is_asked_and_the_wrong_setting_named(slack: LoopbackSlack) -> None:
    right = SlackSettings(slack.bot_token, slack.signing_secret, slack.app_token, api_url=slack.api_url)
    assert "works in T1" in await slack_looking.look(right, now)
    wrong = [
        (SlackSettings("xoxb-canary", api_url=slack.api_url), now, r"SLACK_BOT_TOKEN was refused \(invalid_auth\)"),
        (SlackSettings(slack.bot_token, "", "xapp-canary", api_url=slack.api_url), now, "SLACK_APP_TOKEN was refused"),
        (SlackSettings(slack.bot_token, api_url="http://127.0.0.1:9/"), now, "does not answer.* SLACK_API_URL"),
        (right, lambda: now() + timedelta(seconds=301), "clock is 30. s ahead of theirs"),
        (right, lambda: now() - timedelta(seconds=400), "s behind theirs"),
    ]
    for settings, clock, says in wrong:
        with pytest.raises(ValueError, match=says) as raised:
            await slack_looking.look(settings, clock)
        assert "canary" not in str(raised.value)
    await slack.change_token(scopes=["commands", "chat:write", "im:write"])
    with pytest.raises(ValueError, match=r"SLACK_BOT_TOKEN lacks app_mentions:read, .*users:read"):
        await slack_looking.look(right, now)


async def test_discord_is_asked_and_the_wrong_setting_named(loopback: LoopbackDiscord) -> None:
    api, key = loopback.address.rest, loopback.address.public_key
    assert "token works" in await discord_looking.look(DiscordSettings(TOKEN, key, "", api), now)
    wrong = [
        (DiscordSettings("canary", api_url=api), "DISCORD_TOKEN was refused"),
        (DiscordSettings(TOKEN, "ab" * 32, "", api), "DISCORD_PUBLIC_KEY is of another application"),
        (DiscordSettings(TOKEN, api_url=f"{api}/nowhere"), "DISCORD_API_URL names"),
        (DiscordSettings(TOKEN, api_url="http://127.0.0.1:9"), r"does not answer.* DISCORD_API_URL"),
    ]
    for settings, says in wrong:
        with pytest.raises(ValueError, match=says):
            await discord_looking.look(settings, now)
    await loopback.configure(privileged=0)
    with pytest.raises(ValueError, match="DISCORD_LISTEN needs the Message Content intent"):
        await discord_looking.look(DiscordSettings(TOKEN, "", "1", api), now)


def test_letters_that_nobody_sends_and_a_key_that_is_missing_are_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{tmp_path / 'tact.db'}")
    ana = Person("slack:T1", "UANA")

    async def wait() -> None:
        store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}")
        due = now() - timedelta(minutes=11)
        await store.addresses.keep(ana, Address("slack", "T1", "UANA"), due)
        await store.outbox.put(ana, LetterKind.TIP, Reply("CANARY"), due, cause="a", at=due)
        await store.close()

    asyncio.run(wait())
    out = io.StringIO()
    assert doctor(out) == 78
    assert "mend  letters: 1 wait to be sent" in out.getvalue()
    assert "schema " in out.getvalue()
    monkeypatch.setenv("TACT_DATABASE_URL", "postgresql://127.0.0.1:9/none")
    out = io.StringIO()
    assert doctor(out) == 78
    assert "mend  key: PostgreSQL needs TACT_KEY" in out.getvalue()
