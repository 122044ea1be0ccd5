"""A wheel that is not the one that was locked is refused, whatever it calls itself (reliability catalogue, S05)."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

LOCK = Path(__file__).parents[2] / "deploy" / "requirements.lock"


def wheel(folder: Path, name: str, version: str) -> Path:
    """A wheel of that name with nothing in it."""
    path, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def fetched(folder: Path, requirement: str) -> subprocess.CompletedProcess[str]:
    """What pip says when it is to take a requirement from a folder, as the Dockerfile makes it."""
    wanted = folder / "wanted.txt"
    wanted.write_text(requirement)
    source = ["--isolated", "--no-index", "--find-links", str(folder), "--no-deps"]
    command = [
        "download",
        *source,
        "--require-hashes",
        "--only-binary=:all:",
        "-d",
        str(folder / "out"),
        "-r",
        str(wanted),
    ]
    return subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *command],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_altered_wheel_is_refused(tmp_path: Path) -> None:
    [entry] = re.findall(r"^jinja2==.*?(?=^\S|\Z)", LOCK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    version = re.match(r"jinja2==(\S+)", entry)
    assert version
    forged = wheel(tmp_path, "jinja2", version[1])
    refused = fetched(tmp_path, "\n".join(line for line in entry.splitlines() if not line.strip().startswith("#")))
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    own = hashlib.sha256(forged.read_bytes()).hexdigest()
    assert fetched(tmp_path, f"jinja2=={version[1]} --hash=sha256:{own}").returncode == 0
