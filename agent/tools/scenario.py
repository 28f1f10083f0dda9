"""Tool that asks the model of a run what it would forecast if something were otherwise."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pandas as pd

from agent.proof.facts import Metric, Origin, Subject, Unit
from agent.tools.calls import tool
from agent.tools.findings import Scenario, Supposed, Unseen
from forecasting import How, Lever, WhyNot, forecast_what_if, load_forecaster, split_young
from signals import DataError, NotReady, rebuild_panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk, Horizon
    from agent.understanding.catalogue import Entity
    from forecasting import Assumption, Change, Refusal, RunInfo, WhatIf

_MIDDLE = 0.5

logger = logging.getLogger(__name__)


@tool
def scenario(
    desk: Desk, sheet: FactSheet, entity: Entity, changes: Sequence[Change], horizon: Horizon
) -> Scenario | Unseen | None:
    """Forecast a series with changes in the days of a horizon, beside the forecast without them.

    Returns
    -------
    Scenario, Unseen or None
        None where nothing in the model answers to one of the changes, or it is not kept.
    """
    found = _asked(desk, entity, changes, horizon)
    if found is None or desk.run is None:
        return None
    sheet.names[entity.series_id] = entity.name
    if found.after is None:
        beyond = (each for each in found.refused if each.why is WhyNot.BEYOND)
        refusal = next(beyond, None)
        if refusal is None:
            return None
        return _unseen(desk.run, sheet, (entity, horizon), refusal)
    middle = found.levels.index(_MIDDLE)
    first, last = horizon.steps
    before, after = (
        float(units[first - 1 : last, middle].sum()) for units in (found.before, found.after)
    )
    source = f"model of run {desk.run.run_id}"
    how = f"quantile {_MIDDLE:g} summed over steps {first} to {last}"

    def subject(metric: Metric) -> Subject:
        return Subject(entity.series_id, metric, horizon.ahead)

    now = sheet.add(subject(Metric.FORECAST), before, desk.unit, Origin(source, how))
    told = " and ".join(f"{each.lever} {each.how} {each.amount:g}" for each in changes)
    then = sheet.add(
        subject(Metric.SCENARIO), after, desk.unit, Origin(source, f"{how}, with {told}")
    )
    formula = f"{then.fact_id} - {now.fact_id}"
    gap = sheet.derive(subject(Metric.SCENARIO_CHANGE), desk.unit, formula)
    origin = Origin("the question", "supposed")
    supposed = tuple(
        Supposed(change.lever, sheet.add(subject(Metric.ASSUMED), *_amount(change, each), origin))
        for change, each in zip(changes, found.assumptions, strict=True)
    )
    return Scenario(entity, supposed, now, then, gap)


def _unseen(
    run: RunInfo, sheet: FactSheet, about: tuple[Entity, Horizon], refusal: Refusal
) -> Unseen | None:
    """Give the range that was seen: of a price as shares of the planned one, as people ask."""
    entity, horizon = about
    if refusal.seen is None:
        return None
    origin = Origin(f"model of run {run.run_id}", f"range of the {refusal.lever} seen in training")
    unit = Unit.SCORE if refusal.lever is Lever.SENTIMENT else Unit.SHARE

    def fact(metric: Metric, edge: float) -> Fact:
        value = edge / refusal.now - 1 if refusal.lever is Lever.PRICE else edge
        subject = Subject(entity.series_id, metric, horizon.ahead)
        return sheet.add(subject, value, unit, origin)

    low, high = (
        fact(metric, edge)
        for metric, edge in (
            (Metric.SEEN_LOW, refusal.seen.low),
            (Metric.SEEN_HIGH, refusal.seen.high),
        )
    )
    return Unseen(entity, refusal.lever, low, high)


def _asked(
    desk: Desk, entity: Entity, changes: Sequence[Change], horizon: Horizon
) -> WhatIf | None:
    if desk.run is None or desk.models is None or not desk.run.config.get("panel"):
        return None
    window = (pd.Timestamp(horizon.ahead.first_day), pd.Timestamp(horizon.ahead.last_day))
    try:
        forecaster = load_forecaster(desk.models, desk.run.run_id)
        panel = rebuild_panel(desk.lake, desk.run.config["panel"])
        panel, _ = split_young(panel, desk.run.config["settings"]["min_periods"])
        return forecast_what_if(forecaster, panel, entity.series_id, changes, window)
    except (DataError, NotReady) as error:
        logger.info("a what-if was refused: %s", error)
        return None


def _amount(change: Change, assumption: Assumption) -> tuple[float, Unit]:
    """Give what is supposed as a figure: a change of price as a share of the price."""
    if change.lever is Lever.SENTIMENT:
        return change.amount, Unit.SCORE
    was, becomes = float(assumption.was.mean()), float(assumption.becomes.mean())
    if change.lever is Lever.PRICE and change.how is not How.BY_SHARE:
        return becomes / was - 1, Unit.SHARE
    return (change.amount if change.how is not How.USUAL else becomes), Unit.SHARE
