"""`tact doctor` says whether what is sealed has a key, and makes one that fits."""

from __future__ import annotations

import io
import re

import pytest

from adapters.doctor import doctor
from bot.settings import read_settings


def looked(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = io.StringIO()
    doctor(out)
    return next(line for line in out.getvalue().splitlines() if " key: " in line)


def test_the_doctor_makes_a_key_where_one_is_missing(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    nowhere = "postgresql://tact@127.0.0.1:9/tact"
    line = looked(monkeypatch, TACT_DATABASE_URL=nowhere)
    assert line.startswith("mend")
    [key] = re.findall(r"[A-Za-z0-9+/]{43}=", line)
    [read] = read_settings({"TACT_KEY": key, "TACT_DATABASE_URL": nowhere}, None).keys
    assert len(read) == 32
    line = looked(monkeypatch, TACT_KEY=f"{key},{key}", TACT_DATABASE_URL=nowhere)
    assert line.startswith("well")
    assert key not in line
    assert "2 in TACT_KEY" in line


def test_beside_sqlite_there_is_one(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    assert looked(monkeypatch, TACT_DATABASE_URL=database).startswith("well")
