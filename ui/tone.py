"""What people write about a series, week by week, for the page to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent import Desk, EntityKind
from signals import DOCUMENTS, SCORES, Col
from ui.live import known_by

if TYPE_CHECKING:
    import pandas as pd

    from agent import Entity
    from forecasting import RunInfo
    from signals import Lake

_WEEKS_SHOWN: Final = 60
_FEWEST_WEEKS: Final = 3
_WEEK: Final = f"CAST(date_trunc('week', d.{Col.EVENT_TIME}) AS DATE)"
_TONE: Final = (
    f"SELECT {_WEEK} AS {Col.DAY}, avg(s.{Col.POLARITY}) AS {Col.POLARITY}, "
    f"count(*) AS {Col.DOCUMENTS} FROM {DOCUMENTS.name} d "
    f"JOIN {SCORES.name} s ON s.{Col.DOC_ID} = d.{Col.DOC_ID} "
    f"AND s.{Col.TEXT_HASH} = d.{Col.TEXT_HASH} AND s.{Col.MODEL_ID} = $model "
    f"WHERE ($everything OR d.{Col.PRODUCT_ID} IN (SELECT unnest($products))) "
    "GROUP BY 1 ORDER BY 1"
)


def weekly_tone(lake: Lake, run: RunInfo, entity: Entity) -> pd.DataFrame | None:
    """Average the polarity of scored documents in each week that has some.

    Returns
    -------
    DataFrame or None
        ``day`` (Monday), ``polarity`` in [-1, 1], ``documents``; None when there are too few weeks
        to draw a line.
    """
    model = Desk(lake, run=run).scorer()
    if model is None:
        return None
    found = lake.sql(
        _TONE,
        as_of=known_by(run),
        parameters={
            "model": model,
            "everything": entity.kind is EntityKind.TOTAL,
            "products": list(entity.members),
        },
    )
    return found.tail(_WEEKS_SHOWN) if len(found) >= _FEWEST_WEEKS else None
