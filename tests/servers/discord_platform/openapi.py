"""An independent referee: bodies held against Discord's own OpenAPI file (repository discord/discord-api-spec)."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

from tests.servers.discord_platform.errors import Json

ROOT = "urn:discord"


class OpenApi:
    """Reads the file, plain or gzipped; needs the package jsonschema."""

    def __init__(self, path: Path) -> None:
        from jsonschema import Draft202012Validator  # only needed where the file is at hand
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012

        raw = path.read_bytes()
        self._document: Json = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        # Discord takes numbers for ids as well, and discord.py sends some
        self._document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        self._paths = {_shape(path): operations for path, operations in self._document["paths"].items()}
        described = Resource(contents=self._document, specification=DRAFT202012)
        registry: Any = Registry().with_resource(ROOT, described)
        self._compile: Any = lambda schema: Draft202012Validator(schema, registry=registry)
        self._known: dict[tuple[str, str], Any] = {}

    def problems(self, method: str, path: str, body: Any) -> list[str]:
        """Where a body departs from the description; empty when it does not."""
        key = (method, path)
        if key not in self._known:
            self._known[key] = self._validator(method, path)
        validator = self._known[key]
        if validator is None:
            return []
        if isinstance(validator, str):
            return [validator]
        return [_worst(error) for error in validator.iter_errors(body)]

    def _validator(self, method: str, path: str) -> Any:
        operation = self._paths.get(_shape(path), {}).get(method.lower())
        if operation is None:
            return f"Discord describes no {method} {path}"
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return None
        text = json.dumps(schema).replace('"#/components', f'"{ROOT}#/components')
        return self._compile(json.loads(text))


def _shape(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^}]+\}", "{}", path)


def _worst(error: Any, depth: int = 0) -> str:
    """The error of the alternative that came closest."""
    if error.context and depth < 4:
        closest = min(error.context, key=lambda one: (-len(one.absolute_path), len(one.schema_path)))
        return _worst(closest, depth + 1)
    return f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:300]
