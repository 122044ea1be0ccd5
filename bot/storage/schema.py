"""What every table is made of: columns that say how private they are and how long they are kept.

Each thing that is kept has a module of its own here, with its table and its verbs. Tags are personal, secret or neutral.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps no zone, so what it holds is taken for UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """The time with its zone."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def column(name: str, kind: Any, *more: Any, tag: str, kept: str, **options: Any) -> Column[Any]:
    """A column with its privacy tag and retention; never null unless it says so."""
    options.setdefault("nullable", False)
    return Column(name, kind, *more, info={"tag": tag, "kept": kept}, **options)


def number(kept: str) -> Column[Any]:
    """The row's number."""
    return column("id", Integer, primary_key=True, tag="neutral", kept=kept)


def of_person(kept: str, **options: Any) -> Column[Any]:
    """Whose row it is; erasing the person erases the row."""
    return column(
        "person_id", Integer, ForeignKey("people.id", ondelete="CASCADE"), tag="personal", kept=kept, **options
    )


def key_of_person(name: str, kept: str, **options: Any) -> Column[Any]:
    """The keyed hash of a person, where a row must know them without belonging to them."""
    made = column(name, String(64), tag="personal", kept=kept, **options)
    made.info["names"] = "key"
    return made


def of_tenant(kept: str, **options: Any) -> Column[Any]:
    """Which workspace, server or machine it belongs to; uninstalling erases the row."""
    return column(
        "tenant", String(120), ForeignKey("tenants.key", ondelete="CASCADE"), tag="neutral", kept=kept, **options
    )


def of_room(name: str, kept: str, **options: Any) -> Column[Any]:
    """The room or house it belongs to; a server that removes Tact takes the row along (see `bot.storage.houses`)."""
    made = column(name, String(120), tag="neutral", kept=kept, **options)
    made.info["names"] = "room"
    return made


def table(name: str, *parts: Any, swept: timedelta | None = None) -> Table:
    """A table; with `swept`, rows whose column `at` is older than that are erased by the sweeper, who finds them by an index."""
    found = (Index(f"ix_{name}_at", "at"),) if swept else ()
    return Table(name, metadata, *parts, *found, info={"swept": swept})


def tables_of_people() -> list[Table]:
    """Every table whose rows belong to a person."""
    return [table for table in metadata.sorted_tables if "person_id" in table.c]


def keys_of_people() -> list[Column[Any]]:
    """Every column that names a person by their keyed hash, in a row that does not belong to them."""
    return _naming("key")


def columns_of_rooms() -> list[Column[Any]]:
    """Every column that names the room or house a row belongs to."""
    return _naming("room")


def _naming(what: str) -> list[Column[Any]]:
    columns = (column for table in metadata.sorted_tables for column in table.c)
    return [column for column in columns if column.info.get("names") == what]


def sealed_columns() -> list[Column[Any]]:
    """Every column that rests sealed, for the place tenant, table and column."""
    columns = (column for table in metadata.sorted_tables for column in table.c)
    return [column for column in columns if isinstance(column.type, LargeBinary)]
