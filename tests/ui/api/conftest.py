"""A real server of a shop with three people, in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from ui.jobs import JobKind
from ui.jobs.sql_jobs import SILENT_S, SqlJobs
from ui.people import Role
from ui.people.sql_people import KeyKind
from ui.settings import Settings, load_settings
from ui.tasks import UPLOAD, IngestAsked
from ui.wiring import make_passwords, make_people, make_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ui.conftest import Shop

PASSWORD = "correct horse battery"
_SERVE = "from ui.cli import main; main()"
_DAY_S = 86_400.0


@dataclass(frozen=True)
class Team:
    """A server that asks for a login."""

    address: str
    settings: Settings
    tokens: dict[str, str]
    left_over: str
    password: str = PASSWORD

    @staticmethod
    def form_of(page: str) -> str:
        """Find the secret of a form."""
        found = re.search(r'name="form" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    def program(self, name: str) -> httpx.Client:
        """A program with the token of somebody."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)

    def browser(self, language: str = "en") -> httpx.Client:
        """A browser that nobody has logged in with."""
        return httpx.Client(
            base_url=self.address,
            headers={"Accept-Language": language, "Accept": "text/html", "Origin": self.address},
            timeout=60,
        )

    def log_in(self, browser: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
        form = self.form_of(browser.get("/login").text)
        return browser.post("/login", data={"form": form, "name": name, "password": password})


@pytest.fixture(scope="module")
def team(small_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    home = tmp_path_factory.mktemp("team") / "shop"
    shutil.copytree(small_shop.settings.home, home)
    (home / "settings.toml").write_text('scorer = "lexicon"\nencoder = "hashing"\n')
    settings = load_settings(home)
    people, passwords = make_people(settings), make_passwords()
    tokens = {}
    for role in Role:
        people.add(f"{role}1", role, passwords.hashed(str(role), PASSWORD))
        tokens[str(role)] = people.give_key(f"{role}1", KeyKind.TOKEN, _DAY_S)
    left_over = leave_a_job(settings)
    with served(home) as address:
        yield Team(address, settings, tokens, left_over)


def leave_a_job(settings: Settings) -> str:
    """Begin a job as a server that was killed a while ago did; return its id."""
    folder = settings.workspace.uploads / "before"
    folder.mkdir(parents=True)
    (folder / "before.csv").write_text("day,product_id,units\n2025-12-01,P8,3\n2025-12-02,P8,4\n")
    asked = IngestAsked(file="before.csv", table="sales", accept_guess=True)
    arguments = asked.model_dump(mode="json") | {UPLOAD: folder.name}
    jobs = SqlJobs(make_state(settings), lambda: time.time() - 2 * SILENT_S)
    job = jobs.ask(JobKind.INGEST, arguments)
    assert jobs.begin_next() is not None
    return job.job_id


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Run ``groundswell serve --port 0`` and give the address it prints."""
    command = [sys.executable, "-u", "-c", _SERVE, "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            lines = iter(server.stdout.readline, "")
            address = next(word for line in lines for word in line.split() if "http://" in word)
            for _ in range(600):
                try:
                    httpx.get(f"{address}/healthz", timeout=10)
                    break
                except httpx.ConnectError:
                    continue
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)
