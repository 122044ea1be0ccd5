"""Charters of workspaces, servers and channels."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant = sa.ForeignKey("tenants.key", ondelete="CASCADE")
    op.create_table(
        "charters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant", sa.String(120), tenant, nullable=False),
        sa.Column("room", sa.String(120), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_charters_room", "charters", ["tenant", "room", "version"], unique=True)
