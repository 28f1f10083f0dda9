"""The models of a run on disk: JSON, and a folder of safe files for each expert."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from forecasting.agreement.reconcile import Reconciliation
from forecasting.blend import Blend
from forecasting.calibrate import Calibration
from forecasting.experts.catalogue import load_expert
from forecasting.forecaster import Forecaster
from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.launch import launches_from
from forecasting.preparation.prepare import Fill, Preparation
from forecasting.segments import segments_from
from signals import ModelError, NotReady, read_current, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.launch import Launches

_FORECASTER: Final = "forecaster.json"


def holds_forecaster(folder: Path, run_id: str) -> bool:
    """Tell whether the models of a run are still on disk; those of early runs give way."""
    try:
        version_of(folder, {"run_id": run_id})
    except (NotReady, ModelError):
        return False
    return True


def save_forecaster(forecaster: Forecaster, folder: Path) -> None:
    """Write a forecaster as JSON and one folder of text files an expert."""
    entries = []
    for number, (name, fitted) in enumerate(sorted(forecaster.fitted.items())):
        place = folder / f"expert-{number}"
        place.mkdir()
        fitted.save(place)
        entries.append({"name": name, "folder": place.name})
    body = {
        "levels": forecaster.levels,
        "experts": entries,
        "weights": _listed(forecaster.blend.weights),
        "weights_within": _listed(forecaster.blend.within),
        "segments": forecaster.segments.to_dict(),
        "calibration": forecaster.calibration.to_dict(),
        "reconciliation": _or_none(forecaster.reconciliation),
        "launches": _or_none(forecaster.launches),
        "preparation": asdict(forecaster.preparation),
        "smooth": forecaster.smooth,
    }
    text = json.dumps(body, indent=1, ensure_ascii=False)
    (folder / _FORECASTER).write_text(text, encoding="utf-8")


def load_forecaster(folder: Path, run_id: str | None = None) -> Forecaster:
    """Load a forecaster of ``folder``; it forecasts to the byte what the saved one did.

    Parameters
    ----------
    run_id
        Run that learnt it; None takes the current one.

    Raises
    ------
    NotReady
        When nothing was saved, or the version of that run is not kept any more.
    ModelError
        When its files are damaged, name an expert this version does not know, or come of an
        earlier version that set intervals in another way.
    """
    if run_id is None:
        return read_current(folder, _load_version)
    return _load_version(version_of(folder, {"run_id": run_id}))


def _load_version(version: Path) -> Forecaster:
    body = json.loads((version / _FORECASTER).read_text(encoding="utf-8"))
    levels = tuple(body["levels"])
    fitted = {
        entry["name"]: load_expert(entry["name"], version / entry["folder"], levels)
        for entry in body["experts"]
    }
    moved = body["calibration"]
    if "stretches" not in moved:
        raise ModelError(
            f"the models in {version} were saved by an earlier version of groundswell, which set "
            "intervals in another way; make them anew: groundswell run"
        )
    calibration = Calibration(
        levels,
        {segment: tuple(stretches) for segment, stretches in moved["stretches"].items()},
        moved["reason"],
        tuple(moved["aims"]),
    )
    sums, young = body["reconciliation"], body["launches"]
    kept = body["preparation"]
    return Forecaster(
        levels,
        fitted,
        Blend(_weights(body["weights"]), _weights(body["weights_within"])),
        calibration,
        None if sums is None else Reconciliation(levels, **sums),
        None if young is None else launches_from(young),
        Preparation(**{**kept, "fill": Fill(kept["fill"])}),
        segments_from(body["segments"]),
        body["smooth"],
    )


def _listed(weights: Mapping[str, Mapping[ExpertKey, float]]) -> dict[str, list[list[Any]]]:
    return {
        segment: [[key.name, str(key.variant), share] for key, share in shares.items()]
        for segment, shares in weights.items()
    }


def _weights(body: Mapping[str, list[list[Any]]]) -> dict[str, dict[ExpertKey, float]]:
    return {
        segment: {ExpertKey(name, Variant(variant)): share for name, variant, share in entries}
        for segment, entries in body.items()
    }


def _or_none(part: Reconciliation | Launches | None) -> dict[str, Any] | None:
    return None if part is None else part.to_dict()
