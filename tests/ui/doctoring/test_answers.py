"""The doctor tells whether answers are made from what is newest, and can be kept."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from pydantic import SecretStr

from signals import SALES, Col, Lake, Measure
from ui.doctoring.answers import check_answers
from ui.health import State
from ui.health_workspace import check_workspace
from ui.settings import load_settings
from ui.wiring import make_memory


@pytest.fixture
def shop(small_shop, tmp_path):
    """Settings of a copy of the tiny shop, to be broken."""
    shutil.copytree(small_shop.settings.home, tmp_path / "copy")
    return load_settings(tmp_path / "copy", scorer="lexicon", encoder="hashing")


def named(checks, name):
    [check] = [check for check in checks if check.name == name]
    return check


def test_a_run_of_all_that_is_known_is_fine(shop):
    check = named(check_answers(shop), "newest run")

    assert check.state is State.OK
    assert check.found == "f00dfacecafe0001, of data up to 2025-12-28"


def test_sales_newer_than_the_run_ask_for_another(shop):
    newer = {
        Col.PRODUCT_ID: ["P1"], Col.STORE_ID: ["web"], Col.UNITS: [3.0],
        Col.DAY: [pd.Timestamp("2026-01-02")], Col.MEASURE: [str(Measure.UNITS_SOLD)],
        Col.AVAILABLE_AT: [pd.Timestamp("2026-01-03", tz="UTC")],
    }  # fmt: skip
    with Lake(shop.workspace.lake).batch() as batch:
        batch.add(SALES, pd.DataFrame(newer))

    check = named(check_answers(shop), "newest run")

    assert check.state is State.WARN
    assert check.found.endswith("sales go on to 2026-01-02")
    assert check.advice == "run: groundswell run"


def test_before_the_first_run_the_next_step_is_named(empty_home):
    checks = list(check_answers(empty_home))

    assert named(checks, "newest run").state is State.WARN
    assert named(checks, "conversations").found == "nothing was asked yet"
    assert not empty_home.home.exists()


def test_kept_answers_that_cannot_be_read_fail(shop):
    shop.workspace.state.write_bytes(b"not a database, by far" * 100)

    check = named(check_answers(shop), "conversations")

    assert check.state is State.FAIL
    assert "answers work without" in check.advice


def test_a_database_elsewhere_that_does_not_answer_fails_without_its_password(shop):
    url = SecretStr("sqlite:////no/such/folder/of/s3cret/state.db")
    check = named(check_answers(shop.model_copy(update={"database_url": url})), "conversations")

    assert check.state is State.FAIL
    assert "GROUNDSWELL_DATABASE_URL" in check.advice


def test_conversations_are_opened(shop):
    make_memory(shop)
    shop.workspace.state.unlink(missing_ok=True)

    assert named(check_answers(shop), "conversations").state is State.OK


@pytest.mark.parametrize(
    ("model", "advice"),
    [("local:qwen2.5-0.5b", "groundswell models pull"), ("local:unheard-of", "models list")],
)
def test_a_local_model_that_is_not_here_fails_and_no_provider_is_claimed(shop, model, advice):
    named_model = shop.model_copy(update={"llm_model": model})

    check = named(check_answers(named_model), "local model")

    assert check.state is State.FAIL
    assert advice in check.advice
    assert "on this machine" in named(check_workspace(named_model), "chat model").found
