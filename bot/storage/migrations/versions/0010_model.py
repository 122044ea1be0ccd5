"""Consent to a language model, and what it was used."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _tenant(**options: Any) -> sa.Column[str]:
    key = sa.ForeignKey("tenants.key", ondelete="CASCADE")
    return sa.Column("tenant", sa.String(120), key, nullable=False, **options)


def _person(**options: Any) -> sa.Column[int]:
    key = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Integer, key, nullable=False, **options)


def _time(**options: Any) -> sa.Column[object]:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False, **options)


def _recipient() -> sa.Column[str]:
    return sa.Column("recipient", sa.String(200), nullable=False)


def _house() -> sa.Column[str]:
    return sa.Column("house", sa.String(120), primary_key=True)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    op.create_table("model_consents", _person(primary_key=True), _recipient(), _time())
    op.create_table("model_houses", _tenant(primary_key=True), _house(), _recipient(), _time())
    op.create_table("model_calls", sa.Column("id", sa.Integer, primary_key=True), _person(), _time(), _count("tokens"))
    op.create_index("ix_model_calls_person_at", "model_calls", ["person_id", "at"])
    days = (_tenant(primary_key=True), _house(), _time(primary_key=True), _count("calls"), _count("tokens"))
    op.create_table("model_days", *days)
    for table in ("model_calls", "model_days"):
        op.create_index(f"ix_{table}_at", table, ["at"])
    with op.batch_alter_table("verdicts") as verdicts:  # room for the prompt and the model that had a part in it
        verdicts.alter_column("judge_version", type_=sa.String(120), existing_nullable=False)
