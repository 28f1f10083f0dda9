"""What a lake has names for."""

from __future__ import annotations

import pandas as pd

from agent import EntityKind, read_catalogue
from signals import SALES, Col, Lake

NOW = pd.Timestamp("2024-03-01", tz="UTC")


def test_products_that_only_sales_tell_of_go_by_their_ids(tmp_path):
    lake = Lake(tmp_path / "lake")
    days = pd.date_range("2024-01-01", periods=2)
    sales = pd.DataFrame(
        {
            Col.PRODUCT_ID: "mug-7",
            Col.STORE_ID: "all",
            Col.DAY: days,
            Col.UNITS: 3.0,
            Col.AVAILABLE_AT: NOW,
        }
    )
    with lake.batch() as batch:
        batch.add(SALES, sales)

    catalogue = read_catalogue(lake, NOW)

    assert [entity.name for entity in catalogue.of_kind(EntityKind.PRODUCT)] == ["mug-7"]
    assert catalogue["product:mug-7"].category is None
    assert catalogue["total"].members == ("mug-7",)
    earlier = read_catalogue(lake, NOW - pd.Timedelta(days=1))
    assert earlier.of_kind(EntityKind.PRODUCT) == []


def test_an_empty_lake_has_the_whole_shop_alone(tmp_path):
    (only,) = read_catalogue(Lake(tmp_path / "lake"), NOW)

    assert only.kind is EntityKind.TOTAL
