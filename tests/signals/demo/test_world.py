"""The demo world is what its truth says it is, and the same bytes every time."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from signals import COVARIATES, DOCUMENTS, PRODUCTS, SALES, Col, DocumentKind
from signals.demo.world import DemoWorld, build_demo_world

_PRINT_HASH = """
import hashlib
from signals.demo.world import build_demo_world
world = build_demo_world(seed=11)
text = "".join(frame.to_csv() for _, frame in world.feeds)
print(hashlib.sha256((text + world.truth.mood.to_csv()).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def world() -> DemoWorld:
    return build_demo_world()


def test_two_processes_with_one_seed_write_the_same_bytes():
    hashes = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_HASH], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    }

    assert len(hashes) == 1


def test_another_seed_gives_another_world(world):
    other = build_demo_world(seed=8)

    assert not other.sales[Col.UNITS].equals(world.sales[Col.UNITS])


@pytest.mark.parametrize("table", [SALES, PRODUCTS, DOCUMENTS, COVARIATES], ids=lambda t: t.name)
def test_feeds_have_the_columns_of_their_tables_and_no_key_twice(world, table):
    frame = {known.name: frame for known, frame in world.feeds}[table.name]

    assert list(frame.columns) == table.schema.names
    assert not frame.duplicated([*table.key, Col.AVAILABLE_AT]).any()
    assert frame[[*table.required, Col.AVAILABLE_AT]].notna().all(axis=None)


def test_nothing_is_known_before_it_happens_and_nothing_after_the_last_day(world):
    sales, documents, plans = world.sales, world.documents, world.covariates
    end = (world.last_day + pd.Timedelta(days=1)).tz_localize("UTC")

    assert (sales[Col.AVAILABLE_AT] > sales[Col.DAY].dt.tz_localize("UTC")).all()
    assert (documents[Col.AVAILABLE_AT] >= documents[Col.EVENT_TIME]).all()
    assert (plans[Col.VINTAGE] < plans[Col.DAY]).all()
    assert max(frame[Col.AVAILABLE_AT].max() for _, frame in world.feeds) <= end


def test_the_shop_is_as_the_documentation_says(world):
    causes, documents = world.truth.causes, world.documents

    assert len(world.products) == 60
    assert world.products[Col.CATEGORY].value_counts().to_dict() == {
        "Beauty": 20, "Electronics": 20, "Home & Kitchen": 20,
    }  # fmt: skip
    assert world.products[Col.NAME].is_unique
    assert {cause.lead_weeks for cause in causes} == {0, 1, 2, 3}
    assert sum(cause.lead_weeks > 0 for cause in causes) == 24
    assert 9000 <= len(documents) <= 10500
    assert documents[Col.TEXT].nunique() > 0.95 * len(documents)
    assert set(documents[Col.LANG]) == {"en", "zh", "pt"}
    assert set(documents[Col.KIND]) == {DocumentKind.REVIEW, DocumentKind.POST}
    assert world.first_day.day_name() == "Monday"
    assert world.last_day.day_name() == "Sunday"


def test_a_launch_has_no_sales_before_it_and_one_is_still_to_come(world):
    launches = {c.product_id: c.launch_day for c in world.truth.causes if c.launch_day is not None}

    first = world.sales.groupby(Col.PRODUCT_ID)[Col.DAY].min()

    assert max(launches.values()) > world.last_day
    for product_id, launch_day in launches.items():
        if launch_day <= world.last_day:
            assert first[product_id] == launch_day
        else:
            assert product_id not in first.index
            assert product_id in set(world.truth.later_sales[Col.PRODUCT_ID])


def test_nothing_sells_without_stock(world):
    without = world.sales[~world.sales[Col.IN_STOCK]]

    assert (without[Col.UNITS] == 0).all()
    for cause in world.truth.causes:
        if cause.stock_out is not None:
            days = without[without[Col.PRODUCT_ID] == cause.product_id][Col.DAY]
            assert (days.min(), days.max()) == cause.stock_out


def test_sales_jump_on_double_11(world):
    by_day = world.sales.groupby(Col.DAY)[Col.UNITS].sum()

    assert by_day["2024-11-11"] > 2.5 * by_day["2024-09-01":"2024-10-20"].median()


def test_mood_leads_sales_by_the_weeks_the_truth_names(world):
    """Averaged over products of one lead, sales listen most to the mood of that many weeks ago."""
    weekly = world.sales.pivot_table(
        index=pd.Grouper(key=Col.DAY, freq="W-MON", label="left", closed="left"),
        columns=Col.PRODUCT_ID, values=Col.UNITS, aggfunc="sum",
    )  # fmt: skip
    change = np.log1p(weekly).diff()
    mood = world.truth.mood.diff()
    for lead in (1, 2, 3):
        ids = [c.product_id for c in world.truth.causes if c.lead_weeks == lead]
        strength = {
            lag: mood[ids].shift(lag).reindex(change.index).corrwith(change[ids]).mean()
            for lag in range(5)
        }
        assert max(strength, key=strength.get) == lead


def test_an_open_wave_of_complaints_ends_with_the_world_and_an_old_one_is_over(world):
    old, open_one = sorted(world.truth.complaints, key=lambda complaint: complaint.start)
    meant = world.truth.documents
    said = world.documents.merge(meant, on=Col.DOC_ID).query("source == 'complaint'")

    assert open_one.end == world.last_day
    assert open_one.aspect == "battery"
    assert old.end < world.last_day - pd.Timedelta(days=300)
    assert (said[Col.POLARITY] == -1).all()
    assert set(said[Col.PRODUCT_ID]) == {old.product_id, open_one.product_id}


def test_planned_promotions_reach_past_the_last_day_and_may_be_revised(world):
    plans = world.covariates

    newest = plans.sort_values(Col.VINTAGE).drop_duplicates([Col.REGION, Col.DAY], keep="last")

    assert (plans[Col.DAY] > world.last_day).sum() > 500
    assert plans.groupby([Col.REGION, Col.DAY]).size().max() > 1
    assert pd.Timestamp("2025-11-11") in set(plans[Col.DAY])
    merged = newest.merge(
        world.sales, left_on=[Col.REGION, Col.DAY], right_on=[Col.PRODUCT_ID, Col.DAY]
    )
    assert (merged[Col.VALUE] - merged[Col.PROMO]).abs().lt(0.011).mean() > 0.95


def test_scale_multiplies_products_and_keeps_names_distinct():
    larger = build_demo_world(scale=3)

    assert len(larger.products) == 180
    assert larger.products[Col.NAME].is_unique
    assert len(larger.truth.complaints) == 6


def test_a_scale_below_one_is_refused():
    with pytest.raises(ValueError, match="scale is 0"):
        build_demo_world(scale=0)


def test_hash_of_the_default_world_is_stable_within_a_process(world):
    again = build_demo_world()

    def digest(frame: pd.DataFrame) -> str:
        return hashlib.sha256(frame.to_csv().encode()).hexdigest()

    assert digest(again.documents) == digest(world.documents)
