"""Marks of the platforms' adapters."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant = sa.ForeignKey("tenants.key", ondelete="CASCADE")
    op.create_table(
        "marks",
        sa.Column("tenant", sa.String(120), tenant, primary_key=True, nullable=False),
        sa.Column("name", sa.String(80), primary_key=True, nullable=False),
        sa.Column("value", sa.String(4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
