"""Who is answered: this computer alone, posts from the page itself, in a form's own encoding; and how answers are closed to others."""

from __future__ import annotations

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers hide from us where a post comes from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
FORM = "application/x-www-form-urlencoded"
"""The only encoding that is read: a file in a multipart form would be put on the disk by the server."""
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_OWN = frozenset({"same-origin", "none"})


async def close_to_others(_: web.Request, response: web.StreamResponse) -> None:
    """Every answer, errors too, is closed to other sites and caches."""
    response.headers.update(HEADERS)


def refused(request: web.Request) -> tuple[int, str] | None:
    """The status and the key of the words with which a request is refused; None when it is answered."""
    if not is_local(request.host):
        return 421, "problem.elsewhere"
    if request.method == "POST" and not is_own(request):
        return 403, "problem.foreign"
    if request.method == "POST" and request.content_type != FORM:
        return 415, "problem.encoding"
    return None


def is_local(host: str) -> bool:
    """Whether a host name with or without a port means this computer; another name that leads here is DNS rebinding."""
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return name.casefold() in _LOCAL


def is_own(request: web.Request) -> bool:
    """Whether a post was made by the page itself: browsers say where it comes from, and no other site can change that."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN
    return request.headers.get("Origin") == f"{request.scheme}://{request.host}"
