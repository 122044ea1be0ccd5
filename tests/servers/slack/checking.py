"""Collects what is wrong with Block Kit, in the words and JSON pointers Slack uses."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Checking:
    """The faults found so far, each as `what [json-pointer:/where]`."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.markdown_length = 0
        self.block_ids: set[str] = set()

    def fault(self, what: str, where: str) -> None:
        self.faults.append(f"{what} [json-pointer:{where}]")

    def is_object(self, value: Any, where: str) -> bool:
        if not isinstance(value, dict):
            self.fault("must provide an object", where)
        return isinstance(value, dict)

    def length(self, value: Any, where: str, limit: int, *, least: int = 0) -> None:
        """A missing value is fine; a string must have `least` to `limit` characters."""
        if value is None:
            return
        if not isinstance(value, str):
            self.fault("must be a string", where)
        elif len(value) > limit:
            self.fault(f"must be less than {limit + 1} characters", where)
        elif len(value) < least:
            self.fault(f"must be more than {least - 1} characters", where)

    def strings(self, node: Json, where: str, **limits: int) -> None:
        for name, limit in limits.items():
            self.length(node.get(name), f"{where}/{name}", limit)

    def text(self, node: Json, name: str, where: str, limit: int, *, plain: bool, required: bool = True) -> None:
        """A text object: `plain` allows plain_text only."""
        value, here = node.get(name), f"{where}/{name}"
        if value is None:
            if required:
                self.fault(f"missing required field: {name}", where)
            return
        if not self.is_object(value, here):
            return
        if value.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
            self.fault(f"unsupported type: {value.get('type')}", f"{here}/type")
        if "text" not in value:
            self.fault("missing required field: text", here)
        self.length(value.get("text"), f"{here}/text", limit, least=1)

    def items(self, node: Json, name: str, where: str, most: int, *, least: int = 1) -> list[tuple[Json, str]]:
        """The objects in a list with their pointers; a list that is too long or short is a fault."""
        value, here = node.get(name), f"{where}/{name}"
        if value is None:
            if least:
                self.fault(f"missing required field: {name}", where)
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault("must provide an array of objects", here)
            return []
        if len(value) > most:
            self.fault(f"no more than {most} items allowed", here)
        if len(value) < least:
            self.fault(f"no less than {least} items allowed", here)
        return [(item, f"{here}/{index}") for index, item in enumerate(value)]

    def address(self, node: Json, name: str, where: str, *, required: bool = False) -> None:
        value = node.get(name)
        if value is None:
            if required:
                self.fault(f"missing required field: {name}", where)
            return
        self.length(value, f"{where}/{name}", 3000, least=1)
        if isinstance(value, str) and not value.startswith(("https://", "http://", "mailto:", "slack:")):
            self.fault("invalid url", f"{where}/{name}")
