"""Asks with outcomes, events seen once, served purposes, remarks, and wishes for quiet."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _person(**options: Any) -> sa.Column[int]:
    key = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Integer, key, nullable=False, **options)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, **options)


def upgrade() -> None:
    op.add_column("people", sa.Column("entries", sa.Integer, nullable=False, server_default="0"))
    op.add_column("verdicts", _text("served", 20, server_default=""))
    op.add_column("entries", sa.Column("number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("entries", _text("outcome", 10, server_default=""))
    for name in ("answered_at", "thanked_at", "told_at"):
        op.add_column("entries", _time(name, nullable=True))
    op.add_column("entries", sa.Column("event", sa.String(64), nullable=True))
    op.execute("UPDATE entries SET outcome = 'open' WHERE kind = 'asked'")
    op.execute(
        "UPDATE entries SET number = (SELECT count(*) FROM entries AS earlier"
        " WHERE earlier.person_id = entries.person_id AND earlier.id <= entries.id)"
    )
    op.execute("UPDATE people SET entries = (SELECT count(*) FROM entries WHERE entries.person_id = people.id)")
    op.drop_index("ix_entries_person_at", "entries")
    op.create_index("ix_entries_balance", "entries", ["person_id", "at", "kind", "what"])
    op.create_index("ix_entries_outcome", "entries", ["person_id", "outcome", "at"])
    op.create_index("ix_entries_number", "entries", ["person_id", "number"], unique=True)
    op.create_index("ix_entries_event", "entries", ["person_id", "event", "kind"], unique=True)
    op.create_table(
        "mutes",
        _person(primary_key=True),
        _text("what", 20, primary_key=True),
        _time("until", nullable=True),
    )
    op.create_table(
        "opt_outs",
        sa.Column("tenant", sa.String(120), sa.ForeignKey("tenants.key", ondelete="CASCADE"), nullable=False),
        _text("user_key", 64, primary_key=True),
        _time("at"),
    )
    op.create_table(
        "remarks",
        _person(primary_key=True),
        _text("about", 60, primary_key=True),
        _time("at"),
    )
