"""What Tact is made of: writes deploy/sbom.cdx.json (CycloneDX 1.5) and deploy/LICENCES.md from the lock and what is installed.

    python -m tests.licences

Run it where requirements.lock is installed, after every change of the lock. The same lock gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "deploy" / "requirements.lock"
SBOM = ROOT / "deploy" / "sbom.cdx.json"
LIST = ROOT / "deploy" / "LICENCES.md"
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD",  # which of them, the package does not say there
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""Older ways of naming a licence, by the names of today."""
MIT = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated "
    'documentation files (the "Software"), to deal in the Software without restriction'
)
EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")


def parts() -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and who asked for it, of everything in the lock."""
    for part in re.split(r"^(?=\S)", LOCK.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, version = re.match(r"(\S+)==(\S+)", part).groups()  # type: ignore[union-attr]
        via = re.findall(r"^ {4}#\s+(?:via )?([a-z0-9][a-z0-9._-]*)", part.split("# via", 1)[1], re.M)
        inline = re.match(r" (\S+)", part.split("# via", 1)[1].splitlines()[0])
        yield name, version, [*([inline.group(1)] if inline else []), *via]


def licence(name: str, version: str) -> str:
    """The licence that an installed package declares; raises LookupError when another version is installed, or none."""
    try:
        said = metadata(name)
    except PackageNotFoundError as error:
        raise LookupError(f"{name} {version} is not installed; install deploy/requirements.lock first.") from error
    if said["Version"] != version:
        raise LookupError(f"{name} is installed as {said['Version']}, and locked as {version}.")
    old = (said.get("License") or "").strip()
    classified = [SPDX[line] for line in said.get_all("Classifier") or () if line in SPDX]
    declared = said.get("License-Expression") or SPDX.get(old) or (old if EXPRESSION.fullmatch(old) else "")
    return str(declared or " OR ".join(sorted(classified)) or _by_text(name))


def _by_text(name: str) -> str:
    """The licence of a package that names none and brings the words of one."""
    held = distribution(name).files or ()
    texts = (Path(str(file.locate())).read_text(encoding="utf-8") for file in held if file.name == "LICENSE")
    return "MIT" if any(MIT in " ".join(text.split()) for text in texts) else "unknown"


def component(name: str, version: str, declared: str) -> dict[str, Any]:
    """One part of Tact, as CycloneDX has it."""
    reference = f"pkg:pypi/{name}@{version}"
    said = {"license": {"name": declared}} if declared in ("BSD", "unknown") else {"expression": declared}
    return {
        "type": "library", "bom-ref": reference, "name": name, "version": version, "licenses": [said], "purl": reference,
    }  # fmt: skip


def bill(declared: Mapping[str, str]) -> dict[str, Any]:
    """The bill of materials, with these licences by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    locked = list(parts())
    references = {name: f"pkg:pypi/{name}@{version}" for name, version, _ in locked} | {"tact": own}
    needs: dict[str, list[str]] = {reference: [] for reference in references.values()}
    for name, _, asked_by in locked:
        for one in asked_by:
            needs[references[one]].append(references[name])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{own}#{digest}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": own, "name": project["name"], "version": project["version"],
                "licenses": [{"expression": project["license"]}], "purl": own,
            },
            "properties": [{"name": "tact:lock:sha256", "value": digest}],
        },
        "components": [component(name, version, declared[name]) for name, version, _ in locked],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(needs.items())],
    }  # fmt: skip


def said_by(one: Mapping[str, Any]) -> str:
    """The licence of a component."""
    [said] = one["licenses"]
    return str(said["expression"] if "expression" in said else said["license"]["name"])


def listed(made: Mapping[str, Any]) -> str:
    """The list for people."""
    rows = "\n".join(f"| {one['name']} | {one['version']} | {said_by(one)} |" for one in made["components"])
    count = len(made["components"])
    return f"""# Licences

Tact {made["metadata"]["component"]["version"]} is under {said_by(made["metadata"]["component"])}. An installation from
`requirements.lock` holds these {count} packages beside it, under the licences that they declare; [sbom.cdx.json](sbom.cdx.json)
says the same for programs, and which asks for which. Some wheels carry libraries of others (numpy OpenBLAS, cryptography
OpenSSL, resvg-py Rust crates); their texts are in each package's own folder. Written by `python -m tests.licences`.

| package | version | licence |
|---|---|---|
{rows}
"""


def as_text(made: Mapping[str, Any]) -> str:
    """The bill as it stands in its file."""
    return json.dumps(made, indent=1) + "\n"


def main() -> None:
    """Writes both."""
    try:
        made = bill({name: licence(name, version) for name, version, _ in parts()})
    except LookupError as problem:
        sys.exit(f"{problem} Nothing was written.")
    SBOM.write_text(as_text(made), encoding="utf-8")
    LIST.write_text(listed(made), encoding="utf-8")


if __name__ == "__main__":
    main()
