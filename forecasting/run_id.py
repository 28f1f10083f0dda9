"""The name of a run, from what decides its result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from forecasting.forecast import ForecastSettings
    from signals import Panel

LIBRARIES: Final = ("groundswell", "lightgbm", "mlforecast", "statsforecast")
"""Packages whose versions a run keeps."""


def run_id_of(panel: Panel, settings: ForecastSettings) -> str:
    """Hash what decides the result of a run: the data, the settings and the code."""
    digest = hashlib.sha256()
    for frame in (panel.history, panel.future):
        digest.update(json.dumps(list(frame.columns)).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    about = {
        "settings": asdict(settings),
        "measure": panel.measure,
        "made_on": str(panel.made_on),
        "groups": {str(group): list(columns) for group, columns in panel.groups.items()},
        "known": list(panel.known),
        "past": list(panel.past),
        "cold": dict(panel.cold),
        "versions": {name: version(name) for name in LIBRARIES},
        "code": _code(),
    }
    digest.update(json.dumps(about, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def _code() -> str:
    """Hash the files of this package, so that changed code never passes for an earlier run."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
