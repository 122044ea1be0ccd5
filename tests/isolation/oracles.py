"""What must hold after every step: of replies, letters, statements and rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.model import Person, Reply, Room
from bot.storage.database import user_key
from bot.storage.schema import metadata
from tests.isolation.homes import CODE, DISCORD, MEMBERSHIPS, ROOMS, SERVERS, Member, foreign, tenant

_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)"?', re.IGNORECASE)
_SCOPE = re.compile(r"(person_id|person|tenant|place|user_key|author|key)(?:_\d+|_m\d+)*\Z")
_NOBODY = re.compile(r"\b(?:person_id|people\.id|user_key) IS NULL\b")
_PERSONAL = {t.name for t in metadata.tables.values() if {"person_id", "tenant", "user_key", "key"} & set(t.c.keys())}
_BY_ROW = {"review_steps"}
"""Tables whose rows belong to a row of another table."""


def said(reply: Reply | None) -> str:
    """Everything of a reply that somebody may see or send back by a click."""
    if reply is None:
        return ""
    return "\n".join([reply.text, *reply.quotes, *(f"{b.label}\n{b.command}" for b in reply.buttons)])


class Statements:
    """Listens to every statement of the engine; says which one reached beyond the tenants of the step."""

    def __init__(self) -> None:
        self.count = 0
        self.shapes: set[str] = set()
        self.problems: list[str] = []
        self.numbers: set[int] = set()
        self._acting: Sequence[Member] = ()

    @contextmanager
    def within(self, *acting: Member) -> Iterator[None]:
        """A step of these people; outside of it statements may be about everybody (scheduler, delivery, sweeper)."""
        self._acting, self.numbers = acting, set()
        try:
            yield
        finally:
            self._acting = ()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Until the end of the block."""
        event.listen(Engine, "before_cursor_execute", self._heard)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._heard)

    def _heard(self, _: Any, __: Any, statement: str, parameters: Any, context: Any, ___: bool) -> None:
        if not self._acting:
            return
        self.count += 1
        self.shapes.add(statement)
        rows = getattr(context, "compiled_parameters", None) or [{}]
        tenants = {member.person.tenant for member in self._acting}
        for row in rows:
            self._codes(statement, row)
            if set(_TABLE.findall(statement)) & _PERSONAL and not self._is_scoped(statement, row, tenants):
                self.problems.append(f"not scoped: {' '.join(statement.split())[:200]} {_kinds(row)}")

    def _codes(self, statement: str, row: Mapping[str, Any]) -> None:
        if statement.startswith("SELECT"):
            return  # what is looked for may be anybody's guess; what is found is checked where it is shown
        for value in row.values():
            for found in CODE.finditer(value) if isinstance(value, str) else ():
                mine = any(not list(foreign(found.group(), one, one.room("C1"))) for one in self._acting)
                if not mine:
                    self.problems.append(f"a foreign code was bound: {' '.join(statement.split())[:200]}")

    def _is_scoped(self, statement: str, row: Mapping[str, Any], tenants: set[str]) -> bool:
        """Whether it names a tenant or a person of the step; numbers are looked up when the step is over."""
        scoped = bool(_NOBODY.search(statement))
        for name, value in row.items():
            found = _SCOPE.match(name)
            if not found:
                continue
            if value is None:  # whoever nothing is kept of: equal to NULL is nobody
                scoped = True
                continue
            if found[1] in ("tenant", "key") and value not in tenants:
                return False
            if found[1] == "place" and (not isinstance(value, str) or value.partition("/")[0] not in tenants):
                continue  # the community of a verdict begins with its tenant; other places are numbers
            if found[1] in ("person_id", "person"):
                self.numbers.add(int(value))
            scoped = True
        return scoped or _by_number_of_person(statement, row, self.numbers)


def _by_number_of_person(statement: str, row: Mapping[str, Any], numbers: set[int]) -> bool:
    """Rows of `people` are named by their own number."""
    tables = set(_TABLE.findall(statement)) & _PERSONAL
    ids = [value for name, value in row.items() if name == "whose" or name.startswith("id_")]
    if tables == {"people"} and ids:
        numbers.update(ids)
        return True
    return False


def _kinds(row: Mapping[str, Any]) -> list[str]:
    return [f"{name}:{type(value).__name__}" for name, value in row.items()]


class Rows:
    """Reads the file beside the store, as somebody would who looks for what is not theirs."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def owners(self, numbers: set[int]) -> set[str]:
        """The tenants of people by their numbers; who was erased has none."""
        with closing(self._open()) as database:
            marks = ",".join("?" * len(numbers))
            return {
                row[0] for row in database.execute(f"SELECT tenant FROM people WHERE id IN ({marks})", sorted(numbers))
            }

    def problems(self) -> list[str]:
        """Rows with a code that is not their owner's; also rows of people whom nobody knows."""
        with closing(self._open()) as database:
            owners = dict(self._people(database))
            found = []
            for table in metadata.tables.values():
                names = [column.name for column in table.columns]
                for row in database.execute(f"SELECT {', '.join(names)} FROM {table.name}"):
                    found += _wrong(table.name, dict(zip(names, row, strict=True)), owners)
            return found

    def _people(self, database: sqlite3.Connection) -> Iterator[tuple[int, Member]]:
        peppers = dict(database.execute("SELECT key, pepper FROM tenants"))
        keys = {
            user_key(peppers[one.person.tenant], one.person): one for one in MEMBERSHIPS if one.person.tenant in peppers
        }
        keys |= {
            user_key(pepper, Person(at, f"#{one.room(channel).channel}")): Member(one.home, 0)
            for at, pepper in peppers.items()
            for one in MEMBERSHIPS
            if one.person.tenant == at
            for channel in ROOMS
        }
        for number, kept, key in database.execute("SELECT id, tenant, user_key FROM people"):
            if key in keys and keys[key].person.tenant == kept:
                yield number, keys[key]

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)


def _wrong(table: str, row: Mapping[str, Any], owners: Mapping[int, Member]) -> Iterator[str]:
    owner = owners.get(row["person_id"]) if "person_id" in row else None
    if "person_id" in row and row["person_id"] is not None and owner is None:
        yield f"{table}: a row of nobody"
    for name, value in row.items():
        for found in CODE.finditer(value) if isinstance(value, str) else ():
            if owner and owner.number and found.group().casefold() not in (owner.code.casefold(), "zq0000k"):
                yield f"{table}.{name}: {found.group()} in a row of {owner.code}"
            if not (owner and owner.number) and not _of_place(found, row):
                yield f"{table}.{name}: {found.group()} in {row.get('tenant')} {row.get('room')}"


def _of_place(found: re.Match[str], row: Mapping[str, Any]) -> bool:
    """Whether a code belongs to the tenant, and on Discord to the server, whose row it stands in."""
    home = int(found[1])
    if row.get("tenant") == "discord":
        return home == DISCORD or (home in SERVERS and str(row.get("room", "")).startswith(f"S{home}/"))
    return home in range(1, 21) and row.get("tenant") == tenant(home)


def wrong_person(person: Person, member: Member) -> bool:
    """Whether a letter to somebody names another tenant or another person."""
    return person.tenant != member.person.tenant


def in_reply(reply: Reply | None, member: Member, room: Room) -> list[str]:
    """The foreign codes of a reply."""
    return list(foreign(said(reply), member, room))
