"""A few sales of one product in one shop, one row a day."""

from __future__ import annotations

import pandas as pd

from signals import Col

DAYS = ("2024-05-01", "2024-05-02", "2024-05-03")


def sales(
    day: str, units: float = 3.0, known: str = "2024-05-20", **columns: object
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            Col.PRODUCT_ID: ["kettle"],
            Col.STORE_ID: ["north"],
            Col.DAY: [pd.Timestamp(day)],
            Col.UNITS: [units],
            Col.AVAILABLE_AT: [pd.Timestamp(known, tz="UTC")],
        }
    ).assign(**columns)
