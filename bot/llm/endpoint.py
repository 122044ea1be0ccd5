"""Reads TACT_LLM: `openai://model@host/path`, `anthropic://model`, `ollama://model@host:port`, `recorded:file`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

SECONDS = 8.0
"""How long an answer is waited for, unless the URL says otherwise (reliability catalogue, L01)."""
LONGEST = 300.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DEFAULTS: Mapping[str, str] = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "ollama": "http://127.0.0.1:11434",
}
_KNOWN = "openai://model@host/v1, anthropic://model, ollama://model@host:port or recorded:file"


class BadModel(ValueError):
    """A TACT_LLM that cannot be used; the message says what is wrong and what to write."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is reached."""

    provider: str
    model: str
    url: str
    seconds: float = SECONDS
    schema: bool = True
    """Whether the provider is told the form of the answer; some gateways refuse that."""

    @property
    def host(self) -> str:
        """The host, with its port where one is named."""
        return urlsplit(self.url).netloc

    @property
    def is_default(self) -> bool:
        """Whether it is the provider's own server."""
        return self.url == _DEFAULTS.get(self.provider)

    @property
    def recipient(self) -> str:
        """Who reads what is sent, in words."""
        return f"{self.model} at {self.host}"


def read_endpoint(url: str) -> Endpoint:
    """The endpoint a TACT_LLM names; raises BadModel.

    Hosts other than this computer are reached by https unless the scheme says `+http`. `?seconds=30` waits longer,
    `?schema=off` leaves the form of the answer out of the request.
    """
    if url.startswith("recorded:"):
        file = url.removeprefix("recorded:").removeprefix("//")
        return Endpoint("recorded", "recorded answers", file)
    scheme, found, rest = url.partition("://")
    provider, _, transport = scheme.partition("+")
    if not found or provider not in _DEFAULTS or transport not in ("", "http", "https"):
        raise BadModel(f"TACT_LLM is {_shown(url)}; it must be {_KNOWN}.")
    rest, _, query = rest.partition("?")
    model, at, place = rest.rpartition("@") if "@" in rest else (rest, "", "")
    if not model or (at and not place):
        raise BadModel(f"TACT_LLM is {_shown(url)}; it names no model or no host. Write {_KNOWN}.")
    address = _address(place, transport) if place else _DEFAULTS[provider]
    return _with_options(Endpoint(provider, model, address), query)


def _address(place: str, transport: str) -> str:
    address = urlsplit(f"//{place}")
    try:
        host, _ = address.hostname, address.port
    except ValueError as error:
        raise BadModel(f"TACT_LLM names the host {place!r}, whose port is no number from 0 to 65535.") from error
    return f"{transport or ('http' if host in _LOOPBACK else 'https')}://{place.rstrip('/')}"


def _with_options(endpoint: Endpoint, query: str) -> Endpoint:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - {"seconds", "schema"})
    said = options.get("seconds", str(SECONDS))
    if unknown or options.get("schema", "on") not in ("on", "off"):
        raise BadModel(f"TACT_LLM has the option {(unknown or ['schema'])[0]!r}; known are seconds=8 and schema=off.")
    try:
        seconds = float(said)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST:
        raise BadModel(f"TACT_LLM has seconds={said!r}; it must be a number of seconds up to {LONGEST:.0f}.")
    schema = options.get("schema", "on") == "on"
    return Endpoint(endpoint.provider, endpoint.model, endpoint.url, seconds, schema)


def _shown(url: str) -> str:
    """A URL for a message: a key that was put into it by mistake stays out."""
    return repr(url.partition("?")[0][:60]) if "sk-" not in url else "set to something with a key in it"
