"""Whether answers are made from what is newest, and whether they can be kept."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pandas as pd

from agent import Condition, weights_named
from forecasting import latest_run
from signals import GroundswellError, Lake, NotReady, current, read_manifest
from ui.health import Check, State
from ui.run_inputs import last_known
from ui.wiring import LOCAL, make_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ui.settings import Settings

_RUN = "run: groundswell run"


def check_answers(settings: Settings) -> Iterator[Check]:
    """Look at the newest run, what is searched, what is remembered, and a local chat model."""
    yield _run(settings)
    yield _conversations(settings)
    if settings.llm_model is not None and settings.llm_model.startswith(LOCAL):
        yield _local_model(settings, settings.llm_model.removeprefix(LOCAL))


def _run(settings: Settings) -> Check:
    """Compare the newest run with the sales and with the index."""
    name = "newest run"
    lake = Lake(settings.workspace.lake)
    try:
        run = latest_run(lake)
        sales = last_known(lake) - pd.Timedelta(days=1)
    except GroundswellError as error:
        return Check(name, State.WARN, str(error), _RUN)
    found = f"{run.run_id}, of data up to {run.made_on:%Y-%m-%d}"
    if sales.tz_localize(None) > run.made_on:
        return Check(name, State.WARN, f"{found}; sales go on to {sales:%Y-%m-%d}", _RUN)
    try:
        indexed = read_manifest(current(settings.workspace.index)).get("run_id")
    except GroundswellError:
        return Check(name, State.OK, found)  # the index has a check of its own
    if indexed not in {None, run.run_id}:
        return Check(name, State.WARN, f"{found}; what is searched is of run {indexed}", _RUN)
    return Check(name, State.OK, found)


def _conversations(settings: Settings) -> Check:
    name = "conversations"
    elsewhere = settings.database_url is not None
    if not elsewhere and not settings.workspace.state.exists():
        return Check(name, State.OK, "nothing was asked yet")
    place = "the database" if elsewhere else str(settings.workspace.state)
    try:
        make_memory(settings).newest()
    except NotReady:
        return Check(name, State.OK, f"{place} can be read; nothing was asked yet")
    except GroundswellError as error:
        advice = (
            "correct GROUNDSWELL_DATABASE_URL or start the database"
            if elsewhere
            else "move the file away, or restore it from a backup; answers work without"
        )
        return Check(name, State.FAIL, f"{place} cannot be read: {error}", advice)
    return Check(name, State.OK, f"{place} can be read")


def _local_model(settings: Settings, model: str) -> Check:
    name = "local model"
    try:
        condition = weights_named(model).condition(settings.llm_weights)
    except GroundswellError as error:
        return Check(name, State.FAIL, str(error), "see: groundswell models list")
    if condition is not Condition.WHOLE:
        found = f"{model} in {settings.llm_weights} is {condition}"
        return Check(name, State.FAIL, found, f"run: groundswell models pull {model}")
    if find_spec("xllamacpp") is None:
        advice = "run: pip install 'groundswell[llm]'"
        return Check(name, State.FAIL, f"{model} is here, xllamacpp is not", advice)
    return Check(name, State.OK, f"{model} matches its sha256")
