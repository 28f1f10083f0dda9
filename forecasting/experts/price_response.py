"""A log-linear demand curve for each category: how sales answer price, promotion and calendar.

Trees need many promotions to tell one depth from another; a curve in logs carries over from the
depths it has seen. Each category has slopes of its own, shrunk to those of all series.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.experts.curve import Curve, Rows, fit_curve
from forecasting.experts.expert import ceiling, tidy
from forecasting.experts.naive import recent_level
from forecasting.inputs.drivers import design_of, known_columns
from forecasting.inputs.last_design import LastDesign
from forecasting.inputs.lessons import YOUNGEST, drawn_targets
from forecasting.preparation.prepare import observed_units
from signals import Col, DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Design
    from signals import Panel, Progress

NAME: Final = "price response"
_FILE: Final = "price_response.json"
_LAGS: Final = (0, 1, 2, 3)  # periods before the origin whose plans explain recent sales
_MOST_ROWS: Final = 600_000  # rows that teach at most; half as many cost 1 % of the quantile loss
_ENOUGH: Final = 100  # rows that teach a curve
_LEAST: Final = 0.02  # ratios below it count as it, before the logarithm
_HALF_LIFE_DAYS: Final = 420.0  # age at which an origin teaches half as much
_INSTEAD: Final = "too short a past for a demand curve: forecast by the mean of the last periods"


@dataclass(frozen=True, slots=True)
class PriceResponse:
    """A demand curve in logs on lags, calendar, price and promotion, without text.

    The target is log(1 + units) minus log(1 + scale of the series). Beside the columns of the trees
    it reads the plans of the last four periods, which tell how much of recent sales was promotion,
    the square of the log price, and log price times promotion.
    """

    levels: tuple[float, ...]
    name: str = NAME
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedPriceResponse:
        known = known_columns(panel)
        design = design_of(panel, known, use_text=False)
        units, horizon = design.grid.units, design.horizon
        observed = observed_units(panel)
        periods = units.shape[1]
        half_life = _HALF_LIFE_DAYS / design.grid.frequency.days
        inputs, targets, weights, series, steps = [], [], [], [], []
        for origin, actual in drawn_targets(units, observed, horizon, YOUNGEST - 1, _MOST_ROWS):
            taught = ~np.isnan(actual)
            logs = np.log1p(actual) - np.log1p(design.scale[:, origin, None])
            inputs.append(_inputs(design, origin, frozenset(DriverGroup))[taught])
            targets.append(logs[taught])
            weights.append(np.full(taught.sum(), 0.5 ** ((periods - origin) / half_life)))
            series.append(np.nonzero(taught)[0])
            steps.append(np.nonzero(taught)[1])
        progress("demand curves", 1, 2)
        curve = None
        if sum(map(len, targets)) >= _ENOUGH:
            rows = np.concatenate(inputs)
            inputs.clear()  # 200 MB for 600,000 rows
            of_row, lately = (
                np.asarray(design.grid.groups)[np.concatenate(series)],
                np.concatenate(weights),
            )
            taught_by = Rows(
                inputs=rows,
                targets=np.concatenate(targets),
                weights=lately,
                tells=lately,
                steps=np.concatenate(steps),
                groups=of_row,
                spread_by=of_row,
            )
            curve = fit_curve(taught_by, self.levels)
        progress("demand curves", 2, 2)
        return FittedPriceResponse(self.levels, known, design.columns, curve)


@dataclass(frozen=True, slots=True)
class FittedPriceResponse:
    """A curve; None where the past was too short to teach one."""

    levels: tuple[float, ...]
    known: tuple[str, ...]
    columns: tuple[str, ...]
    curve: Curve | None
    _designs: LastDesign = field(default_factory=LastDesign, compare=False, repr=False)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        design = self._designs.of(panel, self.known, self.columns)
        if self.curve is None:
            return recent_level(design.grid, self.levels, design.horizon)
        origin = len(design.grid.days) - 1
        answers = self.curve.answer(_inputs(design, origin, present), design.grid.groups)
        scale = design.scale[:, origin] if DriverGroup.HISTORY in present else design.long_run
        logs = answers + np.log1p(scale)[:, None, None]
        return tidy(np.expm1(np.minimum(logs, ceiling(design.grid.units)[:, None, None])))

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        ids = () if self.curve else sorted(set(panel.history[Col.SERIES_ID].astype(str)))
        return dict.fromkeys(ids, _INSTEAD)

    def save(self, folder: Path) -> None:
        """Write the slopes as JSON."""
        about: dict[str, Any] = {
            "levels": self.levels,
            "known": self.known,
            "columns": self.columns,
            "curve": self.curve.to_dict() if self.curve else None,
        }
        (folder / _FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")


def load_price_response(folder: Path) -> FittedPriceResponse:
    """Read what `FittedPriceResponse.save` wrote; it forecasts the same to the byte."""
    about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    levels, known, columns = (tuple(about[name]) for name in ("levels", "known", "columns"))
    curve = Curve.from_dict(about["curve"]) if about["curve"] else None
    return FittedPriceResponse(levels, known, columns, curve)


def _inputs(design: Design, origin: int, present: frozenset[DriverGroup]) -> FloatArray:
    """Lay the columns of the curve out at one origin, shape (series, horizon, columns)."""
    seen = [group is None or group in present for group in design.groups]
    rows = np.where(seen, design.rows(origin), design.rows(origin, neutral=True))
    history = [i for i, group in enumerate(design.groups) if group is DriverGroup.HISTORY]
    rows[..., history] = np.log(np.maximum(rows[..., history], _LEAST))
    plans, priced = design.at_target, DriverGroup.PRICE in present
    places = [i for i, group in enumerate(plans.groups) if group is DriverGroup.PRICE]
    periods = np.maximum(origin - np.asarray(_LAGS), 0)
    before = plans.take(periods, neutral=not priced)[..., places]
    before = before.reshape(len(rows), 1, -1).repeat(design.horizon, axis=1)
    parts = [rows, before, *_bends(design, rows), np.log(rows[..., :1])]
    return np.asarray(np.nan_to_num(np.concatenate(parts, axis=2)))


def _bends(design: Design, rows: FloatArray) -> list[FloatArray]:
    """Let the answer to a price bend, and differ under promotion."""
    if Col.PRICE not in design.columns:
        return []
    price = np.log(np.maximum(rows[..., [design.columns.index(Col.PRICE)]], _LEAST))
    bends = [price, price**2]
    if Col.PROMO in design.columns:
        bends.append(price * rows[..., [design.columns.index(Col.PROMO)]])
    return bends
