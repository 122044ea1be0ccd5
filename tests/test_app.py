"""The parts come together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import build_coach
from bot.charters import CharterError
from bot.model import Person
from bot.settings import read_settings
from tests.conftest import Clock


async def test_a_coach_is_built_from_settings(tmp_path: Path, clock: Clock) -> None:
    async with build_coach(read_settings({}, tmp_path), clock) as coach:
        assert "check" in (await coach.hear(Person("console", "me"), "help")).text
    assert (tmp_path / "tact.db").exists()


async def test_a_charter_named_after_no_network_stops_the_start(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "linkedn.toml").write_text("name = 1", encoding="utf-8")
    with pytest.raises(CharterError, match=r"linkedn\.toml"):
        async with build_coach(read_settings({"TACT_CHARTERS": str(tmp_path)}, tmp_path), clock):
            pass


async def test_an_unreadable_charter_stops_the_start(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "blog.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CharterError, match="readable UTF-8"):
        async with build_coach(read_settings({"TACT_CHARTERS": str(tmp_path)}, tmp_path), clock):
            pass


async def test_a_malformed_charter_stops_the_start(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "blog.toml").write_text("name = 1", encoding="utf-8")
    with pytest.raises(CharterError, match=r"blog\.toml"):
        async with build_coach(read_settings({"TACT_CHARTERS": str(tmp_path)}, tmp_path), clock):
            pass
