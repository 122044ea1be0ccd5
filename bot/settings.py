"""Settings from the environment or a TOML file; the only reader of the environment."""

from __future__ import annotations

import base64
import binascii
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

NAMES: Mapping[str, str] = {
    "TACT_DATABASE_URL": "where purposes, verdict history and the ledger are kept",
    "TACT_KEY": "keys that seal addresses and letters in the database: 32 bytes in base64, several separated by commas",
    "TACT_CHARTERS": "a folder of your own charter files, used before the built-in ones",
    "TACT_LANGUAGE": "the language people are spoken to in who said no other: en or de (judging reads English drafts)",
    "TACT_PACE": "how much one person may ask in a minute on Slack and Discord, and three times that at once; 0 is no limit",
    "TACT_HTTP": "address of the one HTTP server, host:port",
    "TACT_LLM": "a language model for second opinions, such as openai://model@host/v1, anthropic://model, ollama://model",
    "OPENAI_API_KEY": "the key of an openai:// model",
    "ANTHROPIC_API_KEY": "the key of an anthropic:// model",
    "SLACK_BOT_TOKEN": "one Slack workspace: its bot token, xoxb-…",
    "SLACK_SIGNING_SECRET": "Slack over HTTP: the app's signing secret",
    "SLACK_APP_TOKEN": "Slack over a socket instead of HTTP: the app-level token, xapp-…",
    "SLACK_CLIENT_ID": "many Slack workspaces: the app's client id",
    "SLACK_CLIENT_SECRET": "many Slack workspaces: the app's client secret",
    "SLACK_API_URL": "another Slack server, for tests and proxies",
    "DISCORD_TOKEN": "Discord: the bot's token",
    "DISCORD_PUBLIC_KEY": "Discord over HTTP: the application's public key",
    "DISCORD_LISTEN": "Discord: 1 to coach in channels where admins switched it on (needs the Message Content intent)",
    "DISCORD_API_URL": "another Discord server, for tests and proxies",
    "TACT_LOG": "from which level on `tact serve` logs: debug, info, warning or error",
    "TACT_METRICS_TOKEN": "who sends it as a bearer token sees /metrics; without it only this computer does",
    "TACT_SETTINGS": "a TOML file with any of these settings",
}
"""Every setting and what it is for."""


KEY_BYTES = 32
MOST_PORTS = 65_535
PACE, PACE_DIGITS = 10, 4
"""Asks a minute of one person where nothing was said (reliability catalogue, I12), and how long such a number may be."""
LEVELS = ("debug", "info", "warning", "error")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Addresses that only this computer reaches."""
_BEGINS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
"""What a token of the right kind begins with."""


_Part = TypeVar("_Part")


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How to reach Slack; empty where nothing was said. They are handed over explicitly, nothing reads them by itself."""

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """How to reach Discord; empty where nothing was said."""

    token: str = field(default="", repr=False)
    public_key: str = ""
    listen: str = ""
    """Anything: messages in servers are asked for, with their words, which is a privileged intent."""
    api_url: str = "https://discord.com/api/v10"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which language model may be asked for second opinions; none where no URL is said."""

    url: str = ""
    openai_key: str = field(default="", repr=False)
    anthropic_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided; the defaults work with no key and no server."""

    database_url: str
    keys: tuple[bytes, ...] = field(repr=False)
    charters: Path | None
    host: str
    port: int
    slack: SlackSettings = SlackSettings()
    discord: DiscordSettings = DiscordSettings()
    log: str = "info"
    metrics_token: str = field(default="", repr=False)
    model: ModelSettings = ModelSettings()
    language: str = "en"
    pace: int = PACE
    """Asks of one person in a minute; 0 is without limit."""


def read_settings(environment: Mapping[str, str], data_folder: Path | None) -> Settings:
    """Settings from the environment, else from the file TACT_SETTINGS names, else the defaults.

    Any setting may also come from a file: TACT_DATABASE_URL_FILE names one that holds the value. Raises SettingsError.
    """
    named = _from_file(environment.get("TACT_SETTINGS"))
    values = {name: _value(name, environment) or named.get(name, "") for name in NAMES}
    host, _, port = (values["TACT_HTTP"] or "127.0.0.1:8080").rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > MOST_PORTS:
        raise SettingsError(f"TACT_HTTP is {values['TACT_HTTP']!r}; it must be host:port, such as 127.0.0.1:8080.")
    charters = Path(values["TACT_CHARTERS"]) if values["TACT_CHARTERS"] else None
    if charters and not charters.is_dir():
        raise SettingsError(f"TACT_CHARTERS names {charters}, which is no folder. Make it, or leave the setting out.")
    for name, begins in _BEGINS.items():
        if values[name] and not values[name].startswith(begins):
            raise SettingsError(f"{name} is a token of another kind; it must begin with {begins}")
    log = values["TACT_LOG"].strip().casefold() or "info"
    if log not in LEVELS:
        raise SettingsError(f"TACT_LOG is {log!r}; it must be one of {', '.join(LEVELS)}.")
    return Settings(
        database_url(values["TACT_DATABASE_URL"] or _beside(data_folder)),
        _keys(values["TACT_KEY"]),
        charters,
        host,
        int(port),
        _part(SlackSettings, "SLACK_", values),
        _part(DiscordSettings, "DISCORD_", values),
        log,
        values["TACT_METRICS_TOKEN"].strip(),
        ModelSettings(*(values[name].strip() for name in ("TACT_LLM", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"))),
        values["TACT_LANGUAGE"].strip().casefold() or "en",
        _pace(values["TACT_PACE"].strip()),
    )


def from_environment() -> Settings:
    """The settings of this process; raises SettingsError."""
    from platformdirs import user_data_path  # here, so that reading settings from elsewhere needs no library

    try:
        data_folder: Path | None = user_data_path("tact", appauthor=False)
    except RuntimeError:  # a user whom the machine does not know has no home, as in many containers
        data_folder = None
    return read_settings(os.environ, data_folder)


def plain_output() -> bool:
    """Whether the user asked every program for output without colour (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def _beside(data_folder: Path | None) -> str:
    """The URL of a database in the platform's data folder."""
    if data_folder is None:
        raise SettingsError("This user has no home folder to keep a database in; name one in TACT_DATABASE_URL.")
    return f"sqlite+aiosqlite:///{data_folder / 'tact.db'}"


def _value(name: str, environment: Mapping[str, str]) -> str:
    if name in environment:
        return environment[name]
    path = environment.get(f"{name}_FILE")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE names {path}, which cannot be read ({error}).") from error


def _from_file(path: str | None) -> dict[str, str]:
    if not path:
        return {}
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"TACT_SETTINGS names {path}, which cannot be read ({error}).") from error
    unknown = sorted(set(raw) - set(NAMES))
    if unknown:
        raise SettingsError(f"{path} has the unknown setting {unknown[0]}; known are {', '.join(NAMES)}.")
    return {name: str(value) for name, value in raw.items()}


def _part(kind: type[_Part], prefix: str, values: Mapping[str, str]) -> _Part:
    """The settings of one platform; what was not said keeps its default."""
    said = {name.removeprefix(prefix).lower(): values[name].strip() for name in NAMES if name.startswith(prefix)}
    return kind(**{name: value for name, value in said.items() if value})


def _pace(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) <= PACE_DIGITS):
        raise SettingsError(f"TACT_PACE is {text!r}; it must be a whole number such as 10, or 0 for no limit.")
    return int(text or PACE)


def _keys(text: str) -> tuple[bytes, ...]:
    """Keys in base64, separated by commas."""
    keys = []
    for part in filter(None, (part.strip() for part in text.replace("\n", ",").split(","))):
        try:
            keys.append(base64.b64decode(part, validate=True))
        except binascii.Error as error:
            raise SettingsError("TACT_KEY must be base64; `tact doctor` shows how to make a key.") from error
        if len(keys[-1]) != KEY_BYTES:
            raise SettingsError(f"TACT_KEY must be {KEY_BYTES} bytes in base64; one part has {len(keys[-1])} bytes.")
    return tuple(keys)


def database_url(url: str) -> str:
    """The URL of a database with the driver Tact uses; raises SettingsError for any other kind."""
    for plain, driver in (("sqlite://", "sqlite+aiosqlite://"), ("postgresql://", "postgresql+asyncpg://")):
        if url.startswith(plain):
            return driver + url.removeprefix(plain)
    if not url.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
        raise SettingsError("A database's URL (TACT_DATABASE_URL) must start with sqlite:// or postgresql://.")
    return url
