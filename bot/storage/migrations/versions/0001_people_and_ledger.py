"""People, verdict history, purposes and the first ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _person() -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("key", sa.String(120), primary_key=True),
        _text("pepper", 64),
        _time("created_at"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant", sa.String(120), sa.ForeignKey("tenants.key", ondelete="CASCADE"), nullable=False),
        sa.Column("user_key", sa.String(64), nullable=False, unique=True),
        _time("created_at"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(),
        _time("at"),
        _text("network", 20),
        _text("delivery", 20),
        _text("relation", 20),
        _text("fit", 10),
        _text("reasons", 200),
        _text("rules", 400),
        sa.Column("confidence", sa.Float, nullable=False),
        _text("judge_version", 40),
    )
    op.create_index("ix_verdicts_person_at", "verdicts", ["person_id", "at"])
    op.create_table(
        "purposes",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(),
        _text("network", 20),
        _text("purpose", 20),
        sa.Column("place", sa.Integer, nullable=False),
        _time("stated_at"),
    )
    op.create_index("ix_purposes_person", "purposes", ["person_id", "network", "purpose"], unique=True)
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer, primary_key=True),
        _person(),
        _text("kind", 10),
        _text("what", 20),
        _text("who", 40),
        _time("at"),
    )
    op.create_index("ix_entries_person_at", "entries", ["person_id", "at"])


def downgrade() -> None:
    for table in ("entries", "purposes", "verdicts", "people", "tenants"):
        op.drop_table(table)
