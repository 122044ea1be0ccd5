"""Settings from the environment, files and a TOML file."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.settings import NAMES, SettingsError, from_environment, plain_output, read_settings

DATA = Path("/data")


def test_the_defaults_need_nothing() -> None:
    settings = read_settings({}, DATA)
    assert settings.database_url == "sqlite+aiosqlite:////data/tact.db"
    assert (settings.host, settings.port, settings.charters) == ("127.0.0.1", 8080, None)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_a_database_url_gets_its_driver(given: str, used: str) -> None:
    assert read_settings({"TACT_DATABASE_URL": given}, DATA).database_url == used


def test_a_setting_may_come_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite:///y.db\n", encoding="utf-8")
    settings = read_settings({"TACT_DATABASE_URL_FILE": str(tmp_path / "url")}, DATA)
    assert settings.database_url.endswith("y.db")


def test_settings_may_come_from_a_toml_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "tact.toml"
    file.write_text('TACT_HTTP = "localhost:9000"\nTACT_DATABASE_URL = "sqlite:///z.db"\n', encoding="utf-8")
    settings = read_settings({"TACT_SETTINGS": str(file), "TACT_HTTP": "localhost:9001"}, DATA)
    assert (settings.port, settings.database_url.endswith("z.db")) == (9001, True)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"TACT_HTTP": "nowhere"}, "host:port"),
        ({"TACT_HTTP": "localhost:99999"}, "host:port"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN is a token of another kind"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "must begin with xapp-"),
        ({"TACT_KEY": "short"}, "TACT_KEY must be"),
        ({"TACT_KEY": "%%%"}, "TACT_KEY must be base64"),
        ({"TACT_CHARTERS": "/no/such/folder"}, "is no folder"),
        ({"TACT_DATABASE_URL": "mysql://x"}, "must start with"),
        ({"TACT_DATABASE_URL_FILE": "/no/such/file"}, "cannot be read"),
        ({"TACT_SETTINGS": "/no/such/file"}, "cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_settings(environment, DATA)


def test_each_platform_has_settings_of_its_own_and_no_secret_is_shown() -> None:
    settings = read_settings(
        {"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_API_URL": "http://127.0.0.1:1/api/", "DISCORD_TOKEN": "secret"}, DATA
    )
    assert (settings.slack.bot_token, settings.slack.api_url) == ("xoxb-secret", "http://127.0.0.1:1/api/")
    assert (settings.discord.token, settings.discord.api_url) == ("secret", "https://discord.com/api/v10")
    assert "secret" not in repr(settings).replace("client_secret", "")


def test_several_keys_are_read_in_their_order() -> None:
    first, second = b"\x01" * 32, b"\x02" * 32
    both = ",".join(base64.b64encode(key).decode() for key in (first, second))
    assert read_settings({"TACT_KEY": both}, DATA).keys == (first, second)


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "tact.toml"
    file.write_text('TACT_HTPP = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="TACT_HTPP"):
        read_settings({"TACT_SETTINGS": str(file)}, DATA)


def test_a_charter_folder_is_taken(tmp_path: Path) -> None:
    assert read_settings({"TACT_CHARTERS": str(tmp_path)}, DATA).charters == tmp_path


def test_this_process_has_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACT_HTTP", "localhost:1234")
    assert from_environment().port == 1234
    monkeypatch.setenv("NO_COLOR", "1")
    assert plain_output()
    assert all(NAMES.values())


def test_a_user_without_a_home_names_the_database() -> None:
    with pytest.raises(SettingsError, match="TACT_DATABASE_URL"):
        read_settings({}, None)
    assert read_settings({"TACT_DATABASE_URL": "sqlite:////data/tact.db"}, None).database_url.endswith("/data/tact.db")
