"""One forecast series with everything the page draws of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pandas as pd

from agent import EntityKind
from forecasting import BASELINE, FINAL, accuracy_frame, contribution_frame, forecast_frame
from signals import Col, DriverGroup, Measure, NotReady, Scope
from ui.live import known_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from agent import Catalogue, Entity
    from forecasting import RunInfo
    from signals import Lake

_MIDDLE: Final = 0.5

_PERIODS_SHOWN: Final = 60
_ORDER: Final = {
    scope: place for place, scope in enumerate((Scope.TOTAL, Scope.CATEGORY, Scope.PRODUCT))
}


@dataclass(frozen=True)
class ChosenSeries:
    """A series ready to be drawn.

    Parameters
    ----------
    history
        ``day``, ``units``: a row a complete period.
    forecast
        ``day``, ``level``, ``units``.
    steps
        The baseline and each signed contribution, summed over the days ``counted``; empty where
        none is stored. They sum to ``total``.
    counted
        First days of the periods that sums are about.
    text_verdict
        What the backtest says about reading reviews; empty where it tried only one way.
    """

    series_id: str
    name: str
    measure: Measure
    period: str
    history: pd.DataFrame
    forecast: pd.DataFrame
    steps: tuple[tuple[str, float], ...]
    counted: pd.DatetimeIndex
    accuracy: str
    text_verdict: str

    @cached_property
    def wide(self) -> pd.DataFrame:
        """A row a period, a column a level."""
        return self.forecast.pivot(index=Col.DAY, columns=Col.LEVEL, values=Col.UNITS).sort_index()  # noqa: PD010

    @property
    def total(self) -> float:
        """Middle forecast over the periods that are counted."""
        return float(self.wide.loc[self.counted, _MIDDLE].sum())

    @property
    def span(self) -> str:
        """Name the periods that are counted: ``next 8 weeks``."""
        many = f"{len(self.counted)} {self.period}{'s' if len(self.counted) > 1 else ''}"
        if self._begins_now:
            return f"next {many}"
        return f"{many} from {self.counted[0]:%d %b %Y}"

    @property
    def summary(self) -> str:
        """Say in a line what is expected, beside as many periods before."""
        before = self.history[Col.UNITS].tail(len(self.counted))
        text = f"{self.total:,.0f} {self.measure} expected in the {self.span}"
        if not self._begins_now or len(before) < len(self.counted) or before.sum() <= 0:
            return text
        change = self.total / before.sum() - 1
        sign = "+" if change >= 0 else "−"
        return (
            f"{text}, {sign}{abs(change):.1%} on the {len(before)} {self.period}s before "
            f"({before.sum():,.0f})"
        )

    @property
    def _begins_now(self) -> bool:
        return bool(self.counted[0] == self.wide.index[0])

    @property
    def columns(self) -> list[str]:
        """Heads of the table of the forecast."""
        return [
            f"{self.period} from".capitalize(),
            *(f"{level:.0%} level" for level in self.wide.columns),
        ]

    @property
    def rows(self) -> list[list[str]]:
        """The forecast as texts, a row a period."""
        return [
            [f"{day:%d %b %Y}", *(f"{value:,.1f}" for value in values)]
            for day, values in zip(self.wide.index, self.wide.to_numpy(), strict=True)
        ]

    @property
    def sums(self) -> list[list[str]]:
        """The contributions as texts, the forecast last."""
        (name, baseline), *parts = self.steps
        lines = [[label, f"{value:+,.1f}".replace("-", "−")] for label, value in parts]
        lines = [[label, "0.0" if text in {"+0.0", "−0.0"} else text] for label, text in lines]
        return [[name, f"{baseline:,.1f}"], *lines, ["forecast", f"{self.total:,.1f}"]]


def list_series(lake: Lake, run: RunInfo, catalogue: Catalogue) -> list[tuple[str, str]]:
    """List what a run forecast: label and series id, the total first, then categories, products."""
    found = lake.sql(
        f"SELECT DISTINCT {Col.SERIES_ID} FROM forecasts WHERE {Col.RUN_ID} = $run",
        parameters={"run": run.run_id},
    )
    entities = [catalogue[name] for name in found[Col.SERIES_ID] if name in catalogue]
    ranked = sorted(entities, key=lambda one: (_ORDER[Scope(one.kind)], one.name.casefold()))
    return [(_label(entity), entity.series_id) for entity in ranked]


def _why_none(run: RunInfo, entity: Entity) -> str:
    reason = run.config.get("left_out", {}).get(entity.series_id)
    return (
        reason or "too few units a period or too little history (settings min_units, min_periods)"
    )


def load_series(
    lake: Lake, run: RunInfo, entity: Entity, window: tuple[date, date] | None = None
) -> ChosenSeries:
    """Read one series of a run.

    Parameters
    ----------
    window
        First and last day that sums are about; None means the whole horizon.

    Raises
    ------
    NotReady
        When the run holds no forecast of it.
    """
    forecast = forecast_frame(lake, run.run_id, [entity.series_id])
    if forecast.empty:
        raise NotReady(
            f"run {run.run_id} holds no forecast of {entity.name}: {_why_none(run, entity)}; "
            "bring in more sales, then run: groundswell run"
        )
    days = pd.DatetimeIndex(forecast[Col.DAY].unique()).sort_values()
    weekly = len(days) == 1 or (days[1] - days[0]).days > 1
    first, last = (days[0], days[-1]) if window is None else map(pd.Timestamp, window)
    counted = days[(days >= first) & (days <= last)]
    parts = contribution_frame(lake, run.run_id, [entity.series_id])
    return ChosenSeries(
        series_id=entity.series_id,
        name=entity.name[0].upper() + entity.name[1:],
        measure=Measure(run.measure),
        period="week" if weekly else "day",
        history=_history(lake, run, entity, weekly=weekly),
        forecast=forecast,
        steps=_steps(parts[parts[Col.DAY].isin(counted)]),
        counted=counted,
        accuracy=_accuracy(accuracy_frame(lake, run.run_id, [entity.series_id])),
        text_verdict=_text_verdict(run, entity),
    )


def _label(entity: Entity) -> str:
    """Name an entity in a list, with where it belongs."""
    where = {EntityKind.PRODUCT: entity.category, EntityKind.CATEGORY: "category"}.get(entity.kind)
    return f"{entity.name} · {where}" if where else entity.name


def _history(lake: Lake, run: RunInfo, entity: Entity, *, weekly: bool) -> pd.DataFrame:
    """Sum sales to complete periods as they were known when the run was made."""
    day = f"s.{Col.DAY}"
    start = f"date_trunc('week', {day})" if weekly else day
    chosen = {
        Scope.TOTAL: "true",
        Scope.CATEGORY: f"p.{Col.CATEGORY} = $what",
        Scope.PRODUCT: f"s.{Col.PRODUCT_ID} = $what",
    }[Scope(entity.kind)]
    query = (
        f"SELECT CAST({start} AS DATE) AS {Col.DAY}, sum(s.{Col.UNITS}) AS {Col.UNITS} "
        f"FROM sales s LEFT JOIN products p ON p.{Col.PRODUCT_ID} = s.{Col.PRODUCT_ID} "
        f"WHERE {chosen} AND {day} <= CAST($made_on AS DATE) GROUP BY 1 ORDER BY 1"
    )
    parameters: dict[str, object] = {"made_on": f"{run.made_on:%Y-%m-%d}"}
    if entity.key:
        parameters["what"] = entity.key
    found = lake.sql(query, as_of=known_by(run), parameters=parameters)
    length = pd.Timedelta(days=6 if weekly else 0)
    complete = found[found[Col.DAY] + length <= pd.Timestamp(run.made_on)]
    return complete.tail(_PERIODS_SHOWN).reset_index(drop=True)


def _steps(contributions: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    middle = contributions[contributions[Col.LEVEL] == _MIDDLE]
    sums = middle.groupby(Col.GROUP, sort=False)[Col.UNITS].sum()
    if BASELINE not in sums.index:
        return ()
    groups = [BASELINE, *(str(group) for group in DriverGroup if group in sums.index)]
    return tuple((group, float(sums[group])) for group in groups)


def _accuracy(accuracy: pd.DataFrame) -> str:
    """Say how far earlier forecasts of this series were off."""
    blend = accuracy[(accuracy[Col.VARIANT] == FINAL.variant) & (accuracy[Col.STEP] == 0)]
    values = dict(zip(blend[Col.METRIC], blend[Col.VALUE], strict=True))
    parts: Sequence[str] = [
        text.format(values[metric])
        for metric, text in (
            ("wape", "off by {:.0%} of volume (WAPE)"),
            ("coverage_80", "{:.0%} of what happened lay inside the 80% interval"),
        )
        if metric in values
    ]
    if not parts:
        return "How accurate earlier forecasts of this were is not known."
    return (
        "Earlier forecasts of this, made without seeing the outcome, were " + "; ".join(parts) + "."
    )


def _text_verdict(run: RunInfo, entity: Entity) -> str:
    verdict = run.config.get("text", {}).get(str(entity.kind))
    if verdict is None:
        return ""
    with_text, without = verdict["with_text"], verdict["without_text"]
    figures = f"off by {with_text:.1%} of volume with reviews and posts, {without:.1%} without"
    if verdict["helped"]:
        return f"Reading reviews and posts improved this forecast: {figures}."
    return f"Text did not improve this forecast: {figures}. It is made from the numbers alone."
