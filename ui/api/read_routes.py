"""What can be read: health, series, forecasts, alerts."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from forecasting import RunInfo, latest_run
from signals import Col
from ui.api.doors import Open, Reader
from ui.api.forecast_json import run_as_json, series_as_json
from ui.api.pages import Page, Paging, page_of
from ui.naming import forecast_entity
from ui.requests import about
from ui.series import list_series, load_series

if TYPE_CHECKING:
    from ui.live import Live


class AlertPaging(Paging):
    """Which alerts."""

    category: str | None = Field(None, max_length=200, description="Only those of a category.")


class ForecastWanted(BaseModel):
    """Which forecast."""

    model_config = ConfigDict(extra="forbid")

    series: str = Field(max_length=200, description="A name or a series id.")


class Health(BaseModel):
    """Whether there is something to answer from."""

    status: str = Field(description="ok, or empty before the first run.")
    version: str
    run_id: str | None
    data_up_to: str | None = Field(description="Last day that the run knew.")


class Forecast(BaseModel):
    """A forecast with its interval; `levels` holds units by quantile level."""

    model_config = ConfigDict(extra="allow")

    run_id: str
    series_id: str
    name: str
    period: str
    history: list[dict[str, Any]]
    forecast: list[dict[str, Any]]


router = APIRouter(tags=["what is known"])


@router.get("/health")
def health(doors: Open, _person: Reader) -> Health:
    """Say whether there is something to answer from."""
    live = doors.live
    run = live.run()
    return Health(
        status="ok" if run else "empty",
        version=version("groundswell"),
        run_id=run.run_id if run else None,
        data_up_to=f"{run.made_on:%Y-%m-%d}" if run else None,
    )


@router.get("/series")
def series(page: Annotated[Paging, Query()], doors: Open, _person: Reader) -> Page:
    """List what has a forecast: the whole shop, categories, products."""
    live = doors.live
    run = _run(live)
    items = live.kept("series listed", lambda: _series_of(live))
    with about("query.cursor"):
        return page_of(items, lambda item: str(item["series_id"]), run.run_id, page)


@router.get("/forecast")
def forecast(wanted: Annotated[ForecastWanted, Query()], doors: Open, _person: Reader) -> Forecast:
    """Give the newest forecast of a product, a category or the whole shop."""
    live = doors.live
    run = _run(live)
    with about("query.series"):
        found = load_series(live.lake, run, forecast_entity(live.catalogue(), wanted.series))
    return Forecast(**run_as_json(run), **series_as_json(found))


@router.get("/alerts")
def alerts(page: Annotated[AlertPaging, Query()], doors: Open, _person: Reader) -> Page:
    """List the open alerts, the most severe first, with quotes."""
    live = doors.live
    run = _run(live)
    rows = live.alerts()
    if page.category is not None:
        rows = rows[rows[Col.CATEGORY] == page.category]
    ranked = rows.sort_values([Col.SEVERITY, Col.ALERT_ID], ascending=[False, True])
    items = [_alert(row) for row in ranked.to_dict("records")]
    with about("query.cursor"):
        return page_of(items, lambda item: str(item[Col.ALERT_ID]), run.run_id, page)


def _run(live: Live) -> RunInfo:
    """Return the newest run; raises ``NotReady`` before the first."""
    return live.run() or latest_run(live.lake)


def _series_of(live: Live) -> list[dict[str, Any]]:
    run, catalogue = _run(live), live.catalogue()
    entities = [catalogue[series_id] for _, series_id in list_series(live.lake, run, catalogue)]
    return [
        {
            "series_id": entity.series_id,
            "name": entity.name,
            "kind": str(entity.kind),
            "category": entity.category or None,
        }
        for entity in entities
    ]


def _alert(row: dict[Any, Any]) -> dict[str, Any]:
    """Give a row as JSON values: days and moments in ISO's way, what is missing as null."""
    return {str(name): _plain(name, value) for name, value in row.items()}


def _plain(name: str, value: object) -> object:
    if name == Col.QUOTES:
        return json.loads(str(value or "[]"))
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value.tzinfo is None else value.isoformat()
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    return value
