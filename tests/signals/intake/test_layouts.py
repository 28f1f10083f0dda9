"""Public data sets become feeds whose numbers can be traced to their files."""

from __future__ import annotations

import pandas as pd
import pytest

from signals import DOCUMENTS, PRODUCTS, SALES, Col, DataError, Lake, Rule, ingest, read_source

NOW = pd.Timestamp("2025-01-01", tz="UTC")

ORDERS = """order_id,order_status,order_purchase_timestamp,random_sample
o1,delivered,2018-02-01 23:30:00,True
o2,canceled,2018-02-01 10:00:00,True
o3,delivered,2018-02-01 10:00:00,False
o4,delivered,2018-02-01 08:00:00,True
"""
ITEMS = """order_id,order_item_id,product_id,price
o1,1,p1,10.00
o1,2,p1,10.00
o1,3,p2,7.50
o2,1,p1,10.00
o3,1,p1,10.00
o4,1,p1,13.00
o9,1,p1,10.00
"""
REVIEWS = """review_id,order_id,review_score,review_comment_title,review_comment_message,\
review_answer_timestamp
r1,o1,5,Ótimo,Chegou antes do prazo,2018-02-17 23:30:00
r2,o1,4,,,2018-02-05 10:00:00
r3,o2,1,,Pedido cancelado,2018-02-05 10:00:00
r4,o3,1,,Não veio,2018-02-05 10:00:00
r5,o4,3,,Sem data,
r6,o7,3,,Sem item,2018-02-05 10:00:00
"""
PRODUCT_ROWS = "product_id,product_category_name\np1,beleza_saude\np2,\np3,coisa_nova\n"
NAMES = "product_category_name,product_category_name_english\nbeleza_saude,health_beauty\n"


@pytest.fixture
def olist(tmp_path):
    for name, text in {
        "olist_orders_dataset.csv": ORDERS,
        "olist_order_items_dataset.csv": ITEMS,
        "olist_order_reviews_dataset.csv": REVIEWS,
        "olist_products_dataset.csv": PRODUCT_ROWS,
        "product_category_name_translation.csv": NAMES,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_olist_joins_orders_items_reviews_and_products(olist, tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    report = ingest(lake, read_source("olist", olist), source="olist", now=NOW)

    sales, reviews = lake.read(SALES), lake.read(DOCUMENTS)
    products, by_table = lake.read(PRODUCTS), {table.table: table for table in report.tables}
    p1 = sales[sales[Col.PRODUCT_ID] == "p1"].iloc[0]
    assert len(sales) == 2
    assert (p1[Col.UNITS], p1[Col.PRICE], p1[Col.REVENUE]) == (3.0, 11.0, 33.0)
    assert (p1[Col.DAY], p1[Col.CURRENCY]) == (pd.Timestamp("2018-02-01"), "BRL")
    assert products[Col.CATEGORY].tolist() == ["health beauty", "uncategorised", "coisa nova"]
    assert by_table["sales"].left_out == {
        "items of orders outside the random sample": 1,
        "items of cancelled or unavailable orders": 1,
        "items of orders that are not there": 1,
    }
    assert by_table["documents"].left_out == {
        "reviews of orders outside the random sample": 1,
        "reviews without a text": 1,
        "reviews without an answer time": 1,
        "reviews of orders without items": 1,
    }
    assert by_table["documents"].notes == {"reviews of several products, given to the first": 1}
    first = reviews.iloc[0]
    assert first[Col.TEXT] == "Ótimo. Chegou antes do prazo"
    assert (first[Col.PRODUCT_ID], first[Col.LANG], first[Col.STARS]) == ("p1", "pt", 5.0)
    # 23:30 on the night the clocks went back occurs twice; the later one, standard time, is taken.
    assert first[Col.EVENT_TIME] == pd.Timestamp("2018-02-18 02:30", tz="UTC")


def test_a_file_that_is_not_there_is_named(olist):
    (olist / "olist_products_dataset.csv").unlink()

    with pytest.raises(DataError, match=r"no file of products; one of .*olist_products_dataset"):
        read_source("olist", olist)


def test_an_unknown_layout_is_refused_with_the_choices(tmp_path):
    with pytest.raises(DataError, match=r"no layout 'm5'; choose from .*olist"):
        read_source("m5", tmp_path)


def test_amazon_devices_counts_reviews_as_a_proxy_and_sets_undated_rows_aside(tmp_path):
    rows = pd.DataFrame(
        {
            "asins": ["B1,B2", "B1,B2", "B3", None],
            "name": ["Echo (White)", None, "Echo (White)", "Kindle"],
            "categories": ["Amazon Echo,Speakers"] * 2 + ["Tablets,Fire Tablets"] * 2,
            "review_ts": pd.to_datetime(["2017-01-01", "2017-01-01", None, "2017-01-02"]),
            "rating": [5.0, 4.0, 3.0, 2.0],
            "title": ["Nice", "Fine", "So", "Hm"],
            "text": ["It plays", "It talks", "It breaks", "It lags"],
        }
    )
    rows.to_parquet(tmp_path / "reviews.parquet")
    feeds = read_source("amazon_devices_reviews", tmp_path)
    lake = Lake(tmp_path / "lake")

    report = ingest(lake, feeds, source="amazon", now=NOW, max_quarantine_share=1.0)

    [sale] = lake.read(SALES).to_dict("records")
    assert (sale[Col.PRODUCT_ID], sale[Col.UNITS]) == ("B1", 2.0)
    assert sale[Col.MEASURE] == "review count"
    assert report.tables[2].rules == {Rule.REQUIRED_MISSING: 2}
    products = lake.read(PRODUCTS).set_index(Col.PRODUCT_ID)
    assert products[Col.NAME].to_dict() == {"B1": "Echo", "B3": "tablets B3"}
    assert products[Col.CATEGORY].to_dict() == {"B1": "smart speakers", "B3": "tablets"}


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["olist", "amazon_devices_reviews"])
def test_the_real_data_sets_are_read_whole_and_twice_is_once(shared_data, tmp_path, layout):
    lake = Lake(tmp_path)
    feeds = read_source(layout, shared_data(layout))

    report = ingest(lake, feeds, source=layout, now=NOW)
    again = ingest(lake, feeds, source=layout, now=NOW)

    assert report.quarantined / report.rows_in < 0.01
    assert sum(table.new for table in again.tables) == 0
    assert len(lake.read(SALES)) == report.tables[1].kept > 3000
    assert set(lake.read(SALES)[Col.PRODUCT_ID]) <= set(lake.read(PRODUCTS)[Col.PRODUCT_ID])
