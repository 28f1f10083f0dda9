"""What a run is made from: the settings of the forecaster, and the panel of a workspace."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from forecasting import (
    Fill,
    ForecastSettings,
    NetworkOptions,
    Preparation,
    expert_names,
    reads_later_texts,
    with_tuned,
)
from signals import (
    SALES,
    CalendarRules,
    Col,
    Grain,
    NotReady,
    SeriesRules,
    TextModels,
    build_panel,
    read_festivals,
    store_pictures,
    with_pictures,
    with_words,
)
from ui.run_notes import LEFT_OUT

if TYPE_CHECKING:
    from signals import Lake, Panel, Scorer
    from ui.settings import Settings

logger = logging.getLogger(__name__)


def last_known(lake: Lake) -> pd.Timestamp:
    """Return the moment from which every sale in the lake is known: the end of its last day.

    Raises
    ------
    NotReady
        When the lake holds no sales.
    """
    found = lake.sql(f"SELECT max({Col.DAY}) AS {Col.DAY} FROM {SALES.name}")
    last = found[Col.DAY].iloc[0]
    if pd.isna(last):
        raise NotReady("there are no sales yet; run: groundswell ingest FILE, or groundswell demo")
    return pd.Timestamp(last).tz_localize("UTC") + pd.Timedelta(days=1)


def forecast_settings(settings: Settings) -> ForecastSettings:
    """Pick what the forecaster is asked for, and what a search of this workspace found."""
    asked = asked_of_experts(settings)
    return with_tuned(asked, settings.workspace.tuned) if settings.use_tuned else asked


def asked_of_experts(settings: Settings) -> ForecastSettings:
    """Pick what the forecaster is asked for, whatever the data."""
    return ForecastSettings(
        origins=settings.origins,
        experts=tuple(expert_names(settings.experts.split(","))),
        steps=settings.steps,
        codes_windows=settings.codes_windows,
        training_logs=str(settings.training_logs or ""),
        chronos_weights=str(settings.chronos_weights or ""),
        tirex_weights=str(settings.tirex_weights or ""),
        later_texts=settings.later_texts,
        network_options=NetworkOptions(
            weight_decay=settings.weight_decay,
            dropout=settings.dropout,
            patience=settings.patience,
        ),
        preparation=Preparation(Fill(settings.fill), settings.least_stock, settings.outlier_z),
        smooth=settings.smooth,
        flags=settings.flags,
    )


def panel_to_forecast(settings: Settings, lake: Lake, scorer: Scorer, as_of: pd.Timestamp) -> Panel:
    """Read the panel of a run, without sentiment that learnt from what the backtest foretells."""
    panel = read_panel(settings, lake, scorer, as_of)
    if not reads_later_texts(panel, forecast_settings(settings)):
        return panel
    reason = (
        f"sentiment is left out of the forecast: {scorer.model_id} learnt from texts up to "
        f"{scorer.cut_off_day:%Y-%m-%d}, and the backtest begins before; take a model trained "
        "on earlier texts, or set later_texts = true"
    )
    logger.warning("%s", reason)
    panel = read_panel(settings, lake, None, as_of)
    return replace(panel, built_from={**panel.built_from, LEFT_OUT: reason})


def read_panel(settings: Settings, lake: Lake, scorer: Scorer | None, as_of: pd.Timestamp) -> Panel:
    """Build what a run is made from: sales, calendar and what people said, with their vectors.

    Parameters
    ----------
    scorer
        None leaves out what people said.
    """
    own = read_festivals(settings.festivals) if settings.festivals is not None else ()
    markets = tuple(market.strip().upper() for market in settings.markets.split(","))
    panel = build_panel(
        lake,
        as_of=as_of,
        horizon=settings.horizon,
        grain=Grain(settings.grain),
        model_id=None if scorer is None else scorer.model_id,
        rules=SeriesRules(
            min_units_per_period=settings.min_units,
            min_periods=settings.min_periods,
            calendar=CalendarRules(markets, own),
        ),
    )
    if settings.pictures is not None:
        panel = with_pictures(lake, panel, store_pictures(lake, settings.pictures), as_of=as_of)
    if scorer is None:
        return panel
    panel = replace(panel, text_cut_off=scorer.cut_off_day)
    if scorer.encoder_id:
        readers = TextModels(scorer.model_id, scorer.encoder_id)
        panel = with_words(lake, panel, readers, as_of=as_of)
    return panel
