"""The page: a form in, the same form with an answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
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
from bot.sound import sound

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
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(judging: Judging) -> web.Application:
    """The application that serves the page and nothing else."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(close_to_others)
    app.add_routes(Page(judging).routes())
    return app


async def close_to_others(_: web.Request, response: web.StreamResponse) -> None:
    """Every answer, errors too, is closed to other sites and caches."""
    response.headers.update(HEADERS)


class Page:
    """The page's handlers, with the judge and the template they need."""

    def __init__(self, judging: Judging) -> None:
        self._judging = judging
        self._pages = Environment(
            loader=PackageLoader("prompts", "page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def routes(self) -> list[web.RouteDef]:
        """The page's routes, each behind its guard."""
        handlers = (("GET", "/", self._show), ("POST", "/", self._check), ("GET", "/page.css", _style))
        return [web.route(method, path, partial(self._guard, handler)) for method, path, handler in handlers]

    async def _guard(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        """Only a local host name is answered (no DNS rebinding)."""
        host = (
            request.host.rpartition(":")[0] if not request.host.endswith("]") and ":" in request.host else request.host
        )
        if host.casefold() not in _LOCAL:
            response: web.StreamResponse = web.Response(status=421, text="This page answers on this computer only.")
        else:
            try:
                response = await handler(request)
            except web.HTTPRequestEntityTooLarge:
                response = self._page(
                    {},
                    problem="That is too long to check in one go. Paste the part you are unsure of.",
                    status=413,
                )
            except web.HTTPException as error:
                response = web.Response(status=error.status, text=f"{error.reason}. The page is at /.")
        return response

    async def _show(self, _: web.Request) -> web.Response:
        return self._page({})

    async def _check(self, request: web.Request) -> web.Response:
        try:
            posted = await request.post()
        except (ValueError, LookupError):
            return self._page(
                {}, problem="The form could not be read; nothing was judged. Please try again.", status=400
            )
        form = {name: sound(value) if isinstance(value := posted.get(name, ""), str) else "" for name in _FIELDS}
        form["text"] = form["text"].replace("\r\n", "\n")
        if not form["text"].strip():
            return self._page(form, problem="There is no draft yet. Paste one above; nothing was judged.", status=400)
        if len(form["text"]) > LIMIT:
            problem = f"The draft has over {LIMIT:,} characters. Shorten it to the part you are unsure of; it still stands above."
            return self._page(form, problem=problem, status=413)
        raw: dict[str, Any] = {name: value or None for name, value in form.items()}
        raw["form"] = form["form"] or form_of(form["text"]).value
        try:
            case = read_case(raw)
        except BadCase as problem:
            return self._page(form, problem=f"{problem} Nothing was judged.", status=400)
        return self._page(form, result=answer(case, self._judging))

    def _page(
        self, form: Mapping[str, str], *, problem: str = "", result: object = None, status: int = 200
    ) -> web.Response:
        judging = self._judging
        text = self._pages.get_template("page.html.j2").render(
            form={name: form.get(name, "") for name in _FIELDS},
            fields=_choices(judging),
            limit=LIMIT,
            problem=problem,
            result=result,
            version=judging.version,
        )
        return web.Response(text=text, content_type="text/html", status=status)


async def _style(_: web.Request) -> web.Response:
    return web.Response(text=(files("adapters.web") / "page.css").read_text(encoding="utf-8"), content_type="text/css")


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
