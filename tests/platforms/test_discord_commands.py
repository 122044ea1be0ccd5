"""The list of commands as Discord gets it: within its limits, in words the coach understands, sent when it changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import msgspec
import pytest
from discord import app_commands

from adapters.discord.lines import options_of, say
from adapters.discord.words import CommandWords, Kind, Translations, Words, load
from bot.commands import ASKS, NAMES, BadCommand
from bot.grammar import Grammar
from bot.language import speaking
from bot.reviews import Turn
from bot.wording import load as load_wording
from tests.platforms.discord_serving import tact_on
from tests.servers.discord_platform.client import LoopbackDiscord

pytest_plugins = ["tests.servers.discord_platform.fixtures"]

WORDS = load()
FILLED = {
    Kind.TEXT: "Could you look at this?", Kind.WORD: "M", Kind.NETWORK: "linkedin", Kind.DELIVERY: "dm", Kind.RELATION: "stranger",
    Kind.PURPOSE: "brand", Kind.GIVE: "help", Kind.ASK: "advice", Kind.HOUR: "09:00", Kind.ZONE: "Europe/Berlin", Kind.TOPIC: "check",
}  # fmt: skip


def walk(options: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for option in options:
        yield option
        yield from walk(option.get("options") or [])


async def test_the_definition_is_within_discords_limits(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with tact_on(loopback, tmp_path):
        commands = await loopback.commands()
    assert [(c["name"], c["type"]) for c in commands] == [("tact", 1), ("tact-admin", 1), ("Check etiquette", 3)]
    for command in commands:
        parts = [command, *walk(command.get("options") or [])]
        assert sum(len(p["name"]) + len(p.get("description") or "") for p in parts) <= 8000
        for part in parts:
            assert len(part["name"]) <= 32
            assert len(part.get("description") or "") <= 100
            assert len(part.get("options") or []) <= 25
    everybody, admins, _ = commands
    assert {option["name"] for option in everybody["options"]} == {*NAMES, "home"}
    assert everybody["integration_types"] == [0, 1]
    assert everybody["contexts"] == [0, 1, 2]
    assert (admins["contexts"], admins["integration_types"]) == ([0], [0])
    assert admins["default_member_permissions"] == discord.Permissions(manage_guild=True).value


@pytest.mark.parametrize(
    "name",
    [
        *(name for name, command in WORDS.commands.items() if not command.home),
        "admin charter",
    ],
)
def test_every_command_says_what_the_coach_understands(name: str) -> None:
    commands = WORDS.admin_commands if name.startswith("admin ") else WORDS.commands
    command = commands[name.removeprefix("admin ")]
    grammar = Grammar(load_wording().synonyms)
    options = options_of(command.line)
    for filled in (options, options[:1], options[-1:]):
        text = say(command.line, {option: example_of(option) for option in filled})
        kind = understood(grammar, text)
        assert kind != "Check" or name == "check", text
        assert kind != "BadCommand" or len(filled) < len(options), text


def example_of(option: str) -> str:
    words = WORDS.options[option]
    return words.choices[0] if words.choices else FILLED[words.kind]


def understood(grammar: Grammar, text: str) -> str:
    try:
        return type(grammar.parse(text)).__name__
    except BadCommand:
        return "BadCommand"


@pytest.mark.parametrize("name", ["tips", "quiet", "privacy", "review", "asked"])
def test_every_choice_that_is_offered_is_understood(name: str) -> None:
    grammar = Grammar(load_wording().synonyms)
    [option, *_] = options_of(WORDS.commands[name].line)
    for choice in WORDS.options[option].choices:
        assert understood(grammar, say(WORDS.commands[name].line, {option: choice})) not in {"Check", "BadCommand"}, (
            choice
        )


def test_every_ask_and_every_turning_point_is_offered() -> None:
    assert set(ASKS) <= set(WORDS.options["ask"].choices)
    assert set(Turn) <= set(WORDS.options["turn"].choices)


def test_empty_options_leave_their_piece_out() -> None:
    line = ["tips", "{days}", "at {hour}", "in {zone}"]
    assert say(line, {"days": "weekdays", "zone": "Europe/Berlin"}) == "tips weekdays in Europe/Berlin"
    assert say(line, {"hour": " ", "days": None}) == "tips"
    assert say(["check", ": {draft}"], {"draft": "a {zone} b"}) == "check : a {zone} b"


def test_forms_and_options_exist_and_have_labels() -> None:
    for command in (*WORDS.commands.values(), *WORDS.admin_commands.values()):
        assert set(options_of(command.line)) <= set(WORDS.options)
        assert not command.form or command.form in WORDS.forms
    for form in WORDS.forms.values():
        assert len(form.title) <= 45
        assert len(options_of(form.line)) <= 5
        assert all(len(WORDS.labels[option]) <= 45 for option in options_of(form.line))


async def test_names_are_translated_where_words_exist() -> None:
    german: Words = msgspec.structs.replace(WORDS, translations={"de": {"Check etiquette": "Etikette prüfen"}})
    translations = Translations(german)
    context: Any = app_commands.TranslationContext(app_commands.TranslationContextLocation.command_name, None)
    name = app_commands.locale_str("Check etiquette")
    assert await translations.translate(name, discord.Locale.german, context) == "Etikette prüfen"
    assert await translations.translate(name, discord.Locale.french, context) is None


async def test_commands_are_sent_only_when_they_changed(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    await loopback.configure(rate_limits=False)
    for _ in range(2):
        async with tact_on(loopback, tmp_path):
            pass
    sent = await loopback.requests(r"/applications/\d+/commands$")
    assert len(sent) == 1
    fewer = {name: command for name, command in WORDS.commands.items() if name != "chart"}
    changed = msgspec.structs.replace(WORDS, commands=fewer)
    async with tact_on(loopback, tmp_path, words=changed):
        assert len(await loopback.requests(r"/applications/\d+/commands$")) == 2


async def test_of_several_processes_one_sends_the_commands(
    loopback: LoopbackDiscord, tmp_path: Path, postgresql: Any
) -> None:
    url = postgresql.database()
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    settings = {"TACT_DATABASE_URL": url, "TACT_KEY": key}
    await loopback.fault(r"/commands$", delay=0.3)

    async def start() -> None:
        async with tact_on(loopback, tmp_path, **settings):
            pass

    await asyncio.gather(start(), start())
    assert len(await loopback.requests(r"/applications/\d+/commands$")) == 1


async def test_commands_that_were_not_taken_are_sent_at_the_next_start(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    await loopback.refuse(r"/commands$", 400, 50035)
    async with tact_on(loopback, tmp_path):
        assert await loopback.commands() == []
    async with tact_on(loopback, tmp_path):
        assert len(await loopback.commands()) == 3


async def test_what_another_version_listed_is_answered_by_the_coach(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    """Somebody's Discord still offers a command that this version does not have."""
    more = {**WORDS.commands, "purposes": CommandWords("An older name.", ("purposes", "{network}"))}
    async with tact_on(loopback, tmp_path, words=msgspec.structs.replace(WORDS, commands=more)):
        pass
    await loopback.refuse(r"/commands$", 403, 50001)
    async with tact_on(loopback, tmp_path):
        answer = await loopback.slash("U1", "tact purposes", {"network": "linkedin"}, channel="C1")
    assert answer.private
    assert "purpose" in answer.text


async def test_somebody_whose_discord_is_german_is_answered_and_listed_in_german(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    await loopback.configure(rate_limits=False)
    await loopback.change_user("U1", locale="de")
    async with tact_on(loopback, tmp_path):
        group, _, menu = await loopback.commands()
        german = await loopback.slash("U1", "tact balance", {}, channel="C1")
        english = await loopback.slash("U2", "tact balance", {}, channel="C1")
    said = {option["name"]: option["description_localizations"]["de"] for option in group["options"]}
    assert "Sprache" in said["language"]
    assert all(len(text) <= 100 for text in said.values())
    assert set(menu["name_localizations"]) == {"de"}
    assert german.text.startswith("In den letzten 30 Tagen")
    assert english.text.startswith("In the last 30 days")


def test_german_labels_are_within_discords_limits() -> None:
    with speaking("de"):
        german = load()
    assert all(len(form.title) <= 45 for form in german.forms.values())
    assert all(len(label) <= 45 for label in german.labels.values())
    assert all(len(option.says) <= 100 for option in german.options.values())
    assert len(german.menu) <= 32
