"""What people say about a series, period by period."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.frames import Col
from signals.tables import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.demand import Span
    from signals.lake import Lake

MOOD_COLUMNS = (
    "talk_volume", "talk_surge", "talk_silence",
    "mood_now", "mood_lately", "mood_slope", "mood_spread", "negative_now", "negative_lately",
)  # fmt: skip
"""Columns of `mood_columns`, in this order."""
POLARITY_COLUMNS = ("mood_now", "mood_lately")
"""Those of them that are a polarity in [-1, 1]."""
LEADING_COLUMNS = ("talk_surge", "mood_now", "mood_lately", "negative_now", "negative_lately")
"""Those of them that may run ahead of sales; the others say much the same."""
LATELY_COLUMNS = ("mood_lately", "negative_lately")
"""Those of them that remember the weeks before."""
KEPT_A_WEEK = 0.7
"""Share of a mood that is left a week later."""

_MAX_A_PERIOD = 3
_PRIOR_DOCUMENTS = 2.0
_LONGEST_SILENCE = 26
_SURGE_PERIODS = 8
# one author counts three times a period, one text once, so that nobody moves a product alone
COUNTED_DOCUMENTS = f"""
WITH told AS (
    SELECT d.product_id, d.available_at, d.doc_id,
           coalesce(d.author, d.doc_id) AS author, d.text_hash,
           date_trunc('{{grain}}', d.available_at::DATE)::DATE AS day, s.polarity AS polarity,
           s.aspects AS aspects,
           (s.p_neg >= s.p_neu AND s.p_neg >= s.p_pos)::INT AS negative,
           (s.p_pos > s.p_neg AND s.p_pos >= s.p_neu)::INT AS positive
    FROM documents d JOIN scores s
      ON s.doc_id = d.doc_id AND s.text_hash = d.text_hash AND s.model_id = $model_id
    WHERE d.available_at::DATE < $end AND s.polarity IS NOT NULL
), distinct_told AS (
    SELECT * FROM told QUALIFY row_number() OVER (
        PARTITION BY product_id, day, text_hash ORDER BY available_at, doc_id) = 1
), counted AS (
    SELECT * FROM distinct_told QUALIFY row_number() OVER (
        PARTITION BY product_id, day, author ORDER BY available_at, doc_id) <= {_MAX_A_PERIOD}
)
"""
"""Start of a query: ``counted`` holds the scored documents that count, ``day`` their period."""

_TALK = f"""{COUNTED_DOCUMENTS}
SELECT product_id, day, count(*)::DOUBLE AS documents, sum(negative)::DOUBLE AS negative,
       sum(polarity::DECIMAL(18, 9))::DOUBLE AS polarity,
       sum((polarity * polarity)::DECIMAL(18, 9))::DOUBLE AS square
FROM counted GROUP BY ALL ORDER BY ALL
"""
_SUMS = ("documents", "negative", "polarity", "square")

logger = logging.getLogger(__name__)


def read_talk(lake: Lake, span: Span, model_id: str) -> pd.DataFrame:
    """Count what was said about each product in each period, by the moment it could be read.

    Returns
    -------
    pandas.DataFrame
        One row a product (or null, where a document names none) and period: documents, how many
        are negative, sums of polarity and of its square.
    """
    talk = lake.sql(
        _TALK.format(grain=span.grain.value),
        as_of=span.as_of,
        parameters={"model_id": model_id, "end": span.end.date()},
    )
    scored = int(talk["documents"].sum())
    known = lake.sql(
        "SELECT count(*) AS n FROM documents WHERE available_at::DATE < $end",
        as_of=span.as_of, parameters={"end": span.end.date()},
    )  # fmt: skip
    logger.info("%d of %d documents count (scored, distinct, capped)", scored, known["n"].iloc[0])
    return talk


def talk_of_series(
    talk: pd.DataFrame,
    categories: pd.Series,
    scopes: Sequence[Scope],
    sums: Sequence[str] = _SUMS,
) -> pd.DataFrame:
    """Add what was said about products, or done, up to series.

    Parameters
    ----------
    sums
        Columns to add up; those of `read_talk` unless others are named.

    Returns
    -------
    pandas.DataFrame
        series_id, day and the sums.
    """
    category = talk[Col.PRODUCT_ID].map(categories)
    parts = []
    for scope in scopes:
        if scope is Scope.PRODUCT:
            named = talk.dropna(subset=Col.PRODUCT_ID)
            series = f"{scope}:" + named[Col.PRODUCT_ID].astype(str)
        elif scope is Scope.CATEGORY:
            named = talk[category.notna()]
            series = f"{scope}:" + category[category.notna()].astype(str)
        else:
            named, series = talk, pd.Series(scope.value, index=talk.index)
        parts.append(named.assign(**{Col.SERIES_ID: series}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.groupby([Col.SERIES_ID, Col.DAY], as_index=False)[list(sums)].sum(min_count=1)


def mood_columns(series: pd.DataFrame, talk: pd.DataFrame, days_a_period: int) -> pd.DataFrame:
    """Describe what was said up to the end of each period.

    Means are shrunk towards what was usual for the series until the period before, as if two more
    such documents had been read, so that one review is not a mood.

    Parameters
    ----------
    series
        Rows of the panel: series_id and day, sorted, without gaps.
    talk
        Rows of `talk_of_series`.

    Returns
    -------
    pandas.DataFrame
        Columns of `MOOD_COLUMNS`, one row a row of ``series``, no NaN.
    """
    rows = series[[Col.SERIES_ID, Col.DAY]].merge(talk, on=[Col.SERIES_ID, Col.DAY], how="left")
    sums = rows[list(_SUMS)].fillna(0.0)
    which = rows[Col.SERIES_ID]
    usual = _usual(sums, which, rows[Col.DAY])
    weight = sums["documents"] + _PRIOR_DOCUMENTS
    lately = _fading(sums, which, KEPT_A_WEEK ** (days_a_period / 7))
    weight_lately = lately["documents"] + _PRIOR_DOCUMENTS
    columns = pd.DataFrame(index=rows.index)
    columns["talk_volume"] = np.log1p(sums["documents"])
    columns["talk_surge"] = columns["talk_volume"] - np.log1p(
        _trailing(sums["documents"], which, _SURGE_PERIODS * 7 // days_a_period)
    )
    columns["talk_silence"] = _silence(sums["documents"] > 0, which) * days_a_period / 7
    for name, source in (("mood", "polarity"), ("negative", "negative")):
        prior = _PRIOR_DOCUMENTS * usual[source]
        columns[f"{name}_now"] = (sums[source] + prior) / weight
        columns[f"{name}_lately"] = (lately[source] + prior) / weight_lately
    before = columns["mood_lately"].groupby(which).shift(max(28 // days_a_period - 1, 1))
    columns["mood_slope"] = (columns["mood_lately"] - before).fillna(0.0)
    square = (lately["square"] + _PRIOR_DOCUMENTS * usual["square"]) / weight_lately
    columns["mood_spread"] = np.sqrt(np.maximum(square - columns["mood_lately"] ** 2, 0.0))
    columns["talk_silence"] = columns["talk_silence"].clip(upper=_LONGEST_SILENCE)
    return columns[list(MOOD_COLUMNS)].astype(float)


def _usual(sums: pd.DataFrame, which: pd.Series, day: pd.Series) -> pd.DataFrame:
    """Mean of all documents of a series before a period, shrunk to the mean of all series."""
    by_day = sums.groupby(day).sum().cumsum().shift(1).fillna(0.0)
    everybody = by_day.div(by_day["documents"].clip(lower=1.0), axis=0).loc[day]
    before = sums.groupby(which).cumsum() - sums
    total = before + 4 * _PRIOR_DOCUMENTS * everybody.to_numpy()
    return total.div(before["documents"] + 4 * _PRIOR_DOCUMENTS, axis=0)


def _fading(sums: pd.DataFrame, which: pd.Series, kept: float) -> pd.DataFrame:
    """Add up so that a period weighs ``kept`` times the period after it."""
    position = which.groupby(which).cumcount().to_numpy()
    values = sums.to_numpy(copy=True)
    order = np.argsort(position, kind="stable")
    bounds = np.searchsorted(position[order], np.arange(1, position.max(initial=0) + 2))
    for start, stop in itertools.pairwise(bounds):
        here = order[start:stop]
        values[here] += kept * values[here - 1]
    return pd.DataFrame(values, columns=sums.columns, index=sums.index)


def _trailing(values: pd.Series, which: pd.Series, periods: int) -> pd.Series:
    """Average the periods before, this one left out; 0 where there is none."""
    total = values.groupby(which).cumsum()
    until = total - values
    long_ago = until.groupby(which).shift(periods).fillna(0.0)
    age = which.groupby(which).cumcount().clip(lower=1, upper=periods)
    return (until - long_ago) / age


def _silence(spoke: pd.Series, which: pd.Series) -> pd.Series:
    """Periods since anybody spoke, this one included: 0 where somebody did."""
    place = which.groupby(which).cumcount()
    last = place.where(spoke).groupby(which).ffill().fillna(-1)
    return place - last
