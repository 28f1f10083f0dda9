"""How old what the lake holds is, beside how often it usually grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals import BATCHES, FEEDS, Col

if TYPE_CHECKING:
    from signals import Lake

_LATE: Final = 3.0  # usual gaps after which something seems to be missing
_LEAST_DAYS: Final = 1.0
_REMEMBERED: Final = 60  # days with data, and arrivals, that tell what is usual


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a feed is.

    Parameters
    ----------
    table
        That it fills.
    last_day
        Of its rows.
    age_days
        Since the end of that day; never below 0, although plans may reach ahead.
    usual_days
        Between two days with data or two arrivals, whichever is longer.
    """

    table: str
    last_day: pd.Timestamp
    age_days: float
    usual_days: float

    @property
    def is_late(self) -> bool:
        """Whether more time has passed than usual by far."""
        return self.age_days > _LATE * self.usual_days


def freshness_of(lake: Lake, now: pd.Timestamp) -> list[Freshness]:
    """Look at every feed that was ever filled.

    Parameters
    ----------
    now
        With a zone.
    """
    arrivals = lake.read(BATCHES, columns=[Col.TABLE, Col.RECORDED_AT])
    filled = lake.versions()
    found = []
    for table in FEEDS:
        here = arrivals.loc[arrivals[Col.TABLE] == table.name, Col.RECORDED_AT]
        name = next((c for c in (Col.DAY, Col.EVENT_TIME) if c in table.schema.names), None)
        if table.name not in filled or name is None:
            continue
        # aliases are lower-case column names of the tables, never text of users
        query = f"SELECT DISTINCT CAST({name} AS DATE) AS {Col.DAY} FROM {table.name} ORDER BY 1"
        days = pd.to_datetime(lake.sql(query)[Col.DAY]).dropna()
        if days.empty:
            continue
        usual = max(_gap(days), _gap(here.dt.tz_convert(None).dt.normalize()), _LEAST_DAYS)
        last = days.max()
        age = (now.tz_convert(None) - last) / pd.Timedelta(days=1) - 1
        found.append(Freshness(table.name, last, max(age, 0.0), usual))
    return found


def _gap(days: pd.Series) -> float:
    """Return the median gap between different days; 0 for one day."""
    different = days.drop_duplicates().sort_values().tail(_REMEMBERED)
    gaps = np.diff(different.to_numpy(dtype="datetime64[D]")).astype(np.float64)
    return float(np.median(gaps)) if len(gaps) else 0.0
