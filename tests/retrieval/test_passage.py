"""Passages are stored as columns and come back as they were."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from retrieval import Filters, PassageKind, Passages
from signals import DataError


def test_passages_come_back_as_they_were(make_passage):
    given = [
        make_passage("a", "不错", stars=4.0, polarity=0.5, lang="zh"),
        make_passage("b", "Forecast", kind=PassageKind.FORECAST, product_id=None, category=None),
    ]

    passages = Passages.of(given)

    assert list(passages) == given
    assert passages[1] == given[1]
    assert Passages.of(passages) is passages


def test_collections_are_joined_in_order(make_passage):
    one, two = make_passage("a", "x"), make_passage("b", "y")

    assert list(Passages.joined([Passages.of([one]), Passages.of([two])])) == [one, two]
    assert len(Passages.joined([])) == 0


def test_a_table_with_other_columns_is_refused():
    with pytest.raises(DataError, match="passages have the columns"):
        Passages(pa.table({"text": ["x"]}))


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"as_of": pd.Timestamp("2025-01-01")}, "has no zone"),
        ({"since": pd.Timestamp("2025-01-01", tz="UTC")}, "days without a zone"),
        (
            {"since": pd.Timestamp("2025-01-02"), "until": pd.Timestamp("2025-01-01")},
            "lies after until",
        ),
    ],
)
def test_filters_that_make_no_sense_are_refused(filters, message):
    with pytest.raises(ValueError, match=message):
        Filters(**filters)
