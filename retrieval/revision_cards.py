"""Cards about what changed between two runs: the same days, forecast then and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting import choose_runs, forecast_frame
from retrieval.about import AboutRun, Subjects, about_run, run_card
from retrieval.passage import Passage, PassageKind, Passages
from signals import Col, DataError, NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from signals import Lake

_MIDDLE = 0.5
_KEYS = [Col.SERIES_ID, Col.DAY]


def revision_cards(lake: Lake, *, run_id: str, as_of: pd.Timestamp) -> Passages:
    """Write a card for every series that this run and the one before it forecast.

    Parameters
    ----------
    as_of
        Moment whose product names and categories are used.

    Returns
    -------
    Passages
        Empty where there is no run before, or none for the same days.
    """
    try:
        earlier, _ = choose_runs(lake, newer=run_id)
    except (NotReady, DataError):
        return Passages.of([])
    then, now = about_run(lake, earlier.run_id), about_run(lake, run_id)
    both = _medians(lake, now).merge(_medians(lake, then), on=_KEYS, suffixes=("", "_then"))
    return Passages.of(_cards(both, (then, now), Subjects(lake, as_of)))


def _medians(lake: Lake, run: AboutRun) -> pd.DataFrame:
    rows = forecast_frame(lake, run.run_id)
    return rows.loc[np.isclose(rows[Col.LEVEL], _MIDDLE), [*_KEYS, Col.UNITS]]


def _cards(
    both: pd.DataFrame, runs: tuple[AboutRun, AboutRun], subjects: Subjects
) -> Iterator[Passage]:
    then, now = runs
    for series_id, rows in both.groupby(Col.SERIES_ID, sort=True):
        new, old = rows[Col.UNITS].sum(), rows[f"{Col.UNITS}_then"].sum()
        share = f", {new / old - 1:+.1%}" if old > 0 else ""
        subject = subjects.subject(str(series_id))
        text = (
            f"Revision of the forecast for {subject.name}: the medians of the {len(rows)} periods "
            f"from {rows[Col.DAY].min():%Y-%m-%d} to {rows[Col.DAY].max():%Y-%m-%d} add up to "
            f"{new:,.1f} {now.unit} in the run made on {now.made_on:%Y-%m-%d}, and to {old:,.1f} "
            f"in the run made on {then.made_on:%Y-%m-%d}: a change of {new - old:+,.1f}{share}."
        )
        yield run_card(PassageKind.REVISION, str(series_id), text, now, subject)
