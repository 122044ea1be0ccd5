"""Every command in every role: allowed, or one clear sentence and nothing changed; and who an adapter takes for what.

Reliability catalogue P02 and P03. The matrix is printed with its size.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.discord.incoming import person_of, room_of
from adapters.slack.incoming import read_incoming
from bot.coach import Coach
from bot.commands import EXAMPLES, NAMES
from bot.judging import Judging
from bot.model import Person, Reply, Room, Tone
from bot.storage.store import Store
from tests.conftest import Clock


@dataclass(frozen=True, slots=True)
class Role:
    """Who says it, where."""

    name: str
    person: Person
    room: Room

    @property
    def looks_after(self) -> bool:
        """Whether this place's charter and its tips are theirs to change."""
        return self.room.admin and bool(self.room.channel)


MEMBER, GUEST, FOREIGNER = Person("slack:T1", "U1"), Person("slack:T1", "T2:U1"), Person("discord", "U1")
ROLES = (
    Role("member in a channel", MEMBER, Room("C1")),
    Role("admin in a channel", Person("slack:T1", "U0"), Room("C1", admin=True)),
    Role("member in a direct message", MEMBER, Room()),
    Role("admin in a direct message", Person("slack:T1", "U0"), Room(admin=True)),
    Role("guest through Slack Connect", GUEST, Room("C1")),
    Role("same id in another workspace", Person("slack:T2", "U1"), Room("C1")),
    Role("member of a server", Person("discord", "U2"), Room("S1/C1")),
    Role("who manages a server", Person("discord", "U0"), Room("S1/C1", admin=True)),
    Role("who brought Tact into a foreign server", FOREIGNER, Room("S9/C1")),
)
CHARTER = "charter here: No recruiting."
ALWAYS = (
    *(EXAMPLES.get(name, name) for name in NAMES if name != "charter"),
    "check", "where", "asked list", "asked 1 answered", "asked 99 told", "thanked 1", "tie", "tie M",
    "tie M did hello", "tie forget M", "review", "review done 1", "review stop", "purpose", "purpose clear", "purpose keep", "tips",
    "tips now", "tips why", "tips off", "quiet", "quiet nudges why", "quiet listening on", "quiet resend", "privacy export",
    "privacy erase", "help linkedin", "charter", "charter everywhere", "charter versions", "charter preview: No links.",
)  # fmt: skip
"""What is everybody's own: allowed, or refused for another reason than who says it."""
LOOKED_AFTER = (
    CHARTER, "charter everywhere: No recruiting.", "charter clear", "charter everywhere clear", "charter back to 1",
    "charter everywhere back to 1", "tips here on weekdays at 9", "tips here off",
)  # fmt: skip
"""What only who looks after a place may change."""


def is_clear(reply: Reply) -> bool:
    """A sentence or two, in words."""
    plain = reply.text and len(reply.text) < 400 and reply.text.count("\n") < 4
    return bool(plain) and not any(sign in reply.text for sign in ("Traceback", "Error", "None", "{", "object at"))


def charters_in(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT tenant, room, version, text FROM charters ORDER BY id").fetchall()


def schedules_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM schedules WHERE is_channel").fetchone()[0])


@pytest.mark.parametrize("role", ROLES, ids=[role.name for role in ROLES])
async def test_every_command_is_allowed_or_refused_in_a_clear_sentence(
    role: Role, judging: Judging, store: Store, clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coach, file = Coach(judging, store, clock), tmp_path / "tact.db"
    for line in ALWAYS:
        reply = await coach.hear(role.person, line, role.room)
        assert reply.private, line
        assert reply.text, line
        assert reply.tone is not Tone.PROBLEM or is_clear(reply), (line, reply.text)
        assert charters_in(file) == [], line
    for line in LOOKED_AFTER:
        before = charters_in(file), schedules_in(file)
        reply = await coach.hear(role.person, line, role.room)
        assert reply.private, line
        if role.looks_after:
            assert reply.tone is not Tone.PROBLEM or "back to" in line or line.startswith("tips here"), (
                line,
                reply.text,
            )
        else:
            assert reply.tone is Tone.PROBLEM, (line, reply.text)
            assert is_clear(reply), (line, reply.text)
            assert "nothing was changed" in reply.text.casefold(), (line, reply.text)
            assert (charters_in(file), schedules_in(file)) == before, line
    with capsys.disabled():
        print(f"\nroles: {role.name}: {len(ALWAYS) + len(LOOKED_AFTER)} cells")


async def test_nobody_gets_at_what_is_anothers_by_its_number_or_name(
    judging: Judging, store: Store, clock: Clock
) -> None:
    """Numbers count for each person from one, so a guessed number is one's own or nothing."""
    coach = Coach(judging, store, clock)
    owner = Person("slack:T1", "U9")
    for line in ("asked advice from Zorro", "tie Zorro like", "review promotion", "gave help to Zorro"):
        await coach.hear(owner, line, Room("C1"))
    for role in ROLES:
        for line in (
            "asked 1 answered", "asked 1 open", "thanked 1", "asked Zorro answered", "tie Zorro", "tie forget Zorro", "tie Zorro did hello",
            "undo", "review done 1", "review stop", "balance", "privacy export", "privacy erase confirm", "quiet resend",
        ):  # fmt: skip
            reply = await coach.hear(role.person, line, role.room)
            said = "\n".join([reply.text, *(button.command for button in reply.buttons)])
            assert "Zorro" not in said or "Zorro" in line, (role.name, line)
    kept = (await coach.hear(owner, "privacy export", Room("C1"))).text
    assert kept.count("Zorro") >= 3
    assert "answered" not in (await coach.hear(owner, "asked list")).text.split("1")[0]


CONTEXT = {"team_id": "T1", "enterprise_id": None, "user_id": "U1", "channel_id": "C1", "is_enterprise_install": False}


@pytest.mark.parametrize(("body", "more", "tenant", "user"), [
    ({}, {}, "slack:T1", "U1"),
    ({"event": {"user_team": "T2"}}, {}, "slack:T1", "T2:U1"),
    ({"user": {"team_id": "T2", "id": "U1"}}, {}, "slack:T1", "T2:U1"),
    ({"user": {"team_id": "T1", "id": "U1"}}, {}, "slack:T1", "U1"),
    ({"event": {"user_team": "T7"}}, {"enterprise_id": "E1", "is_enterprise_install": True}, "slack:E1", "U1"),
    ({"event": {"user_team": "T7"}, "is_ext_shared_channel": True}, {"enterprise_id": "E1", "is_enterprise_install": True}, "slack:E1", "T7:U1"),
    ({"event": {"user_team": 7}}, {}, "slack:T1", "U1"),
])  # fmt: skip
def test_slack_tells_members_from_guests(
    body: Mapping[str, Any], more: Mapping[str, Any], tenant: str, user: str
) -> None:
    incoming = read_incoming(body, AsyncBoltContext(CONTEXT | more))
    assert incoming is not None
    assert incoming.person == Person(tenant, user)


MANAGES = str(discord.Permissions(manage_guild=True).value)


@pytest.mark.parametrize(("guild", "owners", "permissions", "room"), [
    ("7", {"0": "7"}, MANAGES, Room("7/5", admin=True)),
    ("7", {"0": "7"}, "0", Room("7/5")),
    ("7", {"1": "1"}, MANAGES, Room("7/5")),  # brought along by the person into a server that did not install it
    ("7", {"0": "7", "1": "1"}, MANAGES, Room("7/5", admin=True)),
    ("7", {}, MANAGES, Room("7/5")),
    (None, {"1": "1"}, "0", Room(own=True)),
])  # fmt: skip
async def test_discord_tells_who_manages_from_who_brought_tact_along(
    guild: str | None, owners: dict[str, str], permissions: str, room: Room
) -> None:
    client = discord.Client(intents=discord.Intents.none())
    itself: Any = {"id": "3", "username": "tact", "discriminator": "0", "avatar": None}
    client._connection.user = discord.ClientUser(state=client._connection, data=itself)
    user = {"id": "1", "username": "ana", "discriminator": "0", "avatar": None}
    member = {
        "user": user,
        "roles": [],
        "joined_at": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": permissions,
    }
    data: Any = {
        "id": "9", "type": 2, "token": "t", "version": 1, "application_id": "3", "attachment_size_limit": 1, "entitlements": [],
        "authorizing_integration_owners": owners, "channel": {"id": "5", "type": 0 if guild else 1, "name": "c", "position": 0, "recipients": []},
        **({"guild_id": guild, "member": member} if guild else {"user": user}),
    }  # fmt: skip
    interaction: Any = discord.Interaction(data=data, state=client._connection)
    assert room_of(interaction) == room
    assert person_of(interaction.user) == Person("discord", "1")
