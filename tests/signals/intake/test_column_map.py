"""Columns are guessed in three languages, corrected by the user, and remembered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from signals import (
    FEEDS,
    SALES,
    Col,
    ColumnMap,
    DataError,
    DateOrder,
    given_column_map,
    guess_column_map,
    mappable,
    recall_column_map,
    remember_column_map,
    table_named,
)


def header(*names: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(names))


@pytest.mark.parametrize(
    ("names", "table", "columns"),
    [
        (
            ["sku", "Order Date", "Qty", "unit_price"], "sales",
            {"product_id": "sku", "day": "Order Date", "units": "Qty", "price": "unit_price"},
        ),
        (
            ["商品编号", "日期", "销量", "售价", "门店"], "sales",
            {"product_id": "商品编号", "store_id": "门店", "day": "日期", "units": "销量",
             "price": "售价"},
        ),
        (
            ["Código do Produto", "data", "qtde", "preço"], "sales",
            {"product_id": "Código do Produto", "day": "data", "units": "qtde", "price": "preço"},
        ),
        (
            ["StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"], "sales",
            {"product_id": "StockCode", "day": "InvoiceDate", "units": "Quantity",
             "price": "UnitPrice"},
        ),
        (
            ["商品", "评论内容", "评分", "评论时间", "昵称"], "documents",
            {"product_id": "商品", "author": "昵称", "text": "评论内容", "stars": "评分",
             "event_time": "评论时间"},
        ),
        (
            ["asin", "reviewText", "overall", "unixReviewTime", "reviewerID"], "documents",
            {"product_id": "asin", "author": "reviewerID", "text": "reviewText",
             "stars": "overall", "event_time": "unixReviewTime"},
        ),
        (["date", "indicator", "value"], "covariates",
         {"name": "indicator", "day": "date", "value": "value"}),
        (["date", "sku", "pv", "cart", "orders"], "behaviour",
         {"product_id": "sku", "day": "date", "views": "pv", "carts": "cart",
          "purchases": "orders"}),
        (["product_id", "name", "categoria"], "products",
         {"product_id": "product_id", "name": "name", "category": "categoria"}),
        (["prodct_id", "dates", "unit sold"], "sales",
         {"product_id": "prodct_id", "day": "dates", "units": "unit sold"}),
    ],
)  # fmt: skip
def test_headers_of_real_files_are_understood(names, table, columns):
    guess = guess_column_map(header(*names))

    assert guess.table.name == table
    assert guess.columns == columns
    assert guess.missing() == []


@pytest.mark.parametrize("table", FEEDS, ids=lambda table: table.name)
def test_a_file_with_our_own_names_maps_to_itself(table):
    guess = guess_column_map(header(*mappable(table)), table)

    assert guess.columns == {name: name for name in mappable(table)}


def test_a_column_whose_cells_do_not_fit_is_not_taken():
    sample = pd.DataFrame({"sku": ["a"], "date": ["soon"], "sales": ["many"], "qty": ["3"]})

    guess = guess_column_map(sample, SALES)

    assert guess.columns == {"product_id": "sku", "units": "qty"}


def test_a_known_name_is_taken_though_some_cells_are_wrong():
    sample = pd.DataFrame({"date": ["2025-01-01"] * 2, "sku": ["a"] * 2, "qty": ["three", "4"]})

    guess = guess_column_map(sample)

    assert guess.table is SALES
    assert guess.columns["units"] == "qty"


def test_units_in_a_header_do_not_hide_its_name():
    guess = guess_column_map(header("SKU", "Date (UTC)", "Qty [pcs]", "单价（元）"))

    assert guess.columns == {
        "product_id": "SKU", "day": "Date (UTC)", "units": "Qty [pcs]", "price": "单价（元）",
    }  # fmt: skip


def test_a_price_that_cannot_be_read_is_not_silently_left_out():
    sample = pd.DataFrame(
        {"sku": ["a"], "date": ["2025-01-01"], "qty": ["3"], "price": ["§ 9,90"], "promo": ["BOGO"]}
    )

    guess = guess_column_map(sample)

    assert guess.columns["price"] == "price"
    assert "promo" not in guess.columns


def test_a_file_that_says_nothing_of_its_kind_is_taken_for_sales_that_lack_units():
    sample = pd.DataFrame({"date": ["2025-01-01"], "sku": ["a"], "colour": ["red"]})

    guess = guess_column_map(sample)

    assert guess.table is SALES
    assert guess.missing() == ["units"]


def test_a_missing_column_is_named_with_what_to_type():
    guess = guess_column_map(header("sku", "when_sold", "qty"), SALES)

    with pytest.raises(DataError, match=r"sales lacks the column\(s\) 'day' .*--map day=COLUMN"):
        guess.check(["sku", "when_sold", "qty"])


def test_what_the_user_says_goes_over_the_guess():
    guess = guess_column_map(header("sku", "date", "qty", "amount"), SALES)

    given = given_column_map(guess, ["revenue=", "units=amount"], DateOrder.DAY_FIRST)

    assert given.columns == {"product_id": "sku", "day": "date", "units": "amount"}
    assert given.date_order is DateOrder.DAY_FIRST


@pytest.mark.parametrize(
    ("assignment", "problem"),
    [("units", "should read COLUMN=COLUMN-IN-FILE"), ("colour=red", "has no column")],
)
def test_a_map_that_makes_no_sense_is_refused(assignment, problem):
    with pytest.raises(DataError, match=problem):
        given_column_map(guess_column_map(header("sku")), [assignment])


def test_a_column_the_file_lacks_is_refused():
    given = ColumnMap(SALES, {Col.PRODUCT_ID: "sku", Col.DAY: "date", Col.UNITS: "pieces"})

    with pytest.raises(DataError, match=r"the file has no column\(s\) \['pieces'\]"):
        given.check(["sku", "date", "qty"])


def test_a_confirmed_map_is_remembered_for_the_same_header_in_any_order(tmp_path):
    file = tmp_path / "maps" / "column-maps.json"
    given = ColumnMap(SALES, {"product_id": "sku", "day": "d", "units": "n"}, DateOrder.DAY_FIRST)

    remember_column_map(file, ["sku", "d", "n"], given)

    assert recall_column_map(file, ["n", "sku", "d"]) == given
    assert recall_column_map(file, ["n", "sku"]) is None


def test_a_damaged_memory_is_an_error_with_a_way_out(tmp_path):
    (tmp_path / "maps.json").write_text("{", encoding="utf-8")

    with pytest.raises(DataError, match=r"is damaged .* delete it"):
        recall_column_map(tmp_path / "maps.json", ["a"])


def test_an_unknown_kind_of_table_is_refused_with_the_choices():
    with pytest.raises(DataError, match=r"no table 'orders' .*'sales'"):
        table_named("orders")


def test_a_map_that_was_changed_on_disk_is_refused(tmp_path):
    file = tmp_path / "column-maps.json"
    remember_column_map(file, ["Tag", "Menge"], ColumnMap(SALES, {"units": "Menge"}))
    file.write_text(file.read_text(encoding="utf-8").replace("Menge", "Mengf"), encoding="utf-8")

    with pytest.raises(DataError, match=r"its content differs .* delete it and confirm maps anew"):
        recall_column_map(file, ["Tag", "Menge"])


def test_maps_confirmed_at_once_are_all_kept(tmp_path):
    file = tmp_path / "column-maps.json"
    headers = [["Tag", f"Menge {number}"] for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        for header_ in headers:
            pool.submit(remember_column_map, file, header_, ColumnMap(SALES, {"day": "Tag"}))

    assert all(recall_column_map(file, header_) for header_ in headers)
