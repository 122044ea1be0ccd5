"""The bill of materials is that of the lock, and nothing in it asks for what Tact's own licence cannot give."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version

import pytest

from tests.licences import LIST, SBOM, as_text, bill, licence, listed, parts, said_by

HELD = json.loads(SBOM.read_text(encoding="utf-8"))
DECLARED = {one["name"]: said_by(one) for one in HELD["components"]}
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "PSF-2.0", "Zlib",
}  # fmt: skip


def test_the_bill_and_the_list_are_those_of_the_lock() -> None:
    assert SBOM.read_text(encoding="utf-8") == as_text(bill(DECLARED)), "run: python -m tests.licences"
    assert LIST.read_text(encoding="utf-8") == listed(HELD)
    assert [(one["name"], one["version"]) for one in HELD["components"]] == [(n, v) for n, v, _ in parts()]


def test_every_part_is_asked_for_by_another_or_by_tact() -> None:
    asked = {on for one in HELD["dependencies"] for on in one["dependsOn"]}
    assert asked == {one["bom-ref"] for one in HELD["components"]}


@pytest.mark.parametrize("name", DECLARED)
def test_licences_are_permissive(name: str) -> None:
    assert set(DECLARED[name].replace(" OR ", " AND ").split(" AND ")) <= PERMISSIVE


def test_what_is_installed_declares_what_the_bill_says() -> None:
    looked_at = 0
    for name, locked, _ in parts():
        try:
            same = version(name) == locked
        except PackageNotFoundError:
            continue
        if same:
            looked_at += 1
            assert licence(name, locked) == DECLARED[name]
    assert looked_at
