"""What people said, at other times: a text that cannot help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from signals import ASPECTS_KEY, WORDS_KEY, Col, DriverGroup

if TYPE_CHECKING:
    from signals import Panel


def with_text_of_other_times(panel: Panel, random: np.random.Generator) -> Panel:
    """Turn the text columns of each series round the circle of its periods.

    They keep their own run of ups and downs and lose what they have to do with sales. Each series
    is turned by its own random stretch, a quarter to three quarters of its history.
    """
    columns = list(panel.groups.get(DriverGroup.SENTIMENT, ()))
    columns += [key for key in (WORDS_KEY, ASPECTS_KEY) if key in panel.tables]
    history = panel.history.sort_values([Col.SERIES_ID, Col.DAY], ignore_index=True)
    ages = history.groupby(Col.SERIES_ID, sort=True).size().to_numpy()
    first = np.repeat(np.cumsum(ages) - ages, ages)
    age = np.repeat(ages, ages)
    nth = np.arange(len(history)) - first
    turns = np.repeat(
        [int(random.integers(n // 4, max(3 * n // 4, n // 4) + 1)) for n in ages], ages
    )
    other = first + (nth + turns) % age
    turned = {name: history[name].to_numpy()[other] for name in columns}
    return replace(panel, history=history.assign(**turned))
