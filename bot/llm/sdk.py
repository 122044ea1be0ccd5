"""What the two vendors' libraries share: how they fail, and how they are kept quiet and to one host."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from bot.llm.endpoint import Endpoint
from bot.llm.port import CHARACTERS_OUT, Cause, ModelError

_STREAMING = 200
"""The status of an answer that breaks while it comes."""
_LOGGERS = ("openai", "anthropic", "httpx2", "httpcore2")


def quiet(sdk: ModuleType) -> ModuleType:
    """The library; its loggers no longer write prompts and answers, whatever level the environment wants."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    return sdk


def client_of(endpoint: Endpoint) -> Any:
    """An HTTP client that follows no redirect and takes no proxy from the environment: it talks to one host only.

    Not the libraries' own: Anthropic's asks the environment for proxies whatever it is told.
    """
    import httpx2

    return httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=endpoint.seconds)


@contextmanager
def failing_plainly(sdk: ModuleType) -> Iterator[None]:
    """Turns what a library raises into ModelError without a word of what was sent or came back."""
    import httpx2

    try:
        yield
    except (sdk.APITimeoutError, httpx2.TimeoutException):
        cause = Cause.LATE
    except sdk.RateLimitError:
        cause = Cause.BUSY
    except (sdk.InternalServerError, sdk.APIConnectionError, httpx2.HTTPError):
        cause = Cause.DOWN
    except sdk.APIStatusError as error:
        cause = Cause.DOWN if error.status_code == _STREAMING else Cause.REFUSED
    except sdk.APIError:
        cause = Cause.DOWN
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        cause = Cause.UNREADABLE
    else:
        return
    raise ModelError(cause) from None


async def collect(pieces: AsyncIterator[str]) -> str:
    """The pieces of an answer as one text, cut off where it gets too long."""
    text: list[str] = []
    length = 0
    async for piece in pieces:
        text.append(piece)
        length += len(piece)
        if length > CHARACTERS_OUT:
            break
    return "".join(text)[: CHARACTERS_OUT + 1]
