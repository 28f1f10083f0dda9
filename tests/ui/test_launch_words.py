"""Whom a product with little history is like, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from agent import read_catalogue
from signals import Lake
from ui.launch_words import launch_line


@pytest.fixture
def catalogue(small_shop):
    return read_catalogue(
        Lake(small_shop.settings.workspace.lake), pd.Timestamp("2025-12-29", tz="UTC")
    )


def test_a_new_product_is_told_with_its_launches_and_what_its_own_sales_count(catalogue):
    name = catalogue["product:P2"].name

    told = launch_line(
        {
            "share": 1.0,
            "own": 0.64,
            "launches": {"product:P2": 0.31, "product:gone": 0.2},
            "products": {"product:P2": 0.05},
        },
        catalogue,
    )

    assert told.startswith("It is new")
    assert f"Launches most like it: {name} (31%), product:gone (20%)." in told
    assert "its own sales count 64%" in told


def test_a_product_of_age_is_told_what_its_launch_still_counts(catalogue):
    told = launch_line({"share": 0.4444, "own": 0.9, "launches": {}, "products": {}}, catalogue)

    assert told == (
        "It came of age lately: how others began counts 44%. Its own sales tell 90% of its level."
    )
