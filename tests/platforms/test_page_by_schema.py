"""`tact serve web` under whatever schemathesis makes of its description: nothing but what the description lists (S07).

Every operation gets its examples, each edge of each field and header, methods and kinds of body that it does not know, and
requests at random, right and wrong; always the same ones. `FUZZ=1000 pytest tests/platforms/test_page_by_schema.py` goes further.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from adapters.web.chart import Chart
from adapters.web.charter import Charter
from adapters.web.check import Check
from adapters.web.guard import HEADERS
from adapters.web.tips import Tips
from adapters.web.where import Where
from bot.settings import NAMES
from tests.page_schema import CODES, OPERATIONS, ROUTES, document

TIMES = int(os.environ.get("FUZZ", "0"))
EXAMPLES = 3
"""Requests at random for each operation, after those for every edge of its description."""

CONFIG = {
    "checks": {
        # 413 is for what is too long, 421 for what comes under a foreign name
        "negative_data_rejection": {"expected-statuses": ["400", "403", "405", "413", "415", "421"]},
        "positive_data_acceptance": {"expected-statuses": ["200"]},
        "missing_required_header": {"expected-statuses": ["403"]},
    },
} | ({} if TIMES else {"seed": 20260302})
schema = schemathesis.openapi.from_dict(document(ROUTES | OPERATIONS), config=SchemathesisConfig.from_dict(CONFIG))


@dataclass(frozen=True)
class Served:
    """A Tact of its own process."""

    address: str
    log: BinaryIO
    """What it wrote since this was last read."""
    session: requests.Session


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    bare = {name: value for name, value in os.environ.items() if name not in NAMES}
    own = {"TACT_HTTP": "127.0.0.1:0", "TACT_DATABASE_URL": f"sqlite:///{folder / 't.db'}", "TACT_LOG": "debug"}
    with (
        (folder / "log").open("wb") as log,
        (folder / "log").open("rb") as written,
        subprocess.Popen(
            [sys.executable, "-m", "adapters", "serve", "web"], stdout=subprocess.PIPE, stderr=log, env=bare | own
        ) as process,
        requests.Session() as session,
    ):
        assert process.stdout
        session.trust_env = False  # no proxy stands between
        address = process.stdout.readline().decode().partition(" at ")[2].split("/ ")[0]
        assert address, written.read().decode()
        yield Served(address, written, session)
        process.terminate()
        assert process.wait(30) == 0


@schema.parametrize()
@settings(
    max_examples=TIMES or EXAMPLES,
    derandomize=not TIMES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_lists(case: schemathesis.Case, served: Served) -> None:
    """Status, kind and headers; and no text that was sent stands in a header or in the log."""
    response = case.call(base_url=served.address, session=served.session, allow_redirects=False)
    case.validate_response(response)
    got = {name: response.headers.get(name.lower()) for name in HEADERS}
    assert got == {name: [value] for name, value in HEADERS.items()}
    told = [*(value for values in response.headers.values() for value in values), served.log.read().decode()]
    for text in texts(response.request):
        assert not [one for one in told if text in one or json.dumps(text)[1:-1] in one]


def texts(request: requests.PreparedRequest) -> set[str]:
    """What was sent of somebody's words: every value that is no code, where it is too long to be found by chance."""
    body = request.body or b""
    sent = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
    pairs = parse_qsl(sent) + parse_qsl(urlsplit(request.url or "").query)
    codes = {code.value for kind in CODES.values() for code in kind}
    return {value for value in (sent, *(value for _, value in pairs)) if len(value) >= 8} - codes


@pytest.mark.parametrize("part", [Check, Where, Chart, Charter, Tips])
def test_the_description_names_the_fields_of_every_part(part: type[Check | Where | Chart | Charter | Tips]) -> None:
    assert set(ROUTES[part.at.path].fields) == set(part.at.fields)
