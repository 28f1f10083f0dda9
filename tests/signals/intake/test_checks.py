"""Every rule finds its rows, says what is accepted, and leaves the others alone."""

from __future__ import annotations

import pandas as pd
import pytest

from signals import (
    ACCEPTED,
    BEHAVIOUR,
    COVARIATES,
    DOCUMENTS,
    PRODUCTS,
    SALES,
    Col,
    Feed,
    Rule,
)
from signals.intake.gate import judge
from signals.intake.readers import read_raw
from signals.intake.values import to_numbers
from signals.intake.written_numbers import DecimalMark

NOW = pd.Timestamp("2024-06-01", tz="UTC")
GOOD = {
    SALES.name: {"product_id": "a", "day": "2024-05-01", "units": "3", "price": "2"},
    PRODUCTS.name: {"product_id": "a", "name": "Kettle"},
    DOCUMENTS.name: {"product_id": "a", "text": "Good kettle", "event_time": "2024-05-01 10:00"},
    COVARIATES.name: {"name": "weather", "day": "2024-05-01", "value": "21.5"},
    BEHAVIOUR.name: {"product_id": "a", "day": "2024-05-01", "views": "10"},
}
TABLES = {table.name: table for table in (SALES, PRODUCTS, DOCUMENTS, COVARIATES, BEHAVIOUR)}


def judged(table, **changes):
    """Judge a good row and the same row changed."""
    good, changed = dict(GOOD[table.name]), {**GOOD[table.name], **changes}
    return judge(Feed(table, pd.DataFrame([good, changed]), "f.csv", lines=[2, 3]), NOW)


@pytest.mark.parametrize("name", GOOD)
def test_good_rows_pass_with_every_column_of_their_table(name):
    result = judged(TABLES[name])

    assert list(result.good.columns) == TABLES[name].schema.names
    assert result.quarantined == 0
    assert result.problems.empty


@pytest.mark.parametrize(
    ("table", "column", "value", "rule"),
    [
        (SALES, "product_id", "", Rule.REQUIRED_MISSING),
        (SALES, "units", None, Rule.REQUIRED_MISSING),
        (SALES, "units", "three", Rule.WRONG_TYPE),
        (SALES, "units", "inf", Rule.NOT_FINITE),
        (SALES, "units", "-1", Rule.NEGATIVE),
        (SALES, "revenue", "-1", Rule.NEGATIVE),
        (SALES, "price", "0", Rule.PRICE_NOT_POSITIVE),
        (SALES, "promo", "1.2", Rule.PROMO_OUT_OF_RANGE),
        (SALES, "in_stock", "perhaps", Rule.WRONG_TYPE),
        (SALES, "day", "soon", Rule.UNREADABLE_DAY),
        (SALES, "day", "2024-06-03", Rule.IN_FUTURE),
        (SALES, "day", "1969-12-31", Rule.BEFORE_1970),
        (SALES, "available_at", "2024-04-01", Rule.KNOWN_TOO_EARLY),
        (SALES, "measure", "kilograms", Rule.UNKNOWN_WORD),
        (SALES, "product_id", "Grand total", Rule.TOTAL),
        (SALES, "product_id", "小计", Rule.TOTAL),
        (SALES, "store_id", "TOTAL:", Rule.TOTAL),
        (BEHAVIOUR, "product_id", "Subtotal kettles", Rule.TOTAL),
        (SALES, "product_id", "x" * 1001, Rule.TEXT_TOO_LONG),
        (DOCUMENTS, "text", None, Rule.REQUIRED_MISSING),
        (DOCUMENTS, "text", " \u200b ", Rule.EMPTY_TEXT),
        (DOCUMENTS, "text", "x" * 20_001, Rule.TEXT_TOO_LONG),
        (DOCUMENTS, "stars", "0", Rule.STARS_OUT_OF_RANGE),
        (DOCUMENTS, "event_time", "2024-06-03", Rule.IN_FUTURE),
        (DOCUMENTS, "event_time", "no time", Rule.UNREADABLE_DAY),
        (DOCUMENTS, "available_at", "2024-05-01 09:00", Rule.KNOWN_TOO_EARLY),
        (DOCUMENTS, "kind", "poem", Rule.UNKNOWN_WORD),
        (COVARIATES, "vintage", "2024-07-01", Rule.IN_FUTURE),
        (COVARIATES, "value", "", Rule.REQUIRED_MISSING),
        (BEHAVIOUR, "carts", "-2", Rule.NEGATIVE),
    ],
)
def test_each_rule_names_its_row_line_value_and_what_is_accepted(table, column, value, rule):
    result = judged(table, **{column: value})

    assert len(result.good) == 1
    assert result.quarantined == 1
    [problem] = result.problems.to_dict("records")
    assert problem[Col.LINE] == 3
    assert (problem[Col.COLUMN], problem[Col.RULE]) == (column, rule)
    assert problem[Col.ACCEPTED] == ACCEPTED[rule]
    long = {1_001: "1,001 characters, not shown", 20_001: "20,001 characters, not shown"}
    assert problem[Col.VALUE] == long.get(len(value or ""), (value or "").strip(" \u200b"))


def test_a_row_with_several_problems_counts_once_and_names_all():
    result = judged(SALES, day="soon", units="-1", price="0")

    assert result.quarantined == 1
    assert set(result.problems[Col.RULE]) == {
        Rule.UNREADABLE_DAY, Rule.NEGATIVE, Rule.PRICE_NOT_POSITIVE,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Total Care 500", "Totalizer", "summer-01", "all"])
def test_names_that_only_sound_like_totals_are_products(name):
    assert judged(SALES, product_id=name).quarantined == 0


def test_one_column_tells_how_another_writes_its_decimals():
    rows = [{**GOOD[SALES.name], "units": units, "price": "9,90"} for units in ("1.234", "12")]

    good = judge(Feed(SALES, pd.DataFrame(rows), "f.csv"), NOW).good

    assert good[Col.UNITS].tolist() == [1234, 12]


def test_what_may_be_thousands_or_decimals_is_set_aside():
    rows = [{**GOOD[SALES.name], "units": units, "price": None} for units in ("1.234", "12")]

    result = judge(Feed(SALES, pd.DataFrame(rows), "f.csv"), NOW)

    assert result.good[Col.UNITS].tolist() == [12]
    assert result.problems[Col.VALUE].tolist() == ["1.234"]


@pytest.mark.parametrize(
    ("said", "units", "read"),
    [
        (DecimalMark.COMMA, ["1.234", "2.500", "1234.5"], [1234, 2500, 1234.5]),
        (DecimalMark.POINT, ["1.234", "9,5"], [1.234, 9.5]),
        (DecimalMark.POINT, ["1,234", "9,5"], [1234, 9.5]),
        (DecimalMark.COMMA, ["1,234", "9.5"], [1.234, 9.5]),
    ],
)
def test_what_was_said_counts_for_cells_that_may_be_two_numbers(said, units, read):
    rows = [{**GOOD[SALES.name], "units": each, "price": None} for each in units]

    good = judge(Feed(SALES, pd.DataFrame(rows), "f.csv", decimal=said), NOW).good

    assert good[Col.UNITS].tolist() == read


def test_numbers_that_a_format_knows_as_such_are_never_thousands(tmp_path):
    numbers = [1.234, 2.125, 12.0]
    pd.DataFrame({"units": numbers}).to_excel(tmp_path / "f.xlsx", index=False)
    (tmp_path / "f.jsonl").write_text("".join(f'{{"units": {n}}}\n' for n in numbers))

    for name in ("f.xlsx", "f.jsonl"):
        cells = read_raw(tmp_path / name).frame["units"]
        for said in (None, DecimalMark.COMMA):
            assert to_numbers(cells, said=said)[0].tolist() == numbers


def test_revenue_that_does_not_add_up_is_only_a_warning():
    result = judged(SALES, revenue="60")

    assert len(result.good) == 2
    assert result.warnings == {Rule.REVENUE_MISMATCH: 1}


def test_every_rule_says_what_is_accepted():
    assert set(ACCEPTED) == set(Rule)


def test_plans_for_days_ahead_are_covariates():
    result = judged(COVARIATES, name="planned_promo", day="2024-08-01", vintage="2024-05-20")

    assert result.quarantined == 0
    assert result.good[Col.AVAILABLE_AT].iloc[1] == pd.Timestamp("2024-05-20", tz="UTC")


def test_what_is_missing_follows_from_the_row_never_from_the_clock():
    sales = judged(SALES).good.iloc[0]
    product = judged(PRODUCTS).good.iloc[0]
    launched = judged(PRODUCTS, launch_day="2024-03-01").good.iloc[1]
    document = judged(DOCUMENTS).good.iloc[0]
    series = judged(COVARIATES).good.iloc[0]

    assert sales[Col.AVAILABLE_AT] == pd.Timestamp("2024-05-02", tz="UTC")
    assert (sales[Col.STORE_ID], sales[Col.MEASURE]) == ("all", "units sold")
    assert product[Col.AVAILABLE_AT] == pd.Timestamp("1970-01-01", tz="UTC")
    assert launched[Col.AVAILABLE_AT] == pd.Timestamp("2024-03-01", tz="UTC")
    assert document[Col.AVAILABLE_AT] == pd.Timestamp("2024-05-01 10:00", tz="UTC")
    assert (document[Col.KIND], document[Col.LANG]) == ("review", "en")
    assert series[Col.AVAILABLE_AT] == pd.Timestamp("2024-05-02", tz="UTC")


def test_documents_are_stored_without_names_and_addresses():
    result = judged(DOCUMENTS, text="Mail  me: ana@example.com", author="Ana Silva")
    row = result.good.iloc[1]

    assert row[Col.TEXT] == "Mail me: <email>"
    assert "Ana" not in str(row.to_dict())
    assert result.corrected == 1


def test_spaces_and_forms_of_one_character_are_no_correction():
    assert judged(DOCUMENTS, text=" 很好，Ｇｏｏｄ\n推荐 ").corrected == 0
    assert judged(DOCUMENTS, text="hid\u200bden").corrected == 1


def test_personal_data_does_not_get_out_through_the_report():
    bad = pd.DataFrame({"line": [9], "text": ["Ana,ana@example.com,x"], "problem": ["3 cells"]})
    frame = pd.DataFrame([{**GOOD[DOCUMENTS.name], "event_time": "call 13812345678"}])

    problems = judge(Feed(DOCUMENTS, frame, "f.csv", bad_lines=bad), NOW).problems

    assert "ana" not in problems.to_string().lower()
    assert "13812345678" not in problems.to_string()


def test_documents_without_an_id_are_named_by_what_they_say():
    same = judged(DOCUMENTS).good[Col.DOC_ID]
    other = judged(DOCUMENTS, text="Bad kettle").good[Col.DOC_ID]

    assert same[0] == same[1] == other[0] != other[1]
