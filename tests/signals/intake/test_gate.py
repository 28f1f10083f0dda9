"""The gate types and completes rows, quotes what is wrong, and shows nothing of anybody."""

from __future__ import annotations

import pandas as pd
import pytest

from signals import (
    ACCEPTED,
    BEHAVIOUR,
    COVARIATES,
    DOCUMENTS,
    SALES,
    Col,
    DateOrder,
    Feed,
    Rule,
)
from signals.intake.gate import LONGEST_QUOTE, judge

NOW = pd.Timestamp("2024-06-01", tz="UTC")
SALE = {"product_id": "a", "day": "2024-05-01", "units": "3", "price": "2"}
DOCUMENT = {"product_id": "a", "text": "Good kettle", "event_time": "2024-05-01 10:00"}
NOTED = [Col.LINE, Col.COLUMN, Col.VALUE, Col.RULE, Col.ACCEPTED]


def judged(table, *rows, key=b"", **about):
    return judge(Feed(table, pd.DataFrame(rows), "f.csv", **about), NOW, key)


def test_rows_are_counted_from_one_whatever_their_index():
    rows = pd.DataFrame([SALE, {**SALE, "units": "-1"}, {**SALE, "day": "2024-05-02"}], [7, 7, 3])

    result = judge(Feed(SALES, rows, "f.csv"), NOW)

    assert result.lines.tolist() == [1, 3]
    assert result.problems[Col.LINE].tolist() == [2]
    for kept in (result.good, result.lines, result.originals):
        assert kept.index.tolist() == [0, 1]


def test_lines_that_hold_no_row_are_quoted_and_named_with_what_is_accepted():
    bad = pd.DataFrame({
        "line": [4, 9],
        "text": ["a;b;mail ana@example.com", "x" * 300],
        "problem": ["3 cells", "an open quote"],
    })  # fmt: skip

    result = judged(SALES, SALE, {**SALE, "units": "-1"}, bad_lines=bad, lines=[2, 3])

    assert result.problems.columns.tolist() == NOTED
    assert result.problems.index.tolist() == [0, 1, 2]
    accepted = ACCEPTED[Rule.UNREADABLE_LINE]
    assert result.problems.to_numpy().tolist() == [
        [4, "", "a;b;mail <email>", Rule.UNREADABLE_LINE, f"3 cells; accepted: {accepted}"],
        [9, "", "x" * LONGEST_QUOTE, Rule.UNREADABLE_LINE, f"an open quote; accepted: {accepted}"],
        [3, "units", "-1", Rule.NEGATIVE, ACCEPTED[Rule.NEGATIVE]],
    ]
    assert result.quarantined == 3


def test_of_documents_no_line_that_holds_no_row_is_quoted():
    bad = pd.DataFrame({"line": [4], "text": ["Ana Silva"], "problem": ["3 cells"]})

    result = judged(DOCUMENTS, DOCUMENT, bad_lines=bad)

    assert result.problems[Col.VALUE].tolist() == [""]
    whole = judged(DOCUMENTS, DOCUMENT, bad_lines=bad.head(0))
    assert (whole.problems.empty, whole.problems.columns.tolist()) == (True, NOTED)


@pytest.mark.parametrize(
    ("table", "column", "value", "shown"),
    [
        (SALES, "units", "x" * 1000, "x" * LONGEST_QUOTE),
        (SALES, "units", "x" * 1001, "1,001 characters, not shown"),
        (SALES, "units", "ana@example.com", "<email>"),
        (DOCUMENTS, "event_time", "t" * 32, "t" * 32),
        (DOCUMENTS, "event_time", "t" * 33, "33 characters, not shown"),
        (DOCUMENTS, "stars", "s" * 32, "s" * 32),
        (DOCUMENTS, "stars", "s" * 33, "33 characters, not shown"),
        (DOCUMENTS, "kind", "k" * 32, "k" * 32),
        (DOCUMENTS, "kind", "k" * 33, "33 characters, not shown"),
        (DOCUMENTS, "text", "t" * 20_001, "20,001 characters, not shown"),
        (DOCUMENTS, "product_id", "p" * 1001, "1,001 characters, not shown"),
    ],
)
def test_no_more_of_a_value_is_quoted_than_helps_to_find_it(table, column, value, shown):
    good = SALE if table is SALES else DOCUMENT

    problems = judged(table, {**good, column: value}).problems

    assert problems[[Col.COLUMN, Col.VALUE]].to_numpy().tolist() == [[column, shown]]


def test_a_value_that_the_gate_filled_in_is_quoted_too():
    problems = judged(COVARIATES, {"name": "w", "day": "2024-07-01", "value": "1"}).problems

    assert problems[[Col.COLUMN, Col.VALUE]].to_numpy().tolist() == [
        ["vintage", "2024-07-02 00:00:00"]
    ]


def test_a_value_that_is_not_there_is_quoted_as_nothing_and_named_once():
    problems = judged(SALES, {**SALE, "units": None}, {**SALE, "units": "x"}).problems

    assert problems[[Col.LINE, Col.VALUE, Col.RULE]].to_numpy().tolist() == [
        [2, "x", Rule.WRONG_TYPE],
        [1, "", Rule.REQUIRED_MISSING],
    ]


def test_what_a_source_always_fills_is_required_of_it():
    rows = ({**SALE, "store_id": "s"}, {**SALE, "currency": "EUR"})

    assert judged(SALES, *rows).quarantined == 0
    problems = judged(SALES, *rows, also_required=("currency",)).problems
    assert problems[[Col.LINE, Col.COLUMN, Col.RULE]].to_numpy().tolist() == [
        [1, "currency", Rule.REQUIRED_MISSING]
    ]


def test_warnings_and_corrections_count_rows_that_are_kept():
    sales = judged(
        SALES, {**SALE, "revenue": "60"}, {**SALE, "revenue": "60", "day": "x"}, {**SALE}
    )
    texts = judged(
        DOCUMENTS,
        {**DOCUMENT, "text": "mail ana@example.com"},
        {**DOCUMENT, "text": "mail bob@example.com", "stars": "9"},
        {**DOCUMENT, "text": None},
        DOCUMENT,
    )

    assert sales.warnings == {Rule.REVENUE_MISMATCH: 1}
    assert sales.problems[Col.RULE].tolist() == [Rule.UNREADABLE_DAY]
    assert (texts.corrected, texts.quarantined, len(texts.good)) == (1, 2, 2)


def test_a_text_as_it_came_is_given_where_something_else_is_stored():
    texts = judged(
        DOCUMENTS, DOCUMENT, {**DOCUMENT, "stars": "9"}, {**DOCUMENT, "text": "of ana@example.com"}
    )

    assert texts.originals.tolist() == [None, "of ana@example.com"]
    assert judged(SALES, SALE, SALE).originals.tolist() == [None, None]


def test_a_language_that_is_given_is_kept_and_one_that_is_not_is_told_from_the_text():
    english = "The kettle boils quickly and I like it very much"
    rows = [{**DOCUMENT, "text": english, "lang": lang} for lang in ("pt", None)]

    assert judged(DOCUMENTS, *rows).good[Col.LANG].tolist() == ["pt", "en"]


def test_an_id_that_is_given_is_kept():
    rows = ({**DOCUMENT, "doc_id": "d7"}, DOCUMENT)

    given, made = judged(DOCUMENTS, *rows).good[Col.DOC_ID]

    assert given == "d7"
    assert made == judged(DOCUMENTS, DOCUMENT).good[Col.DOC_ID][0]
    assert made != judged(DOCUMENTS, {**DOCUMENT, "stars": "4"}).good[Col.DOC_ID][0]


def test_an_author_gets_a_stand_in_that_hangs_on_the_key():
    row = {**DOCUMENT, "author": "Ana Silva"}
    names = [judged(DOCUMENTS, row, key=key).good[Col.AUTHOR][0] for key in (b"k", b"k", b"other")]

    assert names[0] == names[1] != names[2]
    assert not any("Ana" in name for name in names)


def test_every_cell_is_read_by_the_type_of_its_column():
    sale = {
        "product_id": " a ", "day": "03/04/2024", "units": "1,5", "in_stock": "não",
        "available_at": "05/04/2024 10:30", "price": 2.0,
    }  # fmt: skip

    row = judged(SALES, sale, date_order=DateOrder.DAY_FIRST).good.iloc[0]

    assert row[Col.PRODUCT_ID] == "a"
    assert row[Col.DAY] == pd.Timestamp("2024-04-03")
    assert row[Col.AVAILABLE_AT] == pd.Timestamp("2024-04-05 10:30", tz="UTC")
    assert (row[Col.UNITS], row[Col.PRICE]) == (1.5, 2.0)
    assert not row[Col.IN_STOCK]
    swapped = judged(SALES, sale, date_order=DateOrder.MONTH_FIRST).good.iloc[0]
    assert swapped[Col.DAY] == pd.Timestamp("2024-03-04")


def test_what_the_row_says_is_never_filled_over():
    known = "2024-05-20"
    sale = judged(SALES, {**SALE, "store_id": "s", "available_at": known}).good.iloc[0]
    seen = judged(BEHAVIOUR, {"product_id": "a", "day": "2024-05-01", "views": "1"}).good.iloc[0]
    plan = {"name": "w", "day": "2024-05-01", "value": "1", "region": "r"}
    made = judged(COVARIATES, plan, {**plan, "region": None, "vintage": "2024-05-09"}).good

    assert (sale[Col.STORE_ID], sale[Col.AVAILABLE_AT]) == ("s", pd.Timestamp(known, tz="UTC"))
    assert seen[Col.AVAILABLE_AT] == pd.Timestamp("2024-05-02", tz="UTC")
    assert made[Col.REGION].tolist() == ["r", "all"]
    assert made[Col.VINTAGE].tolist() == [pd.Timestamp("2024-05-02"), pd.Timestamp("2024-05-09")]
    moments = [pd.Timestamp(day, tz="UTC") for day in ("2024-05-02", "2024-05-09")]
    assert made[Col.AVAILABLE_AT].tolist() == moments
