"""The doctor finds what is broken and says what to do."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pandas as pd
import pytest
from typer import Typer
from typer.testing import CliRunner

from retrieval import HashingEncoder, build_index
from signals import DOCUMENTS, PRODUCTS, SALES, Col, Lake
from ui.commands.doctor import doctor
from ui.doctoring.mending import mend_lake
from ui.health import State, check_installation
from ui.health_leaks import check_leaks
from ui.health_workspace import check_workspace
from ui.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "shop", encoder="hashing", scorer="lexicon")


@pytest.fixture
def endpoint():
    """Serve one status on every path; yields a function from status to address."""
    servers = []

    def start(status: int) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def named(checks, name):
    [check] = [check for check in checks if check.name == name]
    return check


def built_twice(settings):
    for _ in range(2):
        build_index([], HashingEncoder(), settings.workspace.index)
    return settings.workspace.index


def run_doctor(*options):
    app = Typer()
    app.command()(doctor)
    return CliRunner().invoke(app, list(options))


def test_a_new_workspace_warns_of_what_was_not_run_and_fails_nothing(settings):
    checks = list(check_workspace(settings))

    assert {check.state for check in checks} == {State.OK, State.WARN}
    assert "groundswell demo" in named(checks, "lake").advice
    assert "groundswell run" in named(checks, "index").advice
    assert not settings.home.exists()


def test_a_lake_is_read_and_counted(settings):
    products = pd.DataFrame(
        {
            "product_id": ["P1", "P2"],
            "available_at": pd.to_datetime(["2025-01-01"] * 2, utc=True),
        }
    )
    with Lake(settings.workspace.lake).batch() as batch:
        batch.add(PRODUCTS, products)

    assert named(check_workspace(settings), "lake").found == "products 2"


def test_a_lake_that_cannot_be_read_fails(settings):
    settings.workspace.lake.mkdir(parents=True)
    (settings.workspace.lake / "snapshot.json").write_text("{", encoding="utf-8")

    check = named(check_workspace(settings), "lake")

    assert check.state is State.FAIL
    assert "snapshot.json is damaged" in check.found


def test_a_damaged_table_is_named_and_mended_when_asked(settings):
    lake = Lake(settings.workspace.lake)
    for name in ("P1", "P2"):
        product = {"product_id": [name], "available_at": pd.to_datetime(["2025-01-01"], utc=True)}
        with lake.batch() as batch:
            batch.add(PRODUCTS, pd.DataFrame(product))
    files = sorted((settings.workspace.lake / "products").glob("*.parquet"), key=_written)
    files[-1].write_bytes(files[-1].read_bytes()[:-1] + b"?")

    broken = named(check_workspace(settings), "lake")
    [mended] = mend_lake(settings)

    assert broken.state is State.FAIL
    assert "differs from its sha256" in broken.found
    assert "groundswell doctor --mend" in broken.advice
    assert mended.found == "table products is as before the damage"
    assert named(check_workspace(settings), "lake").found == "products 1"
    assert [check.found for check in mend_lake(settings)] == ["nothing is damaged"]


def test_a_lost_key_of_the_authors_is_named_and_made_anew_when_asked(settings):
    said = {
        "doc_id": ["d1"], "kind": "review", "text": "Fine", "author": "0" * 16,
        "available_at": pd.to_datetime(["2025-01-01"], utc=True),
    }  # fmt: skip
    with Lake(settings.workspace.lake).batch() as batch:
        batch.add(DOCUMENTS, pd.DataFrame(said))

    lost = named(check_workspace(settings), "lake")
    [mended] = mend_lake(settings)

    assert lost.state is State.FAIL
    assert "author.key is missing" in lost.found
    assert mended.state is State.WARN
    assert "a new key of the authors was made" in mended.found
    assert named(check_workspace(settings), "lake").state is not State.FAIL


def _written(file):
    return file.stat().st_mtime_ns


def test_a_damaged_version_is_named_with_the_one_that_serves(settings):
    index = built_twice(settings)
    (index / "v0002" / "passages.parquet").write_bytes(b"rubbish")

    check = named(check_workspace(settings), "index")

    assert check.state is State.WARN
    assert check.found.startswith("v0002 is damaged (passages.parquet differs")
    assert check.found.endswith("v0001 serves")


def test_an_index_with_no_whole_version_fails(settings):
    index = built_twice(settings)
    for version in index.glob("v*"):
        (version / "passages.parquet").unlink()

    assert named(check_workspace(settings), "index").state is State.FAIL


def test_an_index_of_another_encoder_fails(settings):
    built_twice(settings)
    other = settings.model_copy(update={"encoder": "e5"})

    assert named(check_workspace(settings), "index").state is State.OK
    check = named(check_workspace(other), "index")
    assert check.state is State.FAIL
    assert "built with encoder hashing-512-v1" in check.found


def test_a_workspace_that_cannot_be_written_fails(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    checks = list(check_workspace(Settings(home=tmp_path / "file" / "shop")))

    assert [check.state for check in checks] == [State.FAIL]
    assert "--home" in checks[0].advice


@pytest.mark.parametrize(
    ("status", "state"), [(200, State.OK), (404, State.OK), (401, State.WARN), (503, State.FAIL)]
)
def test_an_endpoint_is_asked_whether_it_answers(settings, endpoint, status, state):
    configured = settings.model_copy(
        update={"llm_model": "some-model", "llm_base_url": endpoint(status)}
    )

    assert named(check_workspace(configured), "chat model").state is state


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "not an address"])
def test_an_endpoint_that_is_not_there_fails_within_seconds(settings, address):
    configured = settings.model_copy(update={"llm_model": "m", "llm_base_url": address})
    began = time.perf_counter()

    check = named(check_workspace(configured), "chat model")

    assert check.state is State.FAIL
    assert "llm_base_url" in check.advice
    assert time.perf_counter() - began < 5


def test_two_builds_of_faiss_side_by_side_are_refused(settings, tmp_path, monkeypatch):
    for name in ("faiss_cpu", "faiss_gpu"):
        folder = tmp_path / f"{name}-1.15.1.dist-info"
        folder.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.15.1\n"
        (folder / "METADATA").write_text(metadata, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    check = named(check_installation(settings), "faiss")

    assert check.state is State.FAIL
    assert "pip uninstall faiss-cpu faiss-gpu" in check.advice


def test_a_weights_folder_without_weights_fails(settings, tmp_path):
    configured = settings.model_copy(update={"weights": tmp_path})

    check = named(check_installation(configured), "e5 weights")

    assert check.state is State.FAIL
    assert "no model.safetensors" in check.found


def test_the_exit_code_says_whether_something_must_be_mended(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")
    healthy = run_doctor("--home", str(tmp_path / "shop"), "--json")
    monkeypatch.setenv("GROUNDSWELL_LLM_MODEL", "m")
    monkeypatch.setenv("GROUNDSWELL_LLM_BASE_URL", "http://127.0.0.1:9")
    broken = run_doctor("--home", str(tmp_path / "shop"), "--json")

    assert healthy.exit_code == 0, healthy.output
    assert json.loads(healthy.stdout)["healthy"] is True
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["healthy"] is False


def test_a_wrong_setting_is_told_beside_the_other_checks(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_HORIZONT", "3")

    result = run_doctor("--home", str(tmp_path))

    assert result.exit_code == 1
    assert "did you mean horizon?" in result.output
    assert "faiss" in result.output


def test_past_forecasts_of_a_shop_do_not_know_what_came_later(settings):
    days = pd.date_range("2024-01-01", periods=7 * 60)
    sold = [
        pd.DataFrame({
            Col.PRODUCT_ID: name, Col.STORE_ID: "s", Col.DAY: days, Col.PRICE: 5.0,
            Col.UNITS: float(many) + days.dayofweek + days.month,
            Col.AVAILABLE_AT: (days + pd.Timedelta(days=1)).tz_localize("UTC"),
        })
        for name, many in (("A", 10), ("B", 30))
    ]  # fmt: skip
    lake = Lake(settings.workspace.lake)
    with lake.batch() as batch:
        batch.add(SALES, pd.concat(sold))
    settings = settings.model_copy(update={"experts": "last four periods"})

    columns, forecast = check_leaks(settings)

    assert columns.state is State.OK, columns.found
    assert "2024-08-26" in columns.found
    assert forecast.state is State.OK, forecast.found


def test_leaks_are_not_looked_for_before_there_are_sales(settings):
    [check] = check_leaks(settings)

    assert check.state is State.WARN
    assert "groundswell ingest" in check.found
