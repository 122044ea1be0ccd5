"""Reads TACT_LLM: `openai://model@host/path`, `anthropic://model`, `ollama://model@host:port`, `recorded:file`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from bot.llm.port import FREE, Prices

SECONDS = 8.0
"""How long an answer is waited for, unless the URL says otherwise (reliability catalogue, L01)."""
LONGEST = 300.0
DEAREST = 10_000.0
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
    prices: Prices = FREE

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
    `?schema=off` leaves the form of the answer out of the request, `?prices=0.15/0.60` says what a million tokens cost.
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
    unknown = sorted(set(options) - {"seconds", "schema", "prices"})
    if unknown or options.get("schema", "on") not in ("on", "off"):
        raise BadModel(
            f"TACT_LLM has the option {(unknown or ['schema'])[0]!r}; known are seconds=8, schema=off and prices=0.15/0.60."
        )
    schema = options.get("schema", "on") == "on"
    seconds, prices = _seconds(options.get("seconds", str(SECONDS))), _prices(options.get("prices", "0/0"))
    return replace(endpoint, seconds=seconds, schema=schema, prices=prices)


def _seconds(said: str) -> float:
    seconds = _number(said)
    if not 0 < seconds <= LONGEST:
        raise BadModel(f"TACT_LLM has seconds={said!r}; it must be a number of seconds up to {LONGEST:.0f}.")
    return seconds


def _prices(said: str) -> Prices:
    prices = Prices(*(_number(part) for part in said.split("/"))) if said.count("/") == 1 else Prices(-1, -1)
    if not all(0 <= price <= DEAREST for price in prices):
        raise BadModel(
            f"TACT_LLM has prices={said!r}; it must be what a million tokens cost, in and out, such as 0.15/0.60."
        )
    return prices


def _number(said: str) -> float:
    """The number, or -1 where it is none."""
    try:
        return float(said)
    except ValueError:
        return -1.0


def _shown(url: str) -> str:
    """A URL for a message: a key that was put into it by mistake stays out."""
    return repr(url.partition("?")[0][:60]) if "sk-" not in url else "set to something with a key in it"
