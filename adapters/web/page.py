"""The page: a form in, the same form with an answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.lines import BadCase, read_case
from adapters.web.answer import answer
from bot.judging import Judging
from bot.model import Delivery, Form, Network, Purpose, Relation
from bot.reading import form_of
from bot.reading.masks import LIMIT

BODY_LIMIT = 256 * 1024

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FIELDS = ("text", "network", "delivery", "relation", "purpose", "form", "history", "charter")
_JUDGING = web.AppKey("judging", Judging)
_PAGES = web.AppKey("pages", Environment)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(judging: Judging) -> web.Application:
    """The application that serves the page."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_guard])
    app[_JUDGING] = judging
    app[_PAGES] = Environment(
        loader=PackageLoader("prompts", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    app.add_routes([web.get("/", _show), web.post("/", _check), web.get("/page.css", _style)])
    return app


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only a local host name is answered (no DNS rebinding), and every answer carries the safety headers."""
    host = request.host.rpartition(":")[0] if not request.host.endswith("]") and ":" in request.host else request.host
    if host.casefold() not in _LOCAL:
        response: web.StreamResponse = web.Response(status=421, text="This page answers on this computer only.")
    else:
        try:
            response = await handler(request)
        except web.HTTPRequestEntityTooLarge:
            response = _page(
                request,
                {},
                problem="That is too long to check in one go. Paste the part you are unsure of.",
                status=413,
            )
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=f"{error.reason}. The page is at /.")
    response.headers.update(HEADERS)
    return response


async def _show(request: web.Request) -> web.Response:
    return _page(request, {})


async def _check(request: web.Request) -> web.Response:
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        return _page(
            request, {}, problem="The form could not be read; nothing was judged. Please try again.", status=400
        )
    form = {name: value if isinstance(value := posted.get(name, ""), str) else "" for name in _FIELDS}
    form["text"] = form["text"].replace("\r\n", "\n")
    if not form["text"].strip():
        return _page(request, form, problem="There is no draft yet. Paste one above; nothing was judged.", status=400)
    if len(form["text"]) > LIMIT:
        problem = (
            f"The draft has over {LIMIT:,} characters. Shorten it to the part you are unsure of; it still stands above."
        )
        return _page(request, form, problem=problem, status=413)
    raw: dict[str, Any] = {name: value or None for name, value in form.items()}
    raw["form"] = form["form"] or form_of(form["text"]).value
    try:
        case = read_case(raw)
    except BadCase as problem:
        return _page(request, form, problem=f"{problem} Nothing was judged.", status=400)
    return _page(request, form, result=answer(case, request.app[_JUDGING]))


async def _style(_: web.Request) -> web.Response:
    return web.Response(text=(files("adapters.web") / "page.css").read_text(encoding="utf-8"), content_type="text/css")


def _page(
    request: web.Request, form: Mapping[str, str], *, problem: str = "", result: object = None, status: int = 200
) -> web.Response:
    judging = request.app[_JUDGING]
    text = (
        request.app[_PAGES]
        .get_template("page.html.j2")
        .render(
            form={name: form.get(name, "") for name in _FIELDS},
            fields=_choices(judging),
            limit=LIMIT,
            problem=problem,
            result=result,
            version=judging.version,
        )
    )
    return web.Response(text=text, content_type="text/html", status=status)


def _choices(judging: Judging) -> list[dict[str, Any]]:
    """The drop-down fields with their options in words."""
    kinds = {"network": Network, "delivery": Delivery, "relation": Relation, "purpose": Purpose, "form": Form}
    words = judging.wording
    return [
        {
            "name": name,
            "label": words.fields[name][0],
            "options": [("", words.fields[name][1]), *((code.value, words.label(name, code)) for code in kind)],
        }
        for name, kind in kinds.items()
    ]
