"""What the operator sees of letters that were given up."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.undelivered import undelivered
from bot.letters import Address, LetterKind
from bot.model import Person, Reply
from bot.storage import open_store


def test_the_operator_sees_what_was_given_up_and_lets_it_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TACT_DATABASE_URL", f"sqlite:///{tmp_path / 'tact.db'}")
    old = datetime.now(UTC) - timedelta(days=1)

    async def fill() -> None:
        store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}")
        ana = Person("t1", "U-CANARY")
        await store.addresses.keep(ana, Address("slack", "t1", "U-CANARY"), old)
        until = old + timedelta(hours=1)
        await store.outbox.put(ana, LetterKind.TIP, Reply("CANARY words"), old, cause="a", at=old, good_until=until)
        await store.sweep(datetime.now(UTC))
        await store.close()

    asyncio.run(fill())
    out = io.StringIO()
    assert undelivered(out, resend=True) == 0
    assert "tip  t1  too_late" in out.getvalue()
    assert "1 will be tried again" in out.getvalue()
    assert "0 given up; 1 due and waiting, the oldest since" in out.getvalue()
    assert "CANARY" not in out.getvalue()


def test_a_setting_that_is_wrong_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TACT_DATABASE_URL", "mysql://x")
    assert undelivered(io.StringIO(), resend=False) == 78
    assert "sqlite:// or postgresql://" in capsys.readouterr().err
