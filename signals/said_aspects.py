"""What people say about each aspect of a product, period by period, as a table of vectors."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.aspects import ASPECTS
from signals.frames import Col
from signals.mood import COUNTED_DOCUMENTS, talk_of_series
from signals.panel import ASPECTS_KEY, Panel
from signals.tables import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from signals.demand import Span
    from signals.lake import Lake

_KEPT_A_WEEK: Final = 0.7  # of what was said a week earlier
_PRIOR_DOCUMENTS: Final = 2.0
_COUNTED: Final = f"""{COUNTED_DOCUMENTS}
SELECT product_id, day, said.aspect AS aspect, count(*)::DOUBLE AS documents,
       sum((said.polarity < 0)::INT)::DOUBLE AS negative
FROM (SELECT product_id, day, unnest(aspects) AS said FROM counted)
GROUP BY ALL ORDER BY ALL
"""
_SUMS: Final = ("documents", "negative")


def with_aspects(
    lake: Lake, panel: Panel, span: Span, categories: pd.Series, model_id: str
) -> Panel:
    """Add to a panel how often each aspect was named lately and how often in anger.

    Both are differences from what was usual for the series in the periods before: log of the
    documents, and the share of them that is negative, shrunk to the usual one as if two more such
    documents had been read. Nothing is said in a period without documents.

    Parameters
    ----------
    categories
        Category by product.

    Returns
    -------
    Panel
        The same where the sentiment model names no aspects.
    """
    told = lake.sql(
        _COUNTED.format(grain=span.grain.value),
        as_of=span.as_of, parameters={"model_id": model_id, "end": span.end.date()},
    )  # fmt: skip
    told = told[told[Col.ASPECT].isin(ASPECTS)]
    if told.empty:
        return panel
    scopes = tuple(Scope(name) for name in panel.history[Col.SCOPE].unique())
    sums = _sums(panel.history, told, categories, scopes)
    unusual = _unusual(sums, panel.history[Col.SERIES_ID], _KEPT_A_WEEK ** (span.grain.days / 7))
    spoken = unusual.any(axis=1)
    return panel.with_table(ASPECTS_KEY, unusual[spoken], np.cumsum(spoken) * spoken - 1)


def _sums(
    history: pd.DataFrame, told: pd.DataFrame, categories: pd.Series, scopes: Sequence[Scope]
) -> npt.NDArray[np.float64]:
    """Count documents and negative ones, shape (rows of the history, aspects, 2)."""
    sums = np.zeros((len(history), len(ASPECTS), len(_SUMS)))
    rows = pd.MultiIndex.from_frame(history[[Col.SERIES_ID, Col.DAY]])
    for place, aspect in enumerate(ASPECTS):
        named = told[told[Col.ASPECT] == aspect]
        if named.empty:
            continue
        talk = talk_of_series(named, categories, scopes, _SUMS)
        where = rows.get_indexer(pd.MultiIndex.from_frame(talk[[Col.SERIES_ID, Col.DAY]]))
        sums[where[where >= 0], place] = talk.loc[where >= 0, list(_SUMS)]
    return sums


def _unusual(
    sums: npt.NDArray[np.float64], series: pd.Series, kept: float
) -> npt.NDArray[np.float64]:
    """Compare what was said lately with all that was said before, shape (rows, 2 x aspects)."""
    age = series.groupby(series).cumcount().to_numpy()
    order = np.argsort(age, kind="stable")
    bounds = np.searchsorted(age[order], np.arange(1, age.max(initial=0) + 2))
    lately, before = sums.copy(), np.zeros_like(sums)
    for start, stop in itertools.pairwise(bounds):
        here = order[start:stop]  # rows of one age; the row above is the period before
        lately[here] += kept * lately[here - 1]
        before[here] = before[here - 1] + sums[here - 1]
    known = before.sum(axis=1, keepdims=True)  # of all aspects together
    usual = (known[..., 1] + 1) / (known[..., 0] + 2)
    usual = (before[..., 1] + _PRIOR_DOCUMENTS * usual) / (before[..., 0] + _PRIOR_DOCUMENTS)
    anger = (lately[..., 1] - usual * lately[..., 0]) / (lately[..., 0] + _PRIOR_DOCUMENTS)
    a_period = before[..., 0] / np.maximum(age, 1)[:, None]
    volume = np.log1p(lately[..., 0]) - np.log1p(a_period / (1 - kept))
    heard = (sums[..., 0].sum(axis=1) > 0) & (before[..., 0].sum(axis=1) > 0)
    return np.asarray(np.concatenate([volume, anger], axis=1) * heard[:, None])
