"""A panel built again as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from signals.errors import NotReady
from signals.features import SeriesRules, build_panel
from signals.panel import Grain, Panel
from signals.pictures import PICTURES_OF, with_pictures
from signals.said_vectors import WORDS_OF, TextModels, with_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signals.lake import Lake


def rebuild_panel(lake: Lake, built_from: Mapping[str, Any]) -> Panel:
    """Build a panel again, cell for cell, from what it remembers: `Panel.built_from`.

    Rows that came into the lake later are not seen, whatever moment they give for themselves.

    Raises
    ------
    NotReady
        When nothing is remembered.
    DataError
        When the lake no longer holds a table at the version that was read.
    """
    if not built_from:
        raise NotReady(
            "the panel does not say what it was built from; build it by build_panel, from a lake"
        )
    as_of = pd.Timestamp(built_from["as_of"])
    then = lake.at(built_from["versions"])
    panel = build_panel(
        then,
        as_of=as_of,
        horizon=built_from["horizon"],
        grain=Grain(built_from["grain"]),
        model_id=built_from["model_id"],
        rules=SeriesRules.from_dict(built_from["rules"]),
    )
    if PICTURES_OF in built_from:
        panel = with_pictures(then, panel, built_from[PICTURES_OF], as_of=as_of)
    if WORDS_OF in built_from:
        panel = with_words(then, panel, TextModels(**built_from[WORDS_OF]), as_of=as_of)
    return panel
