"""Trees and networks over signals together: what each group of drivers adds, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.contributions import players_of, shapley
from forecasting.experts.fused import FusedTrees, load_fused
from forecasting.judging.backtest import EVERY_GROUP
from signals import ASPECTS_KEY, PICTURES_KEY, TRAITS_KEY, WORDS_KEY, Col, DriverGroup

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def told(make_panel):
    """A shop with every kind of signal; buyers look at a product a week before they buy it."""
    panel = make_panel(products=12, periods=90, text_effect=0.4)
    history, random = panel.history, np.random.default_rng(2)
    views = random.normal(0, 1, len(history))
    series = history[Col.SERIES_ID].astype("category").cat.codes.to_numpy()
    units = history[Col.UNITS].to_numpy().copy()
    same = history[Col.SERIES_ID].to_numpy()[1:] == history[Col.SERIES_ID].to_numpy()[:-1]
    units[1:] *= np.exp(np.where(same, 0.3 * views[:-1], 0.0))
    panel = replace(
        panel,
        history=history.assign(**{Col.UNITS: units.round(), "views_now": views}),
        groups={
            **panel.groups,
            DriverGroup.BEHAVIOUR: ("views_now",),
            DriverGroup.PICTURES: (PICTURES_KEY,),
        },
        past=(*panel.past, "views_now"),
    )
    spoke = np.where(random.random(len(history)) < 0.5, np.arange(len(history)), -1)
    for key, width in ((WORDS_KEY, 6), (ASPECTS_KEY, 4)):
        panel = panel.with_table(key, random.normal(0, 1, (len(history), width)), spoke)
    for key in (TRAITS_KEY, PICTURES_KEY):
        panel = panel.with_table(key, random.normal(0, 1, (series.max() + 1, 5)), series)
    return panel


@pytest.fixture(scope="module")
def fitted(told):
    return FusedTrees(LEVELS, rounds=60).fit(told)


def test_every_group_is_heard_and_judged_by_a_gate_of_its_own(fitted):
    assert list(fitted.voices.fusions) == [
        DriverGroup.BEHAVIOUR, DriverGroup.PICTURES, DriverGroup.SENTIMENT,
    ]  # fmt: skip
    assert set(fitted.voices.widths) == {
        "behaviour", "pictures", "mood", "words", "aspects", "traits",
    }  # fmt: skip
    assert fitted.voices.fusions[DriverGroup.SENTIMENT].gate.value > 0


def test_the_parts_of_all_groups_sum_to_the_forecast(fitted, told):
    found = shapley(lambda present: fitted.predict(told, present=present), players_of(told))

    whole = fitted.predict(told, present=EVERY_GROUP)
    np.testing.assert_allclose(found.total, whole, atol=1e-6)
    assert {DriverGroup.PICTURES, DriverGroup.BEHAVIOUR} <= found.parts.keys()


def test_without_text_it_forecasts_as_if_it_had_never_read_any(fitted, told):
    never = FusedTrees(LEVELS, uses_text=False, rounds=60).fit(told)
    without = EVERY_GROUP - {DriverGroup.SENTIMENT}

    first, again = (each.predict(told, present=without) for each in (fitted, never))

    assert first.tobytes() == again.tobytes()


def test_what_is_loaded_forecasts_to_the_byte_what_was_saved(fitted, told, tmp_path):
    fitted.save(tmp_path)

    loaded = load_fused(tmp_path)

    for present in (EVERY_GROUP, EVERY_GROUP - {DriverGroup.BEHAVIOUR}):
        saved = fitted.predict(told, present=present).tobytes()
        assert loaded.predict(told, present=present).tobytes() == saved
