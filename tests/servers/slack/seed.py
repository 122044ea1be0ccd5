"""The workspace every test starts with; a test adds what it needs more."""

from __future__ import annotations

from .world import Channel, Person, Team, Token, World

SCOPES = [
    "commands",
    "chat:write",
    "files:write",
    "im:write",
    "im:history",
    "users:read",
    "app_mentions:read",
    "assistant:write",
]


def add_team(world: World, team: Team) -> None:
    """A workspace without the app."""
    world.teams[team.id] = team
    bot = Person(team.id, team.bot_user, "tact", is_bot=True, tz="UTC")
    world.people[team.id, bot.id] = bot


def install(world: World, team: Team, scopes: list[str]) -> None:
    """The app with a bot token xoxb-<team>."""
    token = Token(f"xoxb-{team.id}", "bot", team.id, scopes, team.enterprise)
    world.tokens[token.value] = token


def seed(world: World) -> None:
    """T1 with U1, U2 and U3 (admin); C1 with the bot, C2 public and C3 private without it."""
    app = Token("xapp-1-A1", "app", None, ["connections:write"])
    world.tokens[app.value] = app
    acme = Team("T1", "Acme", "acme")
    add_team(world, acme)
    install(world, acme, list(SCOPES))
    for id_, name, tz, is_admin in (
        ("U1", "ana", "Europe/Berlin", False),
        ("U2", "bo", "America/New_York", False),
        ("U3", "cyd", "Asia/Kolkata", True),
    ):
        world.people["T1", id_] = Person("T1", id_, name, tz, is_admin)
    everyone = ["U1", "U2", "U3"]
    for channel in (
        Channel("T1", "C1", "general", members=[*everyone, "U0TACT"]),
        Channel("T1", "C2", "random", members=list(everyone)),
        Channel("T1", "C3", "leads", "private", members=["U1", "U3"]),
    ):
        world.channels["T1", channel.id] = channel
