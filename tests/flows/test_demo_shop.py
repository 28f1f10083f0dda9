"""The main job on the demo shop, from feeds to answers, with the real models."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from forecasting import contribution_frame, forecast_frame, latest_run
from signals import BATCHES, SCORES, Col, DataError, Lake, Workspace, build_demo_world, open_alerts
from ui.demo_shop import ingest_demo
from ui.pipeline import run_pipeline
from ui.run_inputs import last_known
from ui.settings import load_settings
from ui.wiring import make_analyst

pytestmark = [pytest.mark.model, pytest.mark.slow]
QUESTION = "Which categories will grow most in the next four weeks, and why?"


@pytest.fixture(scope="module")
def truth():
    return build_demo_world().truth


@pytest.fixture(scope="module")
def lake(demo_home):
    return Lake(Workspace(demo_home).lake)


@pytest.fixture(scope="module")
def analyst(demo_home):
    return make_analyst(load_settings(demo_home))


def groundswell(home, *arguments):
    command = [sys.executable, "-m", "ui", *arguments, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_no_row_was_lost_on_the_way_into_the_lake(lake):
    batches = lake.read(BATCHES)

    assert (batches[Col.ROWS_IN] == batches[Col.KEPT] + batches[Col.QUARANTINED]).all()
    assert batches[Col.QUARANTINED].sum() == 0


def test_bert_agrees_with_what_the_texts_were_written_to_say(lake, truth):
    scores = lake.read(SCORES).merge(truth.documents, on=Col.DOC_ID, suffixes=("", "_true"))
    clear = scores[scores["polarity_true"].abs() > 0.5]

    agreement = (np.sign(clear[Col.POLARITY]) == np.sign(clear["polarity_true"])).mean()

    assert agreement > 0.9


def test_contributions_sum_to_every_quantile_of_every_forecast(lake):
    run_id = latest_run(lake).run_id
    keys = [Col.SERIES_ID, Col.DAY, Col.LEVEL]
    summed = contribution_frame(lake, run_id).groupby(keys)[Col.UNITS].sum()
    forecast = forecast_frame(lake, run_id).set_index(keys)[Col.UNITS]

    explained = forecast[forecast.index.isin(summed.index)]

    assert len(explained) > 0.9 * len(forecast)
    assert (summed.loc[explained.index] - explained).abs().max() < 1e-6


def test_the_planted_complaint_is_the_open_alert(lake, truth):
    found = open_alerts(lake, last_known(lake))
    newest = max(truth.complaints, key=lambda complaint: complaint.end)

    worst = found.sort_values(Col.SEVERITY).iloc[-1]

    assert worst[Col.ENTITY] == f"product:{newest.product_id}"
    assert worst[Col.ASPECT] == newest.aspect
    assert len(json.loads(worst[Col.QUOTES])) == 3


def test_the_flagship_question_is_answered_with_proof_and_quotes(analyst):
    answer = analyst.ask(QUESTION)

    assert answer.abstention is None
    assert answer.proof
    assert answer.citations
    assert answer.notices == ()


def test_the_product_people_complain_about_is_explained_by_their_words(lake, analyst):
    alert = open_alerts(lake, last_known(lake)).sort_values(Col.SEVERITY).iloc[-1]

    answer = analyst.ask(f"What are people saying about {alert[Col.NAME]}?")

    assert "negative" in answer.text
    assert any(alert[Col.ASPECT] in c.quote.lower() for c in answer.citations if c.lang == "en")


def test_running_again_scores_nothing_and_keeps_the_run(demo_home, lake):
    before = latest_run(lake).run_id

    report = run_pipeline(load_settings(demo_home), now=pd.Timestamp("2025-10-07", tz="UTC"))

    assert report.documents_scored == 0
    assert report.run_id == before
    assert report.new_alerts == 0


def test_the_demo_does_not_mix_with_other_data(demo_home, tmp_path):
    sales = tmp_path / "sales.csv"
    sales.write_text("date,sku,qty\n2025-01-01,A,3\n", encoding="utf-8")

    done = groundswell(demo_home, "ingest", str(sales), "--yes")

    assert done.returncode == 2
    assert "holds the demo shop" in done.stderr


def test_the_demo_refuses_a_workspace_with_other_data(tmp_path):
    sales = tmp_path / "sales.csv"
    sales.write_text("date,sku,qty\n2025-01-01,A,3\n", encoding="utf-8")
    assert groundswell(tmp_path / "shop", "ingest", str(sales), "--yes").returncode == 0

    with pytest.raises(DataError, match="wants a folder of its own"):
        ingest_demo(load_settings(tmp_path / "shop"), now=pd.Timestamp("2025-10-06", tz="UTC"))


@pytest.mark.parametrize(
    "command",
    [
        ["forecast"],
        ["forecast", "Electronics"],
        ["explain", "Beauty"],
        ["ask", QUESTION],
        ["alerts"],
        ["quality"],
        ["doctor"],
        ["run"],
    ],
    ids=" ".join,
)
def test_every_command_answers_in_json(demo_home, command):
    done = groundswell(demo_home, *command, "--json")

    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)


def test_the_command_line_gives_the_same_answer_as_the_analyst(demo_home, analyst):
    done = groundswell(demo_home, "ask", QUESTION, "--json")

    assert json.loads(done.stdout)["answer_id"] == analyst.ask(QUESTION).answer_id
