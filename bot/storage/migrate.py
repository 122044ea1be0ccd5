"""Brings a database to this version's schema, and refuses one that is newer or not Tact's."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.storage import StoreError

_ONE_AT_A_TIME = 0x7AC7
"""The advisory lock of PostgreSQL under which processes that start together migrate one after the other."""


def migrate(connection: Connection, to: str = "head") -> None:
    """Runs what is missing, up to a revision; raises StoreError for a foreign or newer database and leaves it as it was."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
    made = config()
    made.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(made).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise StoreError(
            f"The database is of a newer Tact (schema {current}). Nothing was changed; upgrade Tact or name another database."
        )
    tables = set(inspect(connection).get_table_names())
    if current is None and tables:
        raise StoreError(
            f"The database belongs to another program (it has the table {min(tables)}). Nothing was changed; name another one in TACT_DATABASE_URL."
        )
    command.upgrade(made, to)


def newest() -> str:
    """The revision of this version's schema."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def config() -> Config:
    """Where Alembic finds the migrations."""
    made = Config()
    made.set_main_option("script_location", str(files("bot.storage") / "migrations"))
    return made
