"""Rules at their edges: the last value that passes, and the first one that does not."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from signals import BEHAVIOUR, COVARIATES, DOCUMENTS, SALES, Col, Feed, Rule
from signals.intake.gate import judge

NOW = pd.Timestamp("2024-06-01", tz="UTC")
GOOD = {
    SALES.name: {"product_id": "a", "day": "2024-05-01", "units": "3", "price": "2"},
    DOCUMENTS.name: {"product_id": "a", "text": "Good kettle", "event_time": "2024-05-01 10:00"},
    COVARIATES.name: {"name": "weather", "day": "2024-05-01", "value": "21.5"},
    BEHAVIOUR.name: {"product_id": "a", "day": "2024-05-01", "views": "10"},
}


def judged(table, now=NOW, **changes):
    """Judge one row, good but for what is changed."""
    return judge(Feed(table, pd.DataFrame([{**GOOD[table.name], **changes}]), "f.csv"), now)


@pytest.mark.parametrize(
    ("table", "column", "last", "beyond", "rule"),
    [
        (SALES, "units", "0", "-0.1", Rule.NEGATIVE),
        (SALES, "price", "0.01", "0", Rule.PRICE_NOT_POSITIVE),
        (SALES, "price", "1", "-1", Rule.PRICE_NOT_POSITIVE),
        (SALES, "promo", "0", "-0.01", Rule.PROMO_OUT_OF_RANGE),
        (SALES, "promo", "1", "1.01", Rule.PROMO_OUT_OF_RANGE),
        (SALES, "day", "1970-01-01", "1969-12-31", Rule.BEFORE_1970),
        (SALES, "day", "2024-06-01", "2024-06-02", Rule.IN_FUTURE),
        (SALES, "available_at", "2024-05-01", "2024-04-30 23:59", Rule.KNOWN_TOO_EARLY),
        (SALES, "product_id", "x" * 1000, "x" * 1001, Rule.TEXT_TOO_LONG),
        (SALES, "product_id", "Totals 2", "Totals", Rule.TOTAL),
        (SALES, "store_id", "subtotally", "sub-total x", Rule.TOTAL),
        (SALES, "measure", "units sold", "units bought", Rule.UNKNOWN_WORD),
        (DOCUMENTS, "stars", "1", "0.9", Rule.STARS_OUT_OF_RANGE),
        (DOCUMENTS, "stars", "5", "5.1", Rule.STARS_OUT_OF_RANGE),
        (DOCUMENTS, "text", "x" * 20_000, "x" * 20_001, Rule.TEXT_TOO_LONG),
        (DOCUMENTS, "event_time", "2024-06-01 14:00", "2024-06-01 14:01", Rule.IN_FUTURE),
        (DOCUMENTS, "event_time", "1970-01-01 00:00", "1969-12-31 23:59", Rule.BEFORE_1970),
        (DOCUMENTS, "available_at", "2024-05-01 10:00", "2024-05-01 09:59", Rule.KNOWN_TOO_EARLY),
        (DOCUMENTS, "kind", "review", "Review!", Rule.UNKNOWN_WORD),
        (COVARIATES, "vintage", "2024-06-01", "2024-06-02", Rule.IN_FUTURE),
        (COVARIATES, "available_at", "2024-05-02", "2024-05-01", Rule.KNOWN_TOO_EARLY),
        (BEHAVIOUR, "views", "0", "-1", Rule.NEGATIVE),
        (BEHAVIOUR, "carts", "0", "-1", Rule.NEGATIVE),
        (BEHAVIOUR, "purchases", "0", "-1", Rule.NEGATIVE),
        (BEHAVIOUR, "day", "2024-06-01", "2024-06-02", Rule.IN_FUTURE),
        (BEHAVIOUR, "product_id", "Totality", "total: ", Rule.TOTAL),
    ],
)
def test_a_rule_begins_where_it_says(table, column, last, beyond, rule):
    kept, refused = (judged(table, **{column: value}) for value in (last, beyond))

    assert (kept.quarantined, kept.problems.empty) == (0, True)
    assert refused.problems[[Col.COLUMN, Col.RULE]].to_numpy().tolist() == [[column, rule]]


@pytest.mark.parametrize(
    ("table", "column"), [(SALES, "day"), (BEHAVIOUR, "day"), (COVARIATES, "vintage")]
)
def test_a_day_that_has_begun_in_the_earliest_zone_is_not_in_the_future(table, column):
    ten, just_before = NOW + pd.Timedelta(hours=10), NOW + pd.Timedelta(hours=9, minutes=59)

    assert judged(table, ten, **{column: "2024-06-02"}).quarantined == 0
    assert judged(table, just_before, **{column: "2024-06-02"}).quarantined == 1


@pytest.mark.parametrize(
    ("units", "price", "revenue", "warned"),
    [
        ("3", "2", "6.06", False),  # within 1 %
        ("3", "2", "6.07", True),
        ("3", "2", "5.95", False),
        ("3", "2", "5.9", True),
        ("1", "0.10", "0.11", False),  # within two cents
        ("1", "0.10", "0.13", True),
        ("2", "0.00", None, False),
        ("3", None, "6", False),
    ],
)
def test_revenue_may_be_rounded(units, price, revenue, warned):
    result = judged(SALES, units=units, price=price, revenue=revenue)

    assert result.warnings == ({Rule.REVENUE_MISMATCH: 1} if warned else {})


def test_the_id_of_a_document_is_a_hash_of_what_it_says_and_stays_so():
    """Documents stored by an earlier release are met again under the id they have."""
    row = judged(DOCUMENTS, stars="4").good.iloc[0]

    said = ["a", "nan", "2024-05-01 10:00:00+00:00", "4.0", "Good kettle"]

    assert row[Col.DOC_ID] == hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:24]
