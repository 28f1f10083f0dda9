"""A panel made ready to be forecast: split by how much is known, gaps filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasting.launch import split_young
from forecasting.preparation.prepare import prepare_and_tell
from signals import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.preparation.prepare import Prepared
    from forecasting.settings import ForecastSettings
    from signals import Panel


@dataclass(frozen=True, slots=True)
class Ready:
    """A panel, split into what the experts forecast and what is too young for them.

    Parameters
    ----------
    grown
        Series with enough history, as they were read.
    prepared
        The same with gaps filled, and what was done to them.
    young
        Category by series_id of the others.
    """

    panel: Panel
    grown: Panel
    prepared: Prepared
    young: Mapping[str, str]


def make_ready(panel: Panel, settings: ForecastSettings) -> Ready:
    """Split a panel and prepare its history.

    Raises
    ------
    DataError
        When no series has enough history to be forecast.
    """
    grown, young = with_history(panel, settings.min_periods)
    return Ready(panel, grown, prepare_and_tell(grown, settings.preparation), young)


def with_history(panel: Panel, min_periods: int) -> tuple[Panel, dict[str, str]]:
    """Part the series that experts forecast from the young ones, as `split_young` does.

    Raises
    ------
    DataError
        When all are young.
    """
    grown, young = split_young(panel, min_periods)
    if grown.history.empty:
        raise DataError(
            f"no series has {min_periods} periods of history; {len(young)} have fewer: "
            "ingest earlier sales or lower min_periods",
        )
    return grown, young
