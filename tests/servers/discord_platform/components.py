"""Components of messages and modals: walking through them, numbering them, and Discord's limits on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import count

from tests.servers.discord_platform.errors import Json, bad_length, form_error, required, too_long


class Kind(IntEnum):
    """Discord's component types."""

    ROW = 1
    BUTTON = 2
    SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO = 21
    CHECKBOXES = 22
    CHECKBOX = 23


SELECTS = {Kind.SELECT, Kind.USER_SELECT, Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT, Kind.CHANNEL_SELECT}
LINK = 5
LEGACY = {Kind.ROW, Kind.BUTTON, *SELECTS}


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Every component, parents first."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        yield from walk(component[name] for name in ("accessory", "component") if component.get(name))


def numbered(components: Iterable[Json]) -> list[Json]:
    """A copy in which every component has an id, as Discord fills them in."""
    ids = count(1)

    def number(component: Json) -> Json:
        copy = component | {"id": component.get("id") or next(ids)}
        if copy.get("components"):
            copy["components"] = [number(child) for child in copy["components"]]
        for name in ("accessory", "component"):
            if copy.get(name):
                copy[name] = number(copy[name])
        return copy

    return [number(component) for component in components]


def check_components(components: list[Json], path: str, *, version2: bool) -> None:
    """Raises what Discord answers to components of a message that are too many, too long, doubled or misplaced."""
    everything = list(walk(components))
    if version2 and len(everything) > 40:
        raise too_long(path, 40)
    if not version2 and len(components) > 5:
        raise bad_length(path, 1, 5)
    if not version2 and any(part.get("type") not in LEGACY for part in everything):
        raise form_error(path, "UNION_TYPE_CHOICES", "This component needs the flag IS_COMPONENTS_V2.")
    if sum(len(part.get("content") or "") for part in everything if part.get("type") == Kind.TEXT) > 4000:
        raise too_long(path, 4000)
    _check_custom_ids(everything, path)
    for number, component in enumerate(components):
        if not version2 and component.get("type") != Kind.ROW:
            raise form_error(f"{path}.{number}.type", "BASE_TYPE_CHOICES", "Value must be one of {1}.")
    for part in everything:
        _check_part(part, path)


def check_modal(data: Json) -> None:
    """Raises what Discord answers to a modal outside its limits."""
    if not 1 <= len(data.get("title") or "") <= 45:
        raise bad_length("data.title", 1, 45)
    if not 1 <= len(data.get("custom_id") or "") <= 100:
        raise bad_length("data.custom_id", 1, 100)
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        raise bad_length("data.components", 1, 5)
    everything = list(walk(components))
    _check_custom_ids(everything, "data.components")
    for part in everything:
        _check_part(part, "data.components")


def _check_custom_ids(everything: list[Json], path: str) -> None:
    ids = [part["custom_id"] for part in everything if part.get("custom_id") is not None]
    if len(ids) != len(set(ids)):
        raise form_error(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    if any(not 1 <= len(one) <= 100 for one in ids):
        raise bad_length(f"{path}.custom_id", 1, 100)


LENGTHS: dict[object, dict[str, int]] = {
    Kind.BUTTON: {"label": 80},
    Kind.SELECT: {"placeholder": 150},
    Kind.TEXT_INPUT: {"label": 45, "placeholder": 100, "value": 4000},
    Kind.LABEL: {"label": 45, "description": 100},
}


def _check_part(part: Json, path: str) -> None:
    kind = part.get("type")
    for name, most in LENGTHS.get(kind, {}).items():
        if len(part.get(name) or "") > most:
            raise too_long(f"{path}.{name}", most)
    inner = part.get("components") or []
    if kind == Kind.ROW:
        most = 1 if any(child.get("type") in SELECTS for child in inner) else 5
        if not 1 <= len(inner) <= most:
            raise bad_length(f"{path}.components", 1, most)
    elif kind == Kind.BUTTON:
        _check_button(part, path)
    elif kind == Kind.SECTION and not (1 <= len(inner) <= 3 and part.get("accessory")):
        raise bad_length(f"{path}.components", 1, 3)
    elif kind in {Kind.SELECT, Kind.RADIO, Kind.CHECKBOXES}:
        _check_choices(part, path)
    elif kind == Kind.GALLERY and not 1 <= len(part.get("items") or []) <= 10:
        raise bad_length(f"{path}.items", 1, 10)


def _check_button(part: Json, path: str) -> None:
    link = part.get("style") == LINK
    if link and not part.get("url"):
        raise required(f"{path}.url")
    if link == bool(part.get("custom_id")):
        raise form_error(
            f"{path}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID", "A custom id or a URL is required, not both"
        )
    if not (part.get("label") or part.get("emoji")):
        raise required(f"{path}.label")


def _check_choices(part: Json, path: str) -> None:
    options = part.get("options") or []
    if not 1 <= len(options) <= 25:
        raise bad_length(f"{path}.options", 1, 25)
    for option in options:
        for name in ("label", "value", "description"):
            if len(option.get(name) or "") > 100:
                raise too_long(f"{path}.options.{name}", 100)
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        raise form_error(f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is used twice")
