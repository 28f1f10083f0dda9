"""Two forecasts side by side: read from the newest run, told in words, tables and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from rich.table import Table

from forecasting import (
    forecast_frame,
    latest_run,
    load_forecaster,
    said_as,
    split_young,
    what_if,
)
from signals import Col, DataError, Lake, NotReady, rebuild_panel
from ui.console import out, print_next
from ui.naming import catalogue_of, forecast_entity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from forecasting import Assumption, Change, RunInfo, WhatIf
    from ui.settings import Settings

_SAME: Final = 1e-6  # relative difference up to which a forecast counts as the stored one
_MIDDLE: Final = 0.5

Units = Mapping if TYPE_CHECKING else None  # noqa: F841
