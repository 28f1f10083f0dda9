"""Dominick's orange juice as a panel: weekly units of 11 brands in 83 stores, price and promotion.

The protocol is that of Microsoft's forecasting repository: ten origins two weeks apart, the first
after week 135; at each, weeks t + 2 and t + 3 are forecast, with prices, deals and features of all
brands known ahead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from public_panels import WEEK, PublicPanel, panel_of

from signals import Col, DriverGroup

if TYPE_CHECKING:
    from pathlib import Path

HORIZON: Final = 3
FIRST_WEEK: Final = 40
LAST_WEEK: Final = 156
TRAINED_TO: Final = tuple(range(135, 154, 2))
"""Last visible week of each origin of the protocol."""
WEEK_ZERO: Final = pd.Timestamp("1989-09-07")  # week 1 of Dominick's began on 1989-09-14
BRANDS: Final = range(1, 12)
FEATURE: Final = "featured"
GROUPS: Final = {
    DriverGroup.PRICE: (
        Col.PRICE,
        Col.PROMO,
        FEATURE,
        "price to rivals",
        "price to cheapest rival",
        "rivals on deal",
        "rivals featured",
    ),
}


def orange_juice(folder: Path, *, every_store: int = 1) -> PublicPanel:
    """Read the table.

    Parameters
    ----------
    every_store
        Keep each n-th store, with all its brands.
    """
    table = pd.read_parquet(folder / "orange_juice.parquet")
    stores = np.sort(table["store"].unique())[::every_store]
    table = table[table["store"].isin(stores) & (table["week"] <= LAST_WEEK + HORIZON)]
    prices = table[[f"price{brand}" for brand in BRANDS]].to_numpy(dtype=np.float64)
    brand = table["brand"].to_numpy(dtype=np.int64)
    own = prices[np.arange(len(table)), brand - 1]
    rivals = np.where(brand[:, None] == np.asarray(BRANDS), np.nan, prices)
    frame = pd.DataFrame(
        {
            Col.SERIES_ID: [
                f"store {s}, brand {b}" for s, b in zip(table["store"], brand, strict=True)
            ],
            Col.CATEGORY: [f"brand {b}" for b in brand],
            Col.DAY: WEEK_ZERO + table["week"].to_numpy(dtype=np.int64) * WEEK,
            Col.UNITS: np.exp(table["logmove"].to_numpy(dtype=np.float64)).round(),
            Col.PRICE: own,
            Col.PROMO: table["deal"].to_numpy(dtype=np.float64),
            FEATURE: table["feat"].to_numpy(dtype=np.float64),
            "price to rivals": own / np.nanmean(rivals, axis=1),
            "price to cheapest rival": own / np.nanmin(rivals, axis=1),
        }
    )
    at = [table["store"].to_numpy(), table["week"].to_numpy()]
    for column, name in ((Col.PROMO, "rivals on deal"), (FEATURE, "rivals featured")):
        frame[name] = frame.groupby(at)[column].transform("sum") - frame[column]
    frame.loc[table["week"].to_numpy() > LAST_WEEK, Col.UNITS] = np.nan
    return panel_of(frame, GROUPS)
