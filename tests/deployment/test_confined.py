"""The image's promises, kept without an image: a read-only root, one folder to write, no network, no privilege, little memory."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.engine import make_url

from tests.conftest import KEY
from tests.deployment.papers import ROOT, bytes_of, compose, dockerfile
from tests.deployment.twin import UNPRIVILEGED
from tests.platforms.slack_serving import CHECK_PITCH, signed
from tests.servers.postgresql import PostgreSQL

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ADDRESS_SPACE = 3 << 30
"""Bytes of addresses, of which most are never touched: what is touched is held against the limit in compose.yaml."""
AS_ROOT = os.geteuid() == 0
UNSHARE = ["unshare", *([] if AS_ROOT else ["-r"]), "--net", "--mount"]


def namespaces() -> bool:
    tried = subprocess.run([*UNSHARE, "true"], capture_output=True) if shutil.which("unshare") else None
    return tried is not None and tried.returncode == 0


pytestmark = pytest.mark.skipif(not namespaces(), reason="this kernel lets nobody unshare network and mounts")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that another user reaches, with what the wheel holds in it, unchangeable, and an empty one for data."""
    with TemporaryDirectory(prefix="tact-confined-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
        for package in packages["targets"]["wheel"]["packages"]:
            shutil.copytree(ROOT / package, folder / "installed" / package)
        for path in (folder / "installed", *(folder / "installed").rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for name in ("empty", "python", "site"):
            (folder / name).mkdir(mode=0o555)
        yield folder
        for path in (folder / "installed").rglob("*"):
            if path.is_dir():
                path.chmod(0o755)


def run(place: Path, writable: Path | None, database: str, platform: str = "slack", **more: str) -> dict[str, Any]:
    """What the twin found of `tact serve` under the image's settings, with another database and Slack's secrets."""
    body = urlencode(
        {
            "team_id": "T1",
            "user_id": "U1",
            "channel_id": "C1",
            "command": "/tact",
            "text": CHECK_PITCH,
            "trigger_id": "1.1",
        }
    )
    said = dockerfile()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    python = str(place / "python" / Path(os.path.realpath(sys.executable)).relative_to(sys.base_prefix))
    plan: dict[str, Any] = {
        "command": [python, "-m", "adapters", "serve", platform],
        "folder": str(place / "empty"),
        "writable": str(writable or ""),
        "user": AS_ROOT,
        "binds": {sys.base_prefix: str(place / "python"), sysconfig.get_path("purelib"): str(place / "site")},
        "tasks": compose()["services"]["slack"]["pids_limit"],
        "address_space": ADDRESS_SPACE,
        "environment": said.environment | {
            "PYTHONPATH": f"{place / 'installed'}:{place / 'site'}", "LD_LIBRARY_PATH": str(place / "python" / "lib"), "TACT_DATABASE_URL": database, "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": "http://127.0.0.1:9/api/", **more,
        },
        "health": [sys.executable, *said.health[1:]],
        "url": "http://127.0.0.1:8080/slack/events",
        "body": body,
        "headers": signed(body.encode(), secret=SECRET) | form,
    }  # fmt: skip
    plan["environment"] = {name: value for name, value in plan["environment"].items() if value}
    file = place / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-m", "tests.deployment.twin", str(file)],
        cwd=ROOT, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = dict(json.loads(done.stdout))
    assert found["walls"]["outside"] == ["EROFS"], "the limits themselves are missing"
    assert "lo" in found["walls"]["devices"]
    assert not [one for one in found["walls"]["devices"] if one.startswith(("e", "w"))], "a way out of the network"
    return found


def holds(found: dict[str, Any]) -> None:
    """What is true of every confined server."""
    assert found["says"].startswith("Tact serves slack at http://0.0.0.0:8080/"), found
    assert found["health"] == 0, found["health_error"]
    assert "Avoid here" in found["answer"]
    assert found["code"] == 0, found["error"]
    assert found["user"] == (UNPRIVILEGED if AS_ROOT else os.geteuid())
    assert found["capabilities"] == 0
    limits = compose()["services"]["slack"]
    assert found["peak"] < bytes_of(limits["mem_limit"]) / 2
    assert found["threads"] <= limits["pids_limit"] / 2
    assert "Traceback" not in found["error"]


def test_only_the_data_folder_is_written(place: Path) -> None:
    data = place / "data"
    data.mkdir(mode=0o700)
    if AS_ROOT:
        os.chown(data, UNPRIVILEGED, UNPRIVILEGED)
    found = run(place, data, f"sqlite:///{data}/tact.db")
    holds(found)
    assert found["writes"]
    assert {Path(name).parent for name in found["writes"]} == {data}
    kept = sorted(path.name for path in data.iterdir())
    assert {"tact.db", "tact.db.key"} <= set(kept)
    assert {oct(path.stat().st_mode & 0o777) for path in data.iterdir()} == {"0o600"}


@contextmanager
def open_to_all(folder: Path) -> Iterator[None]:
    """Lets other users pass through a folder, and through those it lies in, while it lasts."""
    closed = {
        path: path.stat().st_mode & 0o777 for path in (folder, *folder.parents) if not path.stat().st_mode & 0o001
    }
    for path, mode in closed.items():
        path.chmod(mode | 0o001)
    try:
        yield
    finally:
        for path, mode in closed.items():
            path.chmod(mode)


def test_beside_postgresql_nothing_is_written_at_all(place: Path, postgresql: PostgreSQL) -> None:
    url = postgresql.database()  # its socket is a file, which needs no network
    with open_to_all(Path(str(make_url(url).query["host"]))):
        found = run(place, None, url, TACT_KEY=base64.b64encode(KEY).decode())
    holds(found)
    assert found["writes"] == []


def test_what_cannot_be_written_or_found_is_said_in_one_sentence(place: Path) -> None:
    for database, more, says in (
        (f"sqlite:///{place}/empty/tact.db", {}, "cannot be written"),
        ("", {"HOME": ""}, "no home folder" if AS_ROOT else "cannot be written"),
    ):
        found = run(place, None, database, "web", **more)
        assert found["code"] == 78
        assert says in found["error"]
        assert len(found["error"].strip().splitlines()) == 1
