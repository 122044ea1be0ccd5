"""The manifests: within Slack's limits, with just the scopes that the install page explains, in step with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack import words
from adapters.slack.installing import BACK
from adapters.slack.modal import CHECK_DRAFT, CHECK_MESSAGE
from adapters.slack.scopes import EVENTS, LISTENING, LISTENING_EVENTS, SCOPES

DEPLOY = Path(__file__).parents[2] / "deploy"
PLAIN, COACHING = "slack-manifest.yaml", "slack-manifest-listening.yaml"
BOTH = pytest.mark.parametrize("name", [PLAIN, COACHING])
ADDRESS = "https://tact.example.org"


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


@BOTH
def test_every_text_is_within_slacks_limits(name: str) -> None:
    manifest = read(name)
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    features = manifest["features"]
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
        assert len(command["usage_hint"]) <= 1000
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150
        assert shortcut["type"] in ("global", "message")
    assert len(manifest["settings"]["event_subscriptions"]["bot_events"]) <= 100


@BOTH
def test_only_fields_of_the_schema_stand_there(name: str) -> None:
    manifest = read(name)
    assert set(manifest) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(manifest["features"]) == {"app_home", "agent_view", "bot_user", "shortcuts", "slash_commands"}
    assert "assistant_view" not in manifest["features"]  # new apps can only use agent_view
    assert set(manifest["settings"]) == {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
    }  # fmt: skip


def test_the_scopes_are_exactly_those_that_are_explained() -> None:
    plain, listening = (read(name)["oauth_config"]["scopes"] for name in (PLAIN, COACHING))
    assert list(plain) == list(listening) == ["bot"]
    assert plain["bot"] == sorted(SCOPES)
    assert listening["bot"] == sorted({*SCOPES, *LISTENING})
    assert not [scope for scope in plain["bot"] if scope.endswith(":history") and scope != "im:history"]
    page = (DEPLOY / "README.md").read_text(encoding="utf-8").split("\n## Slack")[1].split("\n## ")[0]
    explained = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(explained) == sorted(SCOPES)
    assert all(f"`{scope}`" in page for scope in LISTENING)


def test_the_events_are_those_that_are_handled() -> None:
    plain, listening = (read(name)["settings"]["event_subscriptions"]["bot_events"] for name in (PLAIN, COACHING))
    assert plain == sorted(EVENTS)
    assert listening == sorted({*EVENTS, *LISTENING_EVENTS})


@BOTH
def test_the_manifest_and_the_program_mean_the_same(name: str) -> None:
    manifest = read(name)
    features, settings = manifest["features"], manifest["settings"]
    called = {shortcut["type"]: shortcut["callback_id"] for shortcut in features["shortcuts"]}
    assert called == {"global": CHECK_DRAFT, "message": CHECK_MESSAGE}
    [command] = features["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/tact", False)
    events = f"{ADDRESS}/slack/events"
    addresses = {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }
    assert addresses == {events}
    assert manifest["oauth_config"]["redirect_urls"] == [ADDRESS + BACK]
    prompts = [(p["title"], p["message"]) for p in features["agent_view"]["suggested_prompts"]]
    assert prompts == [tuple(prompt) for prompt in words.load().agent.prompts]
