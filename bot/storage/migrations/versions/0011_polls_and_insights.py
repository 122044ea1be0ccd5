"""Polls with their votes; what is not minded in a community, what was dismissed there, and where a verdict was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _insights()
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer, primary_key=True),
        _tenant(),
        _person(),
        sa.Column("room", sa.String(120), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("closes", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fine", sa.Integer, nullable=True),
        sa.Column("borderline", sa.Integer, nullable=True),
        sa.Column("foul", sa.Integer, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_polls_room", "polls", ["tenant", "room"])
    op.create_index("ix_polls_state_closes", "polls", ["state", "closes"])
    op.create_index("ix_polls_person_id", "polls", ["person_id"])
    op.create_index("ix_polls_at", "polls", ["at"])
    poll = sa.ForeignKey("polls.id", ondelete="CASCADE")
    op.create_table(
        "votes",
        sa.Column("poll_id", sa.Integer, poll, primary_key=True, autoincrement=False, nullable=False),
        sa.Column("voter", sa.String(64), primary_key=True, nullable=False),
        sa.Column("choice", sa.String(10), nullable=False),
    )
    op.create_table(
        "poll_leaves",
        _tenant(primary_key=True),
        sa.Column("room", sa.String(120), primary_key=True, nullable=False),
        _person(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_poll_leaves_person_id", "poll_leaves", ["person_id"])


def _insights() -> None:
    op.add_column("verdicts", sa.Column("trend", sa.String(10), nullable=False, server_default=""))
    op.add_column("verdicts", sa.Column("place", sa.String(160), nullable=False, server_default=""))
    op.create_index("ix_verdicts_place_at", "verdicts", ["place", "at"])
    op.create_table(
        "turned_down",
        _tenant(primary_key=True),
        sa.Column("room", sa.String(120), primary_key=True, nullable=False),
        sa.Column("reason", sa.String(30), primary_key=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    verdict = sa.ForeignKey("verdicts.id", ondelete="CASCADE")
    op.create_table(
        "dismissals",
        sa.Column("verdict_id", sa.Integer, verdict, primary_key=True, autoincrement=False, nullable=False),
        _person(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("because", sa.String(10), nullable=False),
    )
    op.create_index("ix_dismissals_person_id", "dismissals", ["person_id"])
    op.create_index("ix_dismissals_at", "dismissals", ["at"])
    op.create_index("ix_dismissals_place_at", "dismissals", ["place", "at"])


def _tenant(*, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("tenants.key", ondelete="CASCADE")
    return sa.Column("tenant", sa.String(120), key, primary_key=primary_key, nullable=False)


def _person() -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)
