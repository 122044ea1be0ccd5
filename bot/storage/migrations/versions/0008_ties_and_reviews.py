"""Ties by nickname, and turning points with their steps."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _owner(name: str, key: str, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(key, ondelete="CASCADE"), nullable=False, **options)


def _text(name: str, length: int, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, **options)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "ties",
        _owner("person_id", "people.id", primary_key=True),
        _text("name_key", 80, primary_key=True),
        _text("who", 20),
        _text("stage", 10),
        _time("stage_at"),
        _time("warm_at"),
        _text("done", 300),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("person_id", "people.id"),
        _text("turn", 20),
        sa.Column("started_on", sa.Date, nullable=False),
        _text("course", 10),
        _time("tell_at", nullable=True),
        _time("at"),
    )
    op.create_index("ix_reviews_tell_at", "reviews", ["tell_at"])
    op.create_index("ix_reviews_person", "reviews", ["person_id", "at"])
    running = sa.text("course = 'running'")
    op.create_index(
        "ix_reviews_running", "reviews", ["person_id"], unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "review_steps",
        _owner("review_id", "reviews.id", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _owner("person_id", "people.id"),
        _text("code", 30),
        sa.Column("due_on", sa.Date, nullable=False),
        _text("state", 10),
        _time("told_at", nullable=True),
    )
    op.create_index("ix_review_steps_person", "review_steps", ["person_id"])
