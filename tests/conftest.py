"""Shared fixtures: the judge, a clock that a test moves, a store on a real file, and a bare environment."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.judging import Judging, build_judging
from bot.settings import NAMES
from bot.storage import open_store
from bot.storage.store import Store
from tests.servers.model.process import ModelProcess
from tests.servers.postgresql import PostgreSQL

KEY = bytes(range(32))
"""A key for tests, where a database does not bring its own."""


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Counts no lines in tests marked `no_cover`: pytest-cov's own pause does not reach the workers of pytest-xdist."""
    counting = sys.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    yield
    sys.settrace(counting)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def judging() -> Judging:
    return build_judging()


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    # not in pytest's own folder: PostgreSQL runs as another user, and another pytest shuts that folder to others
    with TemporaryDirectory(prefix="tact-postgresql-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def model_process() -> Iterator[ModelProcess]:
    with ModelProcess() as process:
        yield process


@pytest.fixture
def model(model_process: ModelProcess) -> ModelProcess:
    """A loopback language model in another process, which has seen nothing yet and finds that everything fits."""
    model_process.script()
    return model_process


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    opened = await open_store(database)
    yield opened
    await opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A store on each of the two engines."""
    on_file = f"sqlite+aiosqlite:///{tmp_path / 'tact.db'}"
    url = on_file if request.param == "sqlite" else request.getfixturevalue("postgresql").database()
    opened = await open_store(url, keys=(KEY,))
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test, and nothing is written outside its folder."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
