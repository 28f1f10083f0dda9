"""What a run would have published at the origins of its backtest, as rows of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals import REHEARSALS, Col

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

_MIDDLE: Final = 0.5


def rehearsal_rows(
    judged: tuple[Backtest, FloatArray] | None, run_id: str,
) -> pd.DataFrame:  # fmt: skip
    """Lay the middle forecasts of a backtest out.

    Parameters
    ----------
    judged
        The backtest, and what would have been published in it, shape (series, origins, horizon,
        levels); None gives no rows.

    Returns
    -------
    DataFrame
        Columns of the table ``rehearsals``, a row a series, origin and step that was forecast.
    """
    names = REHEARSALS.schema.names
    if judged is None or not judged[0].made_on:
        return pd.DataFrame(columns=names)
    backtest, published = judged
    middle = published[..., backtest.levels.index(_MIDDLE)]  # (series, origins, horizon)
    frames = []
    for origin, made_on in enumerate(backtest.made_on):
        days = backtest.seen(origin).ahead(middle.shape[-1])
        index = pd.MultiIndex.from_product(
            [backtest.grid.series_ids, days], names=[Col.SERIES_ID, Col.DAY]
        )
        rows = index.to_frame(index=False)
        rows[Col.STEP] = np.tile(np.arange(1, len(days) + 1), len(backtest.grid.series_ids))
        rows[Col.UNITS] = middle[:, origin].ravel()
        frames.append(rows.assign(**{Col.MADE_ON: made_on}))
    found = pd.concat(frames, ignore_index=True).dropna(subset=[Col.UNITS])
    found[Col.RUN_ID], found[Col.LEVEL] = run_id, _MIDDLE
    return found.reindex(columns=names)
