"""The tree expert: text files that give the same bytes, and text that counts where it should."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from forecasting.experts.trees import Trees, load_trees
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP
from forecasting.judging.metrics import Metric, score
from signals import DriverGroup, ModelError, Scope

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def fitted(panel):
    return Trees(LEVELS, rounds=25).fit(panel)


def test_loaded_trees_forecast_to_the_byte_what_the_saved_ones_did(fitted, panel, tmp_path):
    fitted.save(tmp_path)

    again = load_trees(tmp_path)

    assert {file.suffix for file in tmp_path.iterdir()} == {".txt", ".json"}
    for present in (EVERY_GROUP, frozenset[DriverGroup]()):
        first = fitted.predict(panel, present=present)
        assert first.tobytes() == again.predict(panel, present=present).tobytes()


def test_other_columns_than_in_training_are_refused(fitted, panel, tmp_path):
    fitted.save(tmp_path)
    about = json.loads((tmp_path / "columns.json").read_text())
    about["columns"][3] = "sales of the moon"
    (tmp_path / "columns.json").write_text(json.dumps(about))

    with pytest.raises(ModelError, match="sales of the moon"):
        load_trees(tmp_path).predict(panel, present=EVERY_GROUP)


def test_a_promotion_ahead_raises_the_forecast(fitted, panel):
    promoted = replace(panel, future=panel.future.assign(promo=0.2, price=8.0))
    plain = replace(panel, future=panel.future.assign(promo=0.0, price=10.0))

    high, low = (fitted.predict(p, present=EVERY_GROUP)[:, :, 1].sum() for p in (promoted, plain))

    assert high > 1.15 * low


def test_text_lowers_the_error_where_it_leads_sales(make_panel):
    panel = make_panel(products=24, periods=104, text_effect=0.5)
    units = grid_of(panel).units
    products = np.array([scope == Scope.PRODUCT for scope in grid_of(panel).scopes])
    errors = {True: [], False: []}
    for origin in (83, 91, 99):
        past = cut(panel, origin, 2)
        trees = Trees(LEVELS, rounds=60).fit(past)
        actual = units[products, origin + 1 : origin + 3]
        for text, present in ((True, EVERY_GROUP), (False, EVERY_GROUP - {DriverGroup.SENTIMENT})):
            quantiles = trees.predict(past, present=present)[products]
            errors[text].append(score(actual, quantiles, LEVELS)[Metric.WAPE])

    assert np.mean(errors[True]) < 0.9 * np.mean(errors[False])


def test_progress_ends_with_every_tree(panel):
    told = []

    Trees(LEVELS, rounds=10).fit(panel, progress=lambda *step: told.append(step))

    assert told[-1] == ("trees", 30, 30)
