"""The language in which somebody is spoken to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "languages",
        sa.Column(
            "person_id",
            sa.Integer,
            sa.ForeignKey("people.id", ondelete="CASCADE", name="fk_languages_person_id"),
            primary_key=True,
        ),
        sa.Column("language", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_languages"),
    )
