"""Counts what happens for Prometheus at `/metrics`, and writes a line of the log for each; labels are words of the code's own."""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from adapters.model_figures import ModelFigures
from bot.letters import Backlog, Outcome
from bot.llm.leash import Tally
from bot.settings import LOOPBACK
from bot.watching import Watch

log = logging.getLogger("tact.events")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
"""Bounds of times; Slack and Discord wait for three seconds."""
_KIND = re.compile(r"[A-Za-z]{1,40}\Z")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


class Metrics(Watch):
    """Counters of one process."""

    def __init__(self) -> None:
        on = self._registry = CollectorRegistry()
        self._commands = Counter("tact_commands", "Commands by kind and surface", ("kind", "surface"), registry=on)
        self._verdicts = Counter("tact_verdicts", "Drafts judged, by verdict", ("code",), registry=on)
        self._acks = Histogram(
            "tact_ack_seconds",
            "Until a platform was told that something arrived",
            ("surface",),
            buckets=SECONDS,
            registry=on,
        )
        self._attempts = Counter("tact_deliveries", "Attempts to send a letter", ("platform", "outcome"), registry=on)
        self._errors = Counter("tact_errors", "Warnings and errors", ("part", "kind"), registry=on)
        self._lag = Histogram("tact_loop_lag_seconds", "How late the loop runs", buckets=SECONDS, registry=on)
        self._letters = Gauge("tact_outbox_letters", "Letters due, being sent, and given up", ("state",), registry=on)
        self._age = Gauge("tact_outbox_oldest_seconds", "How late the oldest letter is that waits", registry=on)

    def command(self, kind: str, surface: str) -> None:
        """Counts and tells."""
        self._commands.labels(kind, surface).inc()
        log.info("a command of the kind %s came from %s", kind, surface)

    def verdict(self, code: str) -> None:
        """Counts and tells."""
        self._verdicts.labels(code).inc()
        log.info("a draft was judged: %s", code)

    def acked(self, surface: str, seconds: float) -> None:
        """Counts and tells."""
        self._acks.labels(surface).observe(seconds)
        log.debug("%s was told that something arrived after %.3f s", surface, seconds)

    def attempt(self, platform: str, outcome: Outcome) -> None:
        """Counts and tells."""
        self._attempts.labels(platform, outcome.value).inc()
        log.info("a letter to %s was tried: %s", platform, outcome.value)

    def lagged(self, seconds: float) -> None:
        """The loop ran so late."""
        self._lag.observe(seconds)

    def model(self, tally: Tally) -> None:
        """From now on what the language model cost and how long it took is shown as well."""
        self._registry.register(ModelFigures(tally))

    def faults(self) -> logging.Handler:
        """What counts warnings and errors in the log."""
        return _Faults(self._errors)

    def page(self, backlog: Backlog, now: datetime) -> bytes:
        """All figures as Prometheus reads them."""
        for state, number in (("due", backlog.waiting), ("sending", backlog.sending), ("given_up", backlog.dead)):
            self._letters.labels(state).set(number)
        self._age.set((now - backlog.oldest_due).total_seconds() if backlog.oldest_due else 0)
        return generate_latest(self._registry)


class _Faults(logging.Handler):
    """Counts by part of the code and kind of error."""

    def __init__(self, errors: Counter) -> None:
        super().__init__(logging.WARNING)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        """Counts one."""
        part = record.name if record.name.startswith("tact") else "library"
        self._errors.labels(part, kind_of(record)).inc()


def kind_of(record: logging.LogRecord) -> str:
    """The kind of error a record tells of; its level where it names none."""
    if record.exc_info and record.exc_info[0]:
        return record.exc_info[0].__name__
    for value in record.args if isinstance(record.args, tuple) else ():
        if isinstance(value, BaseException):
            return type(value).__name__
        if isinstance(value, str) and _KIND.match(value) and value.endswith(("Error", "Exception", "Timeout")):
            return value
    return record.levelname.lower()


def route(
    metrics: Metrics, backlog: Callable[[datetime], Awaitable[Backlog]], now: Callable[[], datetime], token: str
) -> web.RouteDef:
    """`/metrics`: with a token for who has it; without one for this computer alone, and not through a proxy on it."""

    async def show(request: web.Request) -> web.Response:
        if not _may_see(request, token):
            return web.Response(status=404, text="404: Not Found")
        moment = now()
        body = metrics.page(await backlog(moment), moment)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    return web.get("/metrics", show)


def _may_see(request: web.Request, token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    return request.remote in LOOPBACK and not any(name in request.headers for name in _FORWARDED)
