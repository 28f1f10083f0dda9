"""What is known of products beside their sales."""

from __future__ import annotations

import pandas as pd
import pytest

from signals.frames import Col
from signals.shelf import Shelf, shelf_of

WEEK = pd.Timestamp("2025-10-06")


@pytest.fixture
def shelf():
    products = pd.DataFrame(
        {
            Col.CATEGORY: ["Beauty", "Beauty", "Home"],
            Col.BRAND: ["Lumera", None, "Hearthly"],
            Col.NAME: ["Serum", "Balm", "Pan"],
            Col.ATTRIBUTES: None,
            Col.LAUNCH_DAY: [pd.NaT, WEEK, pd.NaT],
        },
        index=pd.Index(["A", "B", "C"], name=Col.PRODUCT_ID),
    )
    drivers = pd.DataFrame(
        {
            Col.SERIES_ID: ["product:A", "product:B", "product:B"],
            Col.DAY: [WEEK, WEEK, WEEK + pd.Timedelta(weeks=1)],
            Col.PROMO: [0.0, 0.0, 0.2],
            Col.PRICE: [9.0, 5.0, 4.0],
        }
    )
    return shelf_of(
        products, pd.Series({"A": 8.0}), drivers, series_ids={"product:A"}, cold={"product:B"}
    )


def test_it_holds_what_has_a_series_and_what_is_to_come(shelf):
    assert list(shelf.products[Col.SERIES_ID]) == ["product:A", "product:B"]


def test_the_first_price_counts_or_else_the_first_one_planned(shelf):
    assert list(shelf.products[Col.PRICE]) == [8.0, 5.0]


def test_plans_are_kept_of_what_is_to_come_alone(shelf):
    assert set(shelf.ahead[Col.SERIES_ID]) == {"product:B"}
    assert list(shelf.ahead[Col.PROMO]) == [0.0, 0.2]


def test_a_shelf_without_its_columns_is_refused(shelf):
    with pytest.raises(ValueError, match=r"ahead of the shelf lacks the column\(s\) \['price'\]"):
        Shelf(shelf.products, shelf.ahead.drop(columns=Col.PRICE))
