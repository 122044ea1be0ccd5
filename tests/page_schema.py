"""What `tact serve web` answers over HTTP, as tables and as an OpenAPI 3.1 document made of them, for what is sent at random.

Tests hold the tables against the router, the parts of the page and the templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.local_charters import LIMIT
from bot.model import Delivery, Form, Network, Purpose, Reason, Relation

READ, BOTH, WRITE = {"GET", "HEAD"}, {"GET", "HEAD", "POST"}, {"POST"}
LOCAL = ("127.0.0.1", "localhost:80", "[::1]")
HTML, PLAIN, SVG, FORM = "text/html", "text/plain", "image/svg+xml", "application/x-www-form-urlencoded"

CODES = {
    "network": Network, "delivery": Delivery, "relation": Relation, "purpose": Purpose, "form": Form, "finding": Reason,
}  # fmt: skip
"""Fields for a code of the vocabulary; empty is not chosen."""
CHARTERS = [
    "Own projects only in #showcase. Be nice. We meet where the river bends.",
    "No ads; no job posts without the pay",
]
TEXTS = {
    "text": [
        "20% off all lamps, book now, only 3 left!",
        "Could we talk? You owe me a reply.",
        "\U0001f44d\u0301 \u202ehi\x00",
    ],
    "charter": CHARTERS,
    "now": CHARTERS,
    "history": ["gave 0, asked 5 in 30 days", "?"],
    "use": ["Be nice"],
    "with": ["x=%ff&y&=z"],  # what names a field takes its place, whatever is chosen there
}
"""Fields for any text, with what may stand there."""
LONGEST = {"charter": LIMIT, "now": LIMIT}
"""The most characters that are answered; that of a draft is tried by hand, as beside a pattern it takes seconds to think up."""
WORDS = r"[^\s\x1c-\x1f\x85]"
"""A draft has something in it besides what Python takes for white space."""
FIELDS_OF_FORMS = (*CODES, *TEXTS)


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its methods, what kind of document it answers with, and the fields of its form or its query."""

    methods: set[str]
    kind: str = HTML
    fields: tuple[str, ...] = ()
    guarded: bool = True
    """Whether it is answered under a local name only; what operators ask is answered under any."""


_CHECKED = ("text", "network", "delivery", "relation", "purpose", "form", "history", "charter", "with")
_CHARTER = ("charter", "now", "network", "use")
ROUTES = {
    "/": Route(BOTH, fields=_CHECKED),
    "/where": Route(BOTH, fields=("text", "relation", "purpose", "form")),
    "/chart": Route(BOTH, fields=("charter", "network")),
    "/charter": Route(BOTH, fields=_CHARTER),
    "/charter/reading": Route(WRITE, fields=_CHARTER),
    "/tips": Route(READ, fields=("network", "purpose", "finding")),
    "/page.css": Route(READ, "text/css"),
    "/page.js": Route(READ, "text/javascript"),
    "/icon.svg": Route(READ, SVG),
    "/chart.svg": Route(READ, SVG),
}
"""The page."""
OPERATIONS = {path: Route(READ, PLAIN, guarded=False) for path in ("/healthz", "/readyz", "/metrics")}
"""What `tact serve` answers beside it, where no token for the figures is set."""


def document(routes: Mapping[str, Route]) -> dict[str, Any]:
    """The OpenAPI document of some routes."""
    paths = {
        path: {method.lower(): _operation(method, route) for method in sorted(route.methods)}
        for path, route in routes.items()
    }
    return {"openapi": "3.1.0", "info": {"title": "Tact", "version": "1"}, "paths": paths}


def _operation(method: str, route: Route) -> dict[str, Any]:
    """One way to ask: what may be sent, and every status with which it is answered or refused. HEAD is GET without choices."""
    posted, asked = method == "POST", method == "GET" and "POST" not in route.methods
    statuses = {200: route.kind}
    found: dict[str, Any] = {"parameters": [_query(name) for name in route.fields if asked]}
    if asked and route.fields:
        statuses |= {400: HTML}
    if route.guarded and method != "HEAD":
        statuses |= {421: PLAIN}
        found["parameters"] += [_header("Host", LOCAL), *([LANGUAGES] if route.kind == HTML else [])]
    if posted:
        statuses |= {400: HTML, 403: PLAIN, 413: HTML, 415: PLAIN}
        found["parameters"].append(_header("Sec-Fetch-Site", ("same-origin", "none"), required=True))
        found |= _body(route.fields)
    answers = {str(status): {"description": "", "content": {kind: {}}} for status, kind in statuses.items()}
    return found | {"responses": answers}


def _body(fields: tuple[str, ...]) -> dict[str, Any]:
    form: dict[str, Any] = {"type": "object", "properties": {name: _field(name) for name in fields}}
    form |= {"required": ["text"]} if "text" in fields else {}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": form}}}}


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": _field(name)}


def _field(name: str) -> dict[str, Any]:
    if name in CODES:
        return {"type": "string", "enum": ["", *(code.value for code in CODES[name])]}
    most = {"maxLength": LONGEST[name]} if name in LONGEST else {}
    return {"type": "string", "examples": TEXTS[name]} | most | ({"pattern": WORDS} if name == "text" else {})


def _header(name: str, values: tuple[str, ...], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string", "enum": list(values)}}


LANGUAGES = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string", "examples": ["fr, de-AT;q=0.9, en;q=0.8", "de;q=nan, *;q=1e999", "de"]},
}
