"""Generated requests against the REST interface, JSON-RPC against the tools, texts against regexes.

Requests are made from the interface's own description by schemathesis: half of them fit it, half
break it on purpose. Bodies that are no JSON at all are added. An answer may be an error, never an
error of the server; each error must say which it is, and a refused value which field it is.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from proofs.corner_shop import Strange, open_shop
from proofs.regexes import chokes, expressions
from proofs.tool_fuzz import tools_under_noise
from reporting import Figure

from ui.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofs.size import Size

    from ui.settings import Settings

_HOST: Final = "testserver"  # as schemathesis calls it
_ADDRESS: Final = f"http://{_HOST}"
_REST: Final = "/api/v1"
_PROBLEM: Final = "application/problem+json"
_BODIES: Final = (
    b"", b"{", b"[" * 50_000, b'{"a":' * 20_000, b"\xff\xfe\x00", b"\xef\xbb\xbf{}", b"NaN",
    b"null", b'{"question": NaN}', b'{"question": "\\ud800"}', b'{"question": "\\u0000"}',
    b"7" * 20_000,
    b'{"question": 1e999}', b'{"question": "x", "question": 7}', b'{"question": ["x"]}', b'"x"',
    b'{"question": "x", "as_of": "0001-01-01"}', b'{"question": "x", "as_of": 99999999999999}',
    b'{"question": "x", "as_of": "9999-12-31"}', b'{"kind": "run", "arguments": {"horizon": 1e9}}',
)  # fmt: skip
_TYPES: Final = ("application/json", "text/plain", "application/xml", "multipart/form-data", "")


def prove(size: Size) -> Iterator[Figure]:
    """Send everything; count what an answer must never be."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        settings = open_shop(Path(folder) / "shop", Strange(), hosts=_HOST)
        tally = _generated(settings, size.pick(260, 4)) + _raw(settings)
        yield Figure("generated requests", tally["cases"], "requests", "higher",
                     size.pick(5000, 100))  # fmt: skip
        yield Figure("requests that were accepted", tally["accepted"], "requests", "higher", 1)
        yield Figure("errors of the server", tally["5xx"], "requests", "lower", 0)
        yield Figure("errors that are no problem document", tally["no problem"], "requests",
                     "lower", 0)  # fmt: skip
        yield Figure("errors without a code", tally["no code"], "requests", "lower", 0)
        yield Figure("refused values without a field", tally["no field"], "requests", "lower", 0)
        yield from tools_under_noise(settings, size)
    found = expressions()
    length = size.pick(100_000, 2_000)
    slow = [each for each in found if chokes(each, length)]
    if slow:
        print("slow expressions:", *(each.place for each in slow), sep="\n  ")
    yield Figure("regular expressions tried", len(found), "expressions", "higher", 50)
    yield Figure("regular expressions that choke", len(slow), "expressions", "lower", 0)


def judged(status: int, headers: Any, body: Any) -> Counter[str]:  # noqa: ANN401 - of two clients
    """Count what is wrong with one answer.

    Parameters
    ----------
    body
        Gives the JSON of the answer; raises ``ValueError`` when there is none.
    """
    tally = Counter({"cases": 1, "accepted": int(status < 400), "5xx": int(status >= 500)})
    if status < 400:
        return tally
    if not headers.get("content-type", "").startswith(_PROBLEM):
        tally["no problem"] += 1
        return tally
    told = body()
    tally["no code"] += not told.get("code")
    fields = [each.get("field") for each in told.get("errors") or []]
    tally["no field"] += status == 422 and not all([*fields, fields])
    return tally


def _generated(settings: Settings, each: int) -> Counter[str]:
    """Send requests that fit and that break each operation, ``each`` of either kind."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as hypothesis_settings
    from schemathesis.generation import GenerationMode

    app = _made(settings)
    schema = schemathesis.openapi.from_asgi(f"{_REST}/openapi.json", app)
    quietly = hypothesis_settings(
        max_examples=each, database=None, derandomize=True, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    tally: Counter[str] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)

            @quietly
            @given(case=strategy)
            def send(case: Any) -> None:  # noqa: ANN401
                answer = case.call()
                headers = {name: values[0] for name, values in answer.headers.items()}
                tally.update(judged(answer.status_code, headers, answer.json))

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    send()
                except Exception as error:
                    if "Unsatisfiable" not in type(error).__name__:
                        raise
    return tally


def _raw(settings: Settings) -> Counter[str]:
    """Send bodies that are no JSON, or too much of it, to whatever takes one."""
    from fastapi.testclient import TestClient

    client = TestClient(_made(settings), base_url=_ADDRESS, raise_server_exceptions=False)
    tally: Counter[str] = Counter()
    for path in ("/ask", "/explain", "/jobs", "/ingest?file=a.csv", "/jobs/x/cancel", "/nothing"):
        for body in _BODIES:
            for kind in _TYPES:
                headers = {"content-type": kind} if kind else {}
                answer = client.post(f"{_REST}{path}", content=body, headers=headers)
                tally += judged(answer.status_code, answer.headers, answer.json)
    return tally


def _made(settings: Settings) -> Any:  # noqa: ANN401 - FastAPI's
    async def build() -> Any:  # noqa: ANN401
        return create_app(settings)

    return asyncio.run(build())
