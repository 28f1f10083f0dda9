"""Fifty people ask at once: how long they wait, whether each sees only their own, what memory is.

A server of its own, held to two processor cores, with a user for each person and no chat model.
Each person comes through the page as a browser does (join Gradio's queue, read its stream) or
through REST as a program does. First all ask in the same moment, round after round; then, for ten
minutes, each asks, reads for some seconds and asks again. Wants a workspace with a run:
``groundswell demo`` makes one; it is copied, so nothing is left in it.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import psutil
from reporting import Figure, Report, options

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable, Iterator, Sequence

PEOPLE = 50
CORES = 2
ROUNDS, QUICK_ROUNDS = 10, 2
MINUTES, QUICK_MINUTES = 10.0, 0.4
READS_S = (4.0, 16.0)
WARM_SHARE = 0.2  # of the long phase, before memory is measured
_CONVERSATIONS = 2  # place of their ids among what an answer gives the page
P95_REACH_S, DRIFT_REACH = 1.5, 5.0
WAIT_S = 120.0
SERVE = f"""
import os, sys
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:{CORES}])
from ui.cli import main
main()
"""
QUESTIONS = (
    "Why is the forecast for {name} what it is?",
    "What are people saying about {name}?",
    "forecast for {name}",
    "How accurate were the forecasts?",
    "Which categories will grow most in the next four weeks, and why?",
    "Which alerts need a look?",
)


@dataclass
class Visit:
    """What happened to everybody in a phase.

    Parameters
    ----------
    waits
        Seconds from each question to its whole answer.
    errors
        Answers that did not come, or were refused.
    foreign
        Answers in which somebody saw what is another's.
    """

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 answers came."""
        return float(np.quantile(self.waits, 0.95)) if self.waits else float("inf")


def main() -> None:
    """Start a server, let fifty people in, and report."""
    parser = options(__doc__ or "")
    home = os.environ.get("GROUNDSWELL_HOME", "groundswell-data")
    parser.add_argument("--home", type=Path, default=Path(home), help="workspace with a run")
    chosen = parser.parse_args()
    if not (chosen.home / "lake").exists():
        sys.exit(f"needs a run in {chosen.home}: groundswell demo --home {chosen.home}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / chosen.home.name
        ignored = shutil.ignore_patterns("state.db*", "models", "chat-models")
        shutil.copytree(chosen.home, copy, ignore=ignored)
        tokens, names = fill(copy)
        with served(copy) as (address, server):
            asyncio.run(measure(address, server, (tokens, names), chosen))


def fill(home: Path) -> tuple[list[str], list[str]]:
    """Add the people; return the token of each, and names of products to ask about."""
    from ui.live import Live
    from ui.people import Role
    from ui.people.sql_people import KeyKind
    from ui.settings import load_settings
    from ui.wiring import make_people

    settings = load_settings(home)
    people, tokens = make_people(settings), []
    for number in range(PEOPLE):
        people.add(f"person{number}", Role.VIEWER, "nobody knows a password for this")
        tokens.append(people.give_key(f"person{number}", KeyKind.TOKEN, 86_400.0))
    return tokens, [entity.name for entity in Live(settings).catalogue()]


async def measure(
    address: str, server: psutil.Process, team: tuple[list[str], list[str]], chosen: Namespace
) -> None:
    """Go through the phases and report them."""
    tokens, names = team
    report = Report("page_load", f"the workspace {chosen.home.name}", ("gradio", "fastapi"))
    rounds = QUICK_ROUNDS if chosen.quick else ROUNDS
    seconds = 60 * (QUICK_MINUTES if chosen.quick else MINUTES)
    crowd = [Person(address, token, number, names) for number, token in enumerate(tokens)]
    opened = Visit()
    await asyncio.gather(*(person.arrive(opened) for person in crowd))
    report.add(Figure(f"{PEOPLE} people open the page in the same moment: p95", opened.p95, "s"))
    await asyncio.gather(*(person.ask_by_rest(Visit()) for person in crowd[:4]))  # models load
    visits = []
    for door, ask in (("REST", Person.ask_by_rest), ("page", Person.ask_on_page)):
        visit = await at_once(crowd, ask, rounds)
        visits.append(visit)
        name = f"{PEOPLE} people in the same moment, {door}: p95"
        report.add(Figure(name, visit.p95, "s", reach=P95_REACH_S))
    drift, visit = await for_long(crowd, server, seconds)
    visits.append(visit)
    name = f"{PEOPLE} people who ask, read and ask again: p95"
    report.add(Figure(name, visit.p95, "s", reach=P95_REACH_S))
    report.add(Figure("answers a second meanwhile", len(visit.waits) / seconds, "1/s", "higher"))
    report.add(Figure("memory at the end against after the start", drift, "%", reach=DRIFT_REACH))
    report.add(Figure("errors", sum(len(each.errors) for each in visits), "answers", reach=0))
    seen = sum(len(each.foreign) for each in visits)
    report.add(Figure("answers that showed what is another's", seen, "answers", reach=0))
    for each in visits:
        print(*each.errors[:3], *each.foreign[:3], sep="\n", end="")
    await asyncio.gather(*(person.leave() for person in crowd))
    report.finish(chosen)


async def at_once(
    crowd: Sequence[Person], ask: Callable[[Person, Visit], Awaitable[None]], rounds: int
) -> Visit:
    """Let all ask in the same moment, several times."""
    visit = Visit()
    for _ in range(rounds):
        await asyncio.gather(*(ask(person, visit) for person in crowd))
    return visit


async def for_long(
    crowd: Sequence[Person], server: psutil.Process, seconds: float
) -> tuple[float, Visit]:
    """Let all ask, read and ask again, half of them on the page; watch the memory.

    Returns
    -------
    tuple
        By how many percent memory grew after the first part, and what happened.
    """
    visit, end = Visit(), time.monotonic() + seconds

    async def stay(person: Person) -> None:
        ask = person.ask_on_page if person.number % 2 else person.ask_by_rest
        while True:
            await asyncio.sleep(person.chance.uniform(*READS_S))
            if time.monotonic() > end:
                return
            await ask(visit)

    async def watch() -> list[int]:
        sizes = []
        while time.monotonic() < end:
            await asyncio.sleep(seconds / 50)
            sizes.append(server.memory_info().rss)
        return sizes

    sizes, *_ = await asyncio.gather(watch(), *(stay(person) for person in crowd))
    warm = sizes[int(len(sizes) * WARM_SHARE) :]
    fifth = max(1, len(warm) // 5)
    return 100 * (np.median(warm[-fifth:]) / np.median(warm[:fifth]) - 1), visit


class Person:
    """Somebody with a token, a browser, and questions of their own."""

    def __init__(self, address: str, token: str, number: int, names: list[str]) -> None:
        self.number = number
        self.chance = random.Random(number)
        self._names = names
        self._session = f"browser{number:02d}"
        self._line = httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {token}", "Origin": address},
            timeout=WAIT_S,
        )
        self._conversation: str | None = None
        self._conversations: list[str] = []  # that the browser remembers
        self._fn_index = 0

    async def arrive(self, visit: Visit) -> None:
        """Open the page and let it fill, as a browser does; find what asking a question calls."""
        began = time.perf_counter()
        (await self._line.get("/")).raise_for_status()
        config = (await self._line.get("/config")).json()
        ids = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        values = {each["id"]: each["props"].get("value") for each in config["components"]}
        submit, opened = [ids["gs-box"], "submit"], None
        for each in config["dependencies"]:
            if submit in map(list, each["targets"]):
                self._fn_index = each["id"]
            is_load = any(name == "load" for _, name in each["targets"])
            if is_load or (opened is not None and each["trigger_after"] == opened):
                await self._event(each["id"], [values[name] for name in each["inputs"]])
                opened = each["id"]
        visit.waits.append(time.perf_counter() - began)

    async def leave(self) -> None:
        """Close the browser."""
        await self._line.aclose()

    async def ask_by_rest(self, visit: Visit) -> None:
        """Ask as a program does; the conversation goes on."""
        question = self._question()
        body = {"question": question, "conversation_id": self._conversation}
        began = time.perf_counter()
        try:
            answer = await self._line.post("/api/v1/ask", json=body)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            visit.errors.append(f"{question}: {error!r}\n")
            return
        visit.waits.append(time.perf_counter() - began)
        told = answer.json()
        if told["question"] != question or self._conversation not in {
            None,
            told["conversation_id"],
        }:
            visit.foreign.append(f"{question}: {told['question']}\n")
        self._conversation = told["conversation_id"]

    async def ask_on_page(self, visit: Visit) -> None:
        """Ask as the page does: join the queue, read the stream until the answer stands there."""
        question = self._question()
        began = time.perf_counter()
        try:  # box, turns, conversations, language
            shown, kept = await self._event(
                self._fn_index, [question, None, self._conversations, "en"]
            )
        except (httpx.HTTPError, RuntimeError) as error:
            visit.errors.append(f"{question}: {error!r}\n")
            return
        visit.waits.append(time.perf_counter() - began)
        self._conversations = kept[_CONVERSATIONS]
        found = [html.unescape(each) for each in re.findall(r'gs-question">(.*?)</div>', shown)]
        if found != [question]:
            visit.foreign.append(f"{question} but {found}\n")

    async def _event(self, fn_index: int, data: list[Any]) -> tuple[str, list[Any]]:
        """Let the page do something; return the conversation that is shown, and all outputs."""
        join = {
            "data": data,
            "fn_index": fn_index,
            "session_hash": self._session,
            "trigger_id": None,
            "event_data": None,
        }
        (await self._line.post("/gradio_api/queue/join", json=join)).raise_for_status()
        return await self._stream()

    async def _stream(self) -> tuple[str, list[Any]]:
        """Read until the event is over; return what it gave."""
        shown = ""
        query = {"session_hash": self._session}
        async with self._line.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                told = json.loads(line.removeprefix("data:"))
                if told["msg"] in {"process_generating", "process_completed"}:
                    if not told["success"]:
                        raise RuntimeError(str(told["output"]))
                    shown = conversation_in(told["output"]["data"]) or shown
                if told["msg"] == "process_completed":
                    return shown, told["output"]["data"]
        raise RuntimeError("the stream ended before the answer")

    def _question(self) -> str:
        """Choose a question; people come back to some products more than to others."""
        name = self._names[min(int(self.chance.expovariate(1 / 15)), len(self._names) - 1)]
        return self.chance.choice(QUESTIONS).format(name=name)


def conversation_in(outputs: Sequence[Any]) -> str:
    """Find the conversation among the outputs of an event: whole, or as what changed."""
    texts = [each for each in outputs if isinstance(each, str) and "gs-question" in each]
    for each in outputs:
        if isinstance(
            each, list
        ):  # Gradio sends [["replace", path, value], ...] from the second on
            texts += [str(op[-1]) for op in each if op and "gs-question" in str(op[-1])]
    return texts[0] if texts else ""


@contextmanager
def served(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run ``groundswell serve`` on a free port; give its address and its process."""
    command = [sys.executable, "-u", "-c", SERVE, "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            words = (word for line in server.stdout for word in line.split())
            address = next(word for word in words if word.startswith("http://"))
            yield address, psutil.Process(server.pid)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
