"""The tables. Every column says whether it is personal, secret or neutral and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Column, DateTime, Float, ForeignKey, Index, Integer, MetaData, String, Table

VERDICTS_KEPT = timedelta(days=30)
ENTRIES_KEPT = timedelta(days=365)
"""Retention, by the data table of the design; `Store.sweep` enforces it."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _column(name: str, kind: Any, *more: Any, tag: str, kept: str, **options: Any) -> Column[Any]:
    """A column with its privacy tag (personal, secret, neutral) and retention."""
    options.setdefault("nullable", False)
    return Column(name, kind, *more, info={"tag": tag, "kept": kept}, **options)


def _person() -> Column[Any]:
    return _column(
        "person_id", Integer, ForeignKey("people.id", ondelete="CASCADE"), tag="personal", kept="until erased"
    )


tenants = Table(
    "tenants",
    metadata,
    _column("key", String(120), primary_key=True, tag="neutral", kept="until uninstalled"),
    _column("pepper", String(64), tag="secret", kept="until uninstalled"),
    _column("created_at", DateTime(timezone=True), tag="neutral", kept="until uninstalled"),
)

people = Table(
    "people",
    metadata,
    _column("id", Integer, primary_key=True, tag="neutral", kept="until erased"),
    _column("tenant", String(120), ForeignKey("tenants.key", ondelete="CASCADE"), tag="neutral", kept="until erased"),
    _column("user_key", String(64), unique=True, tag="personal", kept="until erased"),
    _column("created_at", DateTime(timezone=True), tag="neutral", kept="until erased"),
)

verdicts = Table(
    "verdicts",
    metadata,
    _column("id", Integer, primary_key=True, tag="neutral", kept="30 days"),
    _person(),
    _column("at", DateTime(timezone=True), tag="personal", kept="30 days"),
    _column("network", String(20), tag="personal", kept="30 days"),
    _column("delivery", String(20), tag="personal", kept="30 days"),
    _column("relation", String(20), tag="personal", kept="30 days"),
    _column("fit", String(10), tag="personal", kept="30 days"),
    _column("reasons", String(200), tag="personal", kept="30 days"),
    _column("rules", String(400), tag="personal", kept="30 days"),
    _column("confidence", Float, tag="personal", kept="30 days"),
    _column("judge_version", String(40), tag="neutral", kept="30 days"),
    Index("ix_verdicts_person_at", "person_id", "at"),
)

purposes = Table(
    "purposes",
    metadata,
    _column("id", Integer, primary_key=True, tag="neutral", kept="until changed"),
    _person(),
    _column("network", String(20), tag="personal", kept="until changed"),
    _column("purpose", String(20), tag="personal", kept="until changed"),
    _column("place", Integer, tag="neutral", kept="until changed"),
    _column("stated_at", DateTime(timezone=True), tag="personal", kept="until changed"),
    Index("ix_purposes_person", "person_id", "network", "purpose", unique=True),
)

entries = Table(
    "entries",
    metadata,
    _column("id", Integer, primary_key=True, tag="neutral", kept="12 months"),
    _person(),
    _column("kind", String(10), tag="personal", kept="12 months"),
    _column("what", String(20), tag="personal", kept="12 months"),
    _column("who", String(40), tag="personal", kept="12 months"),
    _column("at", DateTime(timezone=True), tag="personal", kept="12 months"),
    Index("ix_entries_person_at", "person_id", "at"),
)
