"""Indexes by which the sweeper finds what is old, and the trace of what caused a letter."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("verdicts", "entries", "pushes", "remarks", "reviews"):
        op.create_index(f"ix_{table}_at", table, ["at"])
    op.add_column("outbox", sa.Column("trace", sa.String(16), nullable=False, server_default=""))
