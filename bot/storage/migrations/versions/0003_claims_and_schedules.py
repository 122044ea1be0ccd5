"""What claiming letters needs, schedules and pushes. Nothing wrote letters before this, so the outbox is made anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _owner(name: str, kind: Any, key: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, sa.ForeignKey(key, ondelete="CASCADE"), nullable=False, **options)


def _text(name: str, length: int, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, **options)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        _text("id", 25, primary_key=True),
        _owner("tenant", sa.String(120), "tenants.key"),
        _owner("person_id", sa.Integer, "people.id"),
        _text("kind", 10),
        _text("cause", 120),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.Column("platform", sa.String(20), nullable=True),
        sa.Column("answer_to", sa.LargeBinary, nullable=True),
        _time("due"),
        _time("good_until"),
        _text("state", 10),
        _time("ready"),
        _number("attempts"),
        _number("unknowns"),
        _text("why", 60),
        _time("at"),
    )
    op.create_index("ix_outbox_cause", "outbox", ["person_id", "cause"], unique=True)
    op.create_index("ix_outbox_state_ready", "outbox", ["state", "ready"])
    op.create_index("ix_outbox_person_due", "outbox", ["person_id", "due"])
    op.add_column("addresses", sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "schedules",
        _owner("person_id", sa.Integer, "people.id", primary_key=True),
        _text("zone", 60),
        _text("days", 7),
        _text("local_time", 5),
        _text("quiet", 11),
        _time("paused_until", nullable=True),
        _time("next_due", nullable=True),
        sa.Column("is_channel", sa.Boolean, nullable=False),
        _time("opted_in_at", nullable=True),
    )
    op.create_index("ix_schedules_next_due", "schedules", ["next_due"])
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("person_id", sa.Integer, "people.id"),
        _text("kind", 10),
        _text("topic", 60),
        _time("at"),
        _text("skipped", 20),
        _time("used_at", nullable=True),
        _text("how", 10),
    )
    op.create_index("ix_pushes_person_at", "pushes", ["person_id", "at"])
