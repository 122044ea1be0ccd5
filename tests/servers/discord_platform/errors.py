"""Discord's errors as its API words them: status, code, message and, for forms, the path to each wrong field."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """What the bot did that Discord refuses."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


class Impossible(Exception):
    """What a test asked for that no person at a Discord client could do."""


def form_error(path: str, code: str, message: str) -> ApiError:
    """A 50035 whose `errors` nest along a dotted path."""
    node: Json = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(path.split(".")):
        node = {part: node}
    return ApiError(400, 50035, "Invalid Form Body", node)


def too_long(path: str, limit: int) -> ApiError:
    """A field with more characters or items than Discord allows."""
    return form_error(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")


def bad_length(path: str, least: int, most: int) -> ApiError:
    """A field whose length is outside a range."""
    return form_error(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def required(path: str) -> ApiError:
    """A field that is missing."""
    return form_error(path, "BASE_TYPE_REQUIRED", "This field is required")
