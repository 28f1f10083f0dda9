"""Endpoints that fail in every way that is known: answers stand, in time, within bounds.

A server on this machine (`proofs.fault_server`) fails while a chat model is asked to read a
question, to word an answer, and to call tools; while alerts are sent; and while weights are pulled.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from proofs.fault_server import ELSEWHERE, WEIGHTS, Mode
from proofs.faulty import Faulty, faulty
from proofs.size import Size
from proofs.small_shop import END, run_at, small_shop
from reporting import Figure

from agent import Analyst
from agent.model.breaker import FAILURES, REST_S
from agent.model.chat import Message
from agent.model.chat_model import EndpointModel
from agent.weights.pull import pull_weights
from agent.weights.weights import Weights
from signals import GroundswellError, ModelError
from ui.alerting.message import Message as AlertMessage
from ui.alerting.targets import AppriseTarget
from ui.wiring import make_analyst

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent import Answer, Desk

QUESTION: Final = "Which categories will grow most in the next four weeks, and why?"
DEADLINE_S: Final = 2.0
NO_ACCEPT: Final = "no_accept"
FAULTS: Final = (NO_ACCEPT, *(mode for mode in Mode if mode not in {Mode.GOOD, Mode.LYING}))
_OF_CONTENT: Final = {Mode.SCHEMA, Mode.GARBAGE, Mode.TOOLS}
"""Faults of what a model says; as far as HTTP goes the endpoint is well."""
_TAKEN: Final = {
    *_OF_CONTENT, Mode.HALF, Mode.EMPTY, Mode.WRONG_TYPE, Mode.BINARY, Mode.NESTED, Mode.ENVELOPE,
}  # fmt: skip
"""Answers from which a web hook has taken a message all the same."""
_MAY_BE_TAKEN: Final = {Mode.HUGE, Mode.BOMB}
"""Answers that are or are not too long to be held, by how much the child process holds already."""
_FEW: Final = (Mode.DRIP, Mode.BOMB, Mode.BUSY_LONG)
_TRIES: Final = 3
_WARM_S: Final = 30.0
_MEGABYTE: Final = 1_000_000


@dataclass(slots=True)
class Found:
    """What was asked, and what was wrong with it.

    Parameters
    ----------
    late_s
        Of the slowest answer: seconds beyond its deadline.
    tries
        Most requests for one call.
    """

    asked: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    late_s: float = 0.0
    tries: int = 0


def prove(size: Size) -> Iterator[Figure]:
    """Ask through every door while the endpoint fails in every way."""
    faults = FAULTS if size is Size.FULL else _FEW
    with tempfile.TemporaryDirectory() as folder, faulty() as server, Memory() as memory:
        shop = small_shop(Path(folder) / "shop", products=3)
        run_at(shop, [END])
        yield from prove_answers(make_analyst(shop)._desk, server, faults, memory)
        yield from prove_breaker(server, faults)
        yield from prove_others(server, faults, Path(folder))
        elsewhere = server.asked(ELSEWHERE)
        yield Figure("requests to where a redirect leads", elsewhere, "requests", reach=0)
        yield Figure("memory growth, at most", memory.grown, "MB", reach=50)


def prove_answers(
    desk: Desk, server: Faulty, faults: Sequence[str], memory: Memory
) -> Iterator[Figure]:
    """Ask a question while the endpoint fails at once, and after it was well once."""
    plain, alone_s = _alone(desk)
    for loop in (False, True):  # what is loaded once is neither a failure nor growth
        _ask(desk, _model(server, Mode.GOOD, "warm", timeout_s=_WARM_S), loop=loop)
    memory.begin()
    found = Found()
    for mode in faults:
        for door, loop, good in (("plan", False, 0), ("wording", False, 1),
                                 ("loop", True, 0), ("later", True, 1)):  # fmt: skip
            name = f"{door}-{mode}"
            began = time.monotonic()
            model = _model(server, f"{mode}@{good}" if good else mode, name, timeout_s=DEADLINE_S)
            answer = _ask(desk, model, loop=loop)
            taken_s = time.monotonic() - began
            found.late_s = max(found.late_s, taken_s - DEADLINE_S - alone_s)
            found.asked += 1
            found.wrong.update(_wrong(answer, plain, name, good))
            if mode not in {NO_ACCEPT, *_OF_CONTENT}:
                found.tries = max(found.tries, server.asked(name) - good)
    yield Figure("ways to fail", len(faults), "ways", "higher")
    yield Figure("answers while they fail", found.asked, "answers", "higher")
    for what in ("other figures", "other text", "not marked"):
        wrong = sum(count for name, count in found.wrong.items() if name.startswith(what))
        yield Figure(f"answers: {what}", wrong, "answers", reach=0)
    name = f"seconds beyond deadline and an answer without a model ({alone_s:.2f} s), at most"
    yield Figure(name, round(found.late_s, 2), "s", reach=1.0)
    yield Figure("requests for one call, at most", found.tries, "requests", reach=_TRIES)
    for name in found.wrong:
        print(name)


def prove_breaker(server: Faulty, faults: Sequence[str]) -> Iterator[Figure]:
    """Let calls fail; count the ways in which the endpoint is then asked too often or too late."""
    wrong = []
    for mode in [mode for mode in faults if mode not in {NO_ACCEPT, Mode.SCHEMA}]:
        clock = [0.0]
        model = _model(server, mode, f"rest-{mode}", timeout_s=1.0, clock=lambda now=clock: now[0])
        for _ in range(FAILURES):
            _call(model)
        before = server.asked(f"rest-{mode}")
        _call(model)
        rested = server.asked(f"rest-{mode}") == before
        clock[0] = REST_S
        _call(model)
        if not (rested and server.asked(f"rest-{mode}") > before):
            wrong.append(mode)
    yield Figure(f"breakers not open after {FAILURES} failures or not probed after {REST_S:.0f} s",
                 len(wrong), "ways", reach=0)  # fmt: skip
    print(*wrong)


def prove_others(server: Faulty, faults: Sequence[str], folder: Path) -> Iterator[Figure]:
    """Send alerts and pull weights."""
    wrong, slowest = [], 0.0
    for mode in faults:
        began = time.monotonic()
        if not _sends_well(server, mode):
            wrong.append(f"alert {mode}")
        if not _pulls_well(server, mode, folder / f"weights-{mode}"):
            wrong.append(f"weights {mode}")
        slowest = max(slowest, time.monotonic() - began)
    yield Figure("alerts and weights wrongly taken as sent or whole", len(wrong), "cases", reach=0)
    yield Figure("seconds until both give up, at most", round(slowest, 1), "s", reach=20)
    print(*wrong)


class Memory:
    """Watches how far the memory of this process grows above what it was at a moment."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._start = 0.0
        self._most = 0.0
        self._watch = threading.Thread(target=self._look, daemon=True)

    @property
    def grown(self) -> float:
        """Megabytes."""
        return round(self._most - self._start, 1)

    def begin(self) -> None:
        """Count from now on."""
        self._start = self._most = _resident_mb()

    def __enter__(self) -> Memory:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            self._most = max(self._most, _resident_mb())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / _MEGABYTE


def _alone(desk: Desk) -> tuple[Answer, float]:
    """Answer without a model; give the seconds of the slowest of some tries."""
    slowest = 0.0
    for _ in range(_TRIES):
        began = time.monotonic()
        answer = Analyst(desk).ask(QUESTION)
        slowest = max(slowest, time.monotonic() - began)
    return answer, slowest


def _ask(desk: Desk, model: EndpointModel, *, loop: bool) -> Answer:
    return Analyst(desk, None if loop else model, loop=model if loop else None).ask(QUESTION)


def _model(server: Faulty, mode: str, name: str, **options: object) -> EndpointModel:
    address = f"{server.address(mode, name)}/v1"
    return EndpointModel("test-model", base_url=address, pause_s=0.02, **options)  # type: ignore[arg-type]


def _wrong(answer: Answer, plain: Answer, name: str, good: int) -> list[str]:
    """List what is wrong with an answer; one to which a good reply led may name its model."""
    checks = {
        "other figures": [fact.to_dict() for fact in answer.facts]
        == [fact.to_dict() for fact in plain.facts],
        "other text": answer.text == plain.text,
        "not marked": bool(answer.notices) and (good > 0 or answer.trace.used_model is None),
    }
    return [f"{what}: {name}" for what, holds in checks.items() if not holds]


def _call(model: EndpointModel) -> None:
    asked = [Message("user", '{"question": "?", "names": []}')]
    with contextlib.suppress(ModelError):
        model.complete(asked, {"title": "plan", "type": "object"}, within_s=5)


def _sends_well(server: Faulty, mode: str) -> bool:
    """Send an alert; a fault must come back as a reason, and never more than three tries."""
    address = server.address(mode, f"alert-{mode}").replace("http://", "json://")
    target = AppriseTarget(f"{address}/hook?rto=1&cto=1", first_wait_s=0.02, longest_s=8.0)
    reason = target.send(AlertMessage("a", "Watch", "Battery"), "key")
    tries = 0 if mode == NO_ACCEPT else server.asked(f"alert-{mode}")
    told = mode in _MAY_BE_TAKEN or (reason is None) == (mode in _TAKEN)
    return told and tries <= _TRIES


def _pulls_well(server: Faulty, mode: str, folder: Path) -> bool:
    """Pull weights; what is there afterwards is whole, or not there."""
    right = hashlib.sha256(WEIGHTS).hexdigest()
    weights = Weights("tiny", "a test", "tiny.gguf", right, 1, "Apache-2.0", "Maker/Tiny")
    try:
        file = pull_weights(weights, folder, server.address(mode, f"pull-{mode}"), timeout_s=1.0)
    except GroundswellError:
        return not weights.path(folder).exists()
    return file.read_bytes() == WEIGHTS
