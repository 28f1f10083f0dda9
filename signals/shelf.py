"""What is known of products beside their sales, and of those that are yet to be sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from signals.frames import Col
from signals.tables import Scope

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The products of a panel, as they were described by the moment it was built.

    Parameters
    ----------
    products
        One row a product that has a series or is cold: series_id, category, brand, name,
        attributes (JSON), price (the first one seen, or else the first one planned), launch_day;
        what is not known is None, NaN or NaT.
    ahead
        One row a cold product and period to come: series_id, day, promo, price (NaN where none is
        planned).
    """

    products: pd.DataFrame
    ahead: pd.DataFrame

    def __post_init__(self) -> None:
        wanted = {
            "products": {Col.SERIES_ID, *_TOLD, Col.PRICE},
            "ahead": {Col.SERIES_ID, Col.DAY, Col.PROMO, Col.PRICE},
        }
        for name, columns in wanted.items():
            missing = sorted(columns - set(getattr(self, name).columns))
            if missing:
                raise ValueError(f"{name} of the shelf lacks the column(s) {missing}")


_TOLD = (Col.CATEGORY, Col.BRAND, Col.NAME, Col.ATTRIBUTES, Col.LAUNCH_DAY)


def shelf_of(
    products: pd.DataFrame,
    first_price: pd.Series,
    drivers: pd.DataFrame,
    *,
    series_ids: Collection[str],
    cold: Collection[str],
) -> Shelf:
    """Describe the products that have a series, and the cold ones with what is planned for them.

    Parameters
    ----------
    products
        The table ``products`` as it was known, indexed by product_id.
    first_price
        First price of each product that was sold, indexed by product_id.
    drivers
        series_id, day, promo and price of the periods ahead.
    """
    told = products[list(_TOLD)].assign(**{Col.PRICE: first_price.reindex(products.index)})
    told.index = pd.Index(f"{Scope.PRODUCT}:" + told.index.astype(str), name=Col.SERIES_ID)
    told = told[told.index.isin({*series_ids, *cold})].sort_index()
    ahead = drivers.loc[
        drivers[Col.SERIES_ID].isin(set(cold)), [Col.SERIES_ID, Col.DAY, Col.PROMO, Col.PRICE]
    ].sort_values([Col.SERIES_ID, Col.DAY], ignore_index=True)
    planned = ahead.dropna(subset=Col.PRICE).groupby(Col.SERIES_ID)[Col.PRICE].first()
    told[Col.PRICE] = told[Col.PRICE].fillna(planned.reindex(told.index))
    return Shelf(told.reset_index(), ahead)
