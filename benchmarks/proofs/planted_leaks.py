"""Twelve ways in which the future gets into a forecast, planted on purpose, to be caught."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from proofs.leaky_shop import HORIZON, WEEK, clean

from forecasting.experts.naive import RecentMean
from forecasting.experts.trees import Trees
from forecasting.grid import cut, grid_of, horizon_of
from forecasting.judging.backtest import EVERY_GROUP
from forecasting.preparation.prepare import Preparation, prepare
from signals import (
    COVARIATES,
    DOCUMENTS,
    PLANNED_PROMO,
    Col,
    DriverGroup,
    labelled_frame,
    silent,
)
from signals.tuning.labelled_set import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from forecasting.experts.expert import Expert
    from signals import Lake, Panel

LEVELS: Final = (0.1, 0.5, 0.9)
PLANTED: Final = "planted"


def _with_column(panel: Panel, values: npt.ArrayLike) -> Panel:
    """Add a past-only column made from the history of a panel."""
    history = panel.history.assign(**{PLANTED: np.asarray(values, dtype=float)})
    behaviour = (*panel.groups[DriverGroup.BEHAVIOUR], PLANTED)
    groups = {**panel.groups, DriverGroup.BEHAVIOUR: behaviour}
    return replace(panel, history=history, groups=groups, past=(*panel.past, PLANTED))


def _by_series(panel: Panel, what: object) -> pd.Series[float]:
    return panel.history.groupby(Col.SERIES_ID)[Col.UNITS].transform(what)


def _of_products(panel: Panel, weekly: Mapping[Any, float]) -> list[float]:
    """Spread values by product and first day of a week over the rows of a panel; 0 for none."""
    keys = zip(
        panel.history[Col.SERIES_ID].str.removeprefix("product:"), panel.history[Col.DAY],
        strict=True,
    )  # fmt: skip
    return [float(weekly.get(key, 0.0)) for key in keys]


def centred_rolling(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 1: a mean over the weeks around."""
    panel = clean(lake, as_of)
    smooth = _by_series(panel, lambda units: units.rolling(5, center=True, min_periods=1).mean())
    return _with_column(panel, smooth)


def filled_backwards(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 2: gaps filled by what followed them."""
    panel = clean(lake, as_of)
    rare = panel.history[Col.UNITS].where(panel.history[Col.DAY].dt.day <= 7)
    return _with_column(panel, rare.groupby(panel.history[Col.SERIES_ID]).bfill().fillna(0.0))


def scaled_by_everything(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 3: a scale taken over all data."""
    panel = clean(lake, as_of)
    return _with_column(panel, _by_series(panel, lambda u: (u - u.mean()) / u.std()))


def encoded_by_targets(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 4: a category encoded by all its sales."""
    panel = clean(lake, as_of)
    return _with_column(panel, panel.history.groupby(Col.CATEGORY)[Col.UNITS].transform("mean"))


def dated_by_event(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 5: reviews dated by when they were written, not by when they were seen."""
    panel = clean(lake, as_of)
    said = lake.sql(
        "SELECT d.product_id, date_trunc('week', event_time)::DATE AS day, avg(polarity) AS mood "
        "FROM documents d JOIN scores USING (doc_id, text_hash) GROUP BY ALL",
        as_of=as_of,
    )
    mood = said.set_index([Col.PRODUCT_ID, Col.DAY])["mood"].to_dict()
    return _with_column(panel, _of_products(panel, mood))


def revised_statistic(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 6: the newest vintage of a statistic."""
    panel = clean(lake, as_of)
    rows = lake.sql("SELECT * FROM covariates WHERE name = 'confidence'", as_of=as_of)
    newest = rows.sort_values(Col.VINTAGE).drop_duplicates(Col.DAY, keep="last")
    by_month = newest.set_index(newest[Col.DAY].dt.to_period("M"))[Col.VALUE]
    months = panel.history[Col.DAY].dt.to_period("M")
    return _with_column(panel, months.map(by_month).astype(float).fillna(0.0))


def plan_not_yet_made(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 7: promotions that nobody had planned yet."""
    panel = clean(lake, as_of)
    plans = lake.read(COVARIATES, where={Col.NAME: PLANNED_PROMO})
    week = plans[Col.DAY] - pd.to_timedelta(plans[Col.DAY].dt.dayofweek, unit="D")
    depth = plans.groupby(["product:" + plans[Col.REGION], week])[Col.VALUE].max()
    keys = pd.MultiIndex.from_frame(panel.future[[Col.SERIES_ID, Col.DAY]])
    known = depth.reindex(keys).fillna(0.0).to_numpy()
    return replace(panel, future=panel.future.assign(**{Col.PROMO: known}))


def labelled_right(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 8: count a week under the label of the week before, as a resample may."""
    panel = clean(lake, as_of)
    said = lake.read(DOCUMENTS, as_of=as_of)
    days = said[Col.AVAILABLE_AT].dt.tz_localize(None).dt.normalize()
    ends = days - pd.to_timedelta(days.dt.dayofweek, unit="D") - WEEK
    return _with_column(panel, _of_products(panel, said.groupby([Col.PRODUCT_ID, ends]).size()))


def last_row_kept(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Plant leak 9: of restated sales the last row."""
    panel = clean(lake, as_of)
    rows = lake.sql("SELECT * FROM stored_sales ORDER BY available_at")
    rows = rows.drop_duplicates([Col.PRODUCT_ID, Col.STORE_ID, Col.DAY], keep="last")
    week = rows[Col.DAY] - pd.to_timedelta(rows[Col.DAY].dt.dayofweek, unit="D")
    units = rows.groupby([Col.PRODUCT_ID, week])[Col.UNITS].sum().to_dict()
    return _with_column(panel, _of_products(panel, units))


BUILDERS = [
    centred_rolling, filled_backwards, scaled_by_everything, encoded_by_targets, dated_by_event,
    revised_statistic, plan_not_yet_made, labelled_right, last_row_kept,
]  # fmt: skip


def made(panel: Panel, origin: int, *, expert: Expert | None = None) -> dict[str, Any]:
    """Forecast at an origin as the backtest does: no leak."""
    past = prepare(cut(panel, origin, horizon_of(panel)), Preparation())
    expert = expert or Trees(LEVELS, rounds=5)
    return {"units": expert.fit(past, progress=silent).predict(past, present=EVERY_GROUP)}


def prepared_before_the_cut(panel: Panel, origin: int) -> dict[str, Any]:
    """Plant leak 2, where the backtest could have it: gaps filled before the cut."""
    return made(prepare(panel, Preparation()), origin, expert=RecentMean(LEVELS))


@dataclass(frozen=True)
class _TunedMean:
    """The window of a mean, chosen where the forecast is judged."""

    whole: Panel

    def fit(self, panel: Panel, *, progress: object) -> _Window:  # noqa: ARG002 - an Expert's shape
        grid = grid_of(self.whole)
        origin, units = len(grid_of(panel).days) - 1, grid.units
        after = units[:, origin + 1 : origin + 1 + HORIZON].mean(axis=1)
        misses = [
            np.abs(units[:, origin + 1 - window : origin + 1].mean(axis=1) - after).sum()
            for window in range(1, 15)
        ]
        return _Window(int(np.argmin(misses)) + 1)


@dataclass(frozen=True)
class _Window:
    periods: int

    def predict(self, panel: Panel, *, present: object) -> npt.NDArray[np.float64]:  # noqa: ARG002 - likewise
        mean = grid_of(panel).units[:, -self.periods :].mean(axis=1)
        return np.repeat(mean[:, None, None], HORIZON, axis=1) * np.ones(3)


def tuned_where_judged(panel: Panel, origin: int) -> dict[str, Any]:
    """Plant leak 11: a setting chosen where it is judged."""
    return made(panel, origin, expert=_TunedMean(panel))


def learnt_later(panel: Panel) -> Panel:
    """Plant leak 10: sentiment of a model that was trained on texts up to the last day."""
    return replace(panel, text_cut_off=panel.made_on)


def near_copies_taught(folder: Path) -> bool:
    """Tell whether leak 12 stands: a model is trained on near copies of what judges it."""
    text = "The strap of this watch broke after two weeks and nobody answers, order {}"
    texts = [text.format(1000 + number) for number in range(400)]
    others = [f"{word} is fine and arrived in good time" for word in ("It", "This", "Mine")]
    rows = pd.DataFrame({"said": texts + others, "stars": ["1"] * 400 + ["5"] * 3})
    rows.to_csv(folder / "own.csv", index=False)
    labelled = labelled_frame(folder / "own.csv", "said", "stars", lang="en")
    judged, taught = (set(labelled.part(part)[Col.TEXT]) for part in (Part.TEST, Part.TRAIN))
    assert any("strap" in said for said in judged)
    return any("strap" in said for said in taught)
