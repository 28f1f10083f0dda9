"""Covariates of the economy, as they were known at each period: past-only columns.

A statistic is published late and revised later. The value a period sees is the newest vintage that
was published by the end of that period, never today's. The last period may end after the moment a
panel is made, where one row stands for a whole week; then that moment counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from signals.frames import Col
from signals.tables import EVERYWHERE, PLANNED_PRICE, PLANNED_PROMO

if TYPE_CHECKING:
    from signals.demand import Span
    from signals.lake import Lake

_USUAL_DAYS: Final = 182
_FARTHEST: Final = 5.0  # standard deviations
_KNOWN: Final = """
WITH periods AS (
    SELECT unnest($days::DATE[]) AS day, unnest($ends::DATE[]) AS stop
), told AS (
    SELECT p.day AS day, c.name AS name, coalesce(c.region, $everywhere) AS region, c.value AS value
    FROM stored_covariates c JOIN periods p
      ON c.available_at <= least(p.stop::TIMESTAMPTZ, $now) AND c.day < p.stop
    WHERE c.name NOT IN ($promo, $price) AND c.value IS NOT NULL
      AND coalesce(c.region, $everywhere) NOT IN (SELECT product_id FROM products)
    QUALIFY row_number() OVER (
        PARTITION BY p.day, c.name, coalesce(c.region, $everywhere)
        ORDER BY c.day DESC, c.available_at DESC, c.vintage DESC NULLS LAST
    ) = 1
)
SELECT * FROM told ORDER BY name, region, day
"""


def read_economy(lake: Lake, span: Span) -> pd.DataFrame:
    """Read what each period knew of every covariate that concerns no single product.

    Returns
    -------
    pandas.DataFrame
        One row a covariate and period, from the first publication on: name, region, day (first day
        of the period), value (of the latest day known by then).
    """
    ends = span.periods + pd.Timedelta(days=span.grain.days)
    return lake.sql(
        _KNOWN,
        as_of=span.as_of,
        parameters={
            "days": [day.date() for day in span.periods],
            "ends": [day.date() for day in ends],
            "now": span.as_of.to_pydatetime(),
            "promo": PLANNED_PROMO,
            "price": PLANNED_PRICE,
            "everywhere": EVERYWHERE,
        },
    )


def economy_columns(known: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Say how far each covariate was from what had been usual.

    A level that drifts, such as a price index, would only number the periods; so a column is the
    difference from the mean of the half-year before, in standard deviations seen so far, within
    [-5, 5]. It is 0 where nothing was known.

    Parameters
    ----------
    known
        Rows of `read_economy`.

    Returns
    -------
    pandas.DataFrame
        Index the first days of the periods, a column ``macro_NAME`` or ``macro_NAME_REGION`` for
        each covariate that varied; what is no letter or digit in a name becomes ``_``.
    """
    region = ("_" + known[Col.REGION].str.lower()).where(known[Col.REGION] != EVERYWHERE, "")
    plain = ("macro_" + known[Col.NAME] + region).str.replace(r"\W+", "_", regex=True)
    named = known.assign(**{Col.NAME: plain})
    wide = named.pivot_table(index=Col.DAY, columns=Col.NAME, values=Col.VALUE)
    wide = wide.reindex(span.periods)
    wide.columns.name = None
    usual = wide.rolling(_USUAL_DAYS // span.grain.days, min_periods=1).mean().shift(1)
    spread = wide.expanding(min_periods=2).std()
    away = ((wide - usual) / spread.where(spread > 0)).clip(-_FARTHEST, _FARTHEST).fillna(0.0)
    return away.loc[:, (away != 0).any()].astype(float)
