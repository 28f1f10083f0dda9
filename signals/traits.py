"""What a product is, as numbers a network can read: its category, its brand, its price level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.frames import Col
from signals.panel import TRAITS_KEY, Panel
from signals.tables import Scope

if TYPE_CHECKING:
    import numpy.typing as npt

_MOST: Final = 16
"""Categories, and brands, that get a column of their own: the largest."""
_DEAREST: Final = 3.0  # log units from the middle of the category that count


def with_traits(panel: Panel, products: pd.DataFrame, first_price: pd.Series) -> Panel:
    """Add to a panel what each product is, as a table of vectors.

    One column a category, one a brand, and last the log of the first known price of a product to
    the middle one of its category. Sums of products have a category at most.

    Parameters
    ----------
    products
        The table of products, indexed by product_id.
    first_price
        By product_id: the same at every origin, so that no later price is told.
    """
    ids = panel.history[Col.SERIES_ID]
    rows = panel.history.loc[~ids.duplicated(), [Col.SERIES_ID, Col.CATEGORY]]
    prefix = f"{Scope.PRODUCT}:"
    product = rows[Col.SERIES_ID].str.removeprefix(prefix)
    product = product.where(rows[Col.SERIES_ID].str.startswith(prefix))
    price = np.log(first_price.where(first_price > 0))
    dear = price - price.groupby(products[Col.CATEGORY].reindex(price.index)).transform("median")
    level = product.map(dear).fillna(0.0).clip(-_DEAREST, _DEAREST)
    vectors = np.column_stack(
        [_each(rows[Col.CATEGORY]), _each(product.map(products[Col.BRAND])), level]
    )
    which = pd.Series(np.arange(len(rows)), index=rows[Col.SERIES_ID].to_numpy())
    return panel.with_table(TRAITS_KEY, vectors, ids.map(which).to_numpy())


def _each(values: pd.Series) -> npt.NDArray[np.float64]:
    """Give each of the most frequent values a column of zeros and ones."""
    named = values[values.fillna("") != ""]
    counts = named.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return np.column_stack(
        [np.empty((len(values), 0)), *(values == value for value in counts.index[:_MOST])]
    )
