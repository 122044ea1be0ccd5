"""The page: its parts behind one guard, shown in the reader's language. It holds no state and stores nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.web.chart import Chart
from adapters.web.charter import Charter
from adapters.web.check import Check
from adapters.web.guard import close_to_others, refused
from adapters.web.tips import Tips
from adapters.web.view import Part, Problem
from adapters.web.where import Where
from bot import catalogues
from bot.catalogues import Catalogue
from bot.judging import Judging
from bot.language import speaking
from bot.sound import sound

BODY_LIMIT = 256 * 1024
"""Bytes of the largest form that is read."""
_FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
Handler = Callable[[web.Request], Awaitable[web.Response]]


def make_app(judging: Judging, words: Mapping[str, Catalogue] | None = None) -> web.Application:
    """The application that serves the page and nothing else."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(close_to_others)
    app.add_routes(Page(judging, words or built_in_words()).routes())
    return app


def built_in_words() -> Mapping[str, Catalogue]:
    """The words of the page by language."""
    return catalogues.load(files("prompts") / "page" / "words")


class Page:
    """The handlers of all parts, with the templates they need."""

    def __init__(self, judging: Judging, words: Mapping[str, Catalogue]) -> None:
        self._version = judging.version
        self._words = words
        self._chart = Chart(judging)
        self._parts: tuple[Part, ...] = (Check(judging), Where(judging), self._chart, Charter(judging), Tips(judging))
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
        found = [web.get(f"/{name}", self._guarded(partial(_file, name, kind))) for name, kind in _FILES.items()]
        found.append(web.get("/chart.svg", self._guarded(self._drawing)))
        for part in self._parts:
            found.append(web.get(part.at.path, self._guarded(partial(self._show, part))))
            if part.at.private:
                found.append(web.post(part.at.path, self._guarded(partial(self._answer, part, part.at.template))))
            if part.at.fragment:
                answer = partial(self._answer, part, part.at.fragment)
                found.append(web.post(f"{part.at.path}/reading", self._guarded(answer)))
        return found

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.Response:
            refusal = refused(request)
            if refusal:
                return web.Response(status=refusal[0], text=self._catalogue(request).say(refusal[1]))
            with speaking(self._catalogue(request).language):
                return await handler(request)

        return guarded

    async def _show(self, part: Part, request: web.Request) -> web.Response:
        form = _fields(part, {} if part.at.private else request.query)
        try:
            return self._page(request, part, part.at.template, part.shown(form))
        except Problem as problem:
            return self._problem(request, part, part.at.template, _fields(part, {}), problem)

    async def _drawing(self, _: web.Request) -> web.Response:
        return web.Response(text=self._chart.drawing(), content_type=_FILES["icon.svg"])

    async def _answer(self, part: Part, template: str, request: web.Request) -> web.Response:
        form = _fields(part, {})
        try:
            form = _fields(part, await request.post())
            return self._page(request, part, template, part.answered(form))
        except Problem as problem:
            return self._problem(request, part, template, form, problem)
        except web.HTTPRequestEntityTooLarge:
            return self._problem(request, part, template, form, Problem("problem.large", 413))
        except (ValueError, LookupError):
            return self._problem(request, part, template, form, Problem("problem.form"))

    def _problem(
        self, request: web.Request, part: Part, template: str, form: Mapping[str, str], problem: Problem
    ) -> web.Response:
        said = self._catalogue(request).say(problem.key, **problem.values)
        return self._page(request, part, template, part.shown(form) | {"problem": said}, problem.status)

    def _page(
        self, request: web.Request, part: Part, template: str, values: Mapping[str, Any], status: int = 200
    ) -> web.Response:
        words = self._catalogue(request)
        shown = {
            "say": words.say,
            "language": words.language,
            "here": part.at.path,
            "version": self._version,
            "problem": "",
        }
        text = self._pages.get_template(f"{template}.html.j2").render(shown | dict(values))
        headers = {"Content-Language": words.language, "Vary": "Accept-Language"}
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)

    def _catalogue(self, request: web.Request) -> Catalogue:
        return catalogues.chosen(request.headers.get("Accept-Language", ""), self._words)


def _fields(part: Part, posted: Mapping[str, Any]) -> dict[str, str]:
    """The part's own fields; what is missing or no text is empty."""
    found = {name: posted.get(name, "") for name in part.at.fields}
    return {name: sound(value.replace("\r\n", "\n")) if isinstance(value, str) else "" for name, value in found.items()}


async def _file(name: str, kind: str, _: web.Request) -> web.Response:
    return web.Response(text=(files("adapters.web") / name).read_text(encoding="utf-8"), content_type=kind)
