"""Addresses, receipts and the outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _tenant(**options: Any) -> sa.Column[str]:
    key = sa.ForeignKey("tenants.key", ondelete="CASCADE")
    return sa.Column("tenant", sa.String(120), key, nullable=False, **options)


def _person(**options: Any) -> sa.Column[int]:
    key = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Integer, key, nullable=False, **options)


def _text(name: str, length: int, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, **options)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "addresses",
        _person(primary_key=True),
        _text("platform", 20),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        _time("at"),
    )
    op.create_table(
        "receipts",
        _tenant(primary_key=True),
        _text("event", 120, primary_key=True),
        _time("at"),
        sa.Column("answer_to", sa.LargeBinary, nullable=True),
    )
    op.create_index("ix_receipts_at", "receipts", ["at"])
    op.create_table(
        "outbox",
        _text("id", 25, primary_key=True),
        _tenant(),
        _person(),
        _text("kind", 10),
        _text("cause", 120, unique=True),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        _time("due"),
        _text("state", 10),
        _time("leased_until", nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("unknowns", sa.Integer, nullable=False),
        _text("why", 60),
        _time("at"),
    )
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due"])
    op.create_index("ix_outbox_person", "outbox", ["person_id", "due"])
