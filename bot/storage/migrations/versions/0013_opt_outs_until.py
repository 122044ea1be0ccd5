"""The wish not to be listened to may have an end."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opt_outs", sa.Column("until", sa.DateTime(timezone=True)))
