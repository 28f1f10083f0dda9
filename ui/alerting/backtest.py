"""Alerts as they would have been raised on past days: how many, how soon, and how they went on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals import DOCUMENTS, Col, DataError, scan_alerts, silent

if TYPE_CHECKING:
    from signals import Lake, Progress, Scorer

_DAYS_A_YEAR: Final = 365.25
_OPEN: Final = "open"


@dataclass(slots=True)
class Raised:
    """One alert of the past.

    Parameters
    ----------
    about
        Kind, entity and aspect.
    first_day
        That stands out, known only afterwards.
    raised_on
        Day at whose end the alert was raised.
    last_day
        That stood out, of those judged.
    severity
        When it was raised, and at its worst, in [0, 100].
    """

    alert_ids: set[str]
    about: tuple[str, str, str | None]
    name: str
    first_day: pd.Timestamp
    raised_on: pd.Timestamp
    last_day: pd.Timestamp
    severity: float
    worst: float

    @property
    def delay(self) -> int:
        """Days from the first that stands out to the one on which the alert was raised."""
        return max((self.raised_on - self.first_day).days, 0)

    @property
    def went_on(self) -> bool:
        """Whether days after the alert was raised stood out too: it was no flash in the pan."""
        return self.last_day > self.raised_on

    def to_dict(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        days = {
            name: f"{getattr(self, name):%Y-%m-%d}"
            for name in ("first_day", "raised_on", "last_day")
        }
        kind, entity, aspect = self.about
        return {
            "alert_ids": sorted(self.alert_ids),
            "kind": kind,
            "entity": entity,
            "aspect": aspect,
            "name": self.name,
            **days,
            "severity": self.severity,
            "worst": self.worst,
            "delay": self.delay,
            "went_on": self.went_on,
        }


@dataclass(slots=True)
class Backtest:
    """What alerting would have done.

    Parameters
    ----------
    start, end
        First and last day judged.
    products
        With texts on these days.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    products: int
    alerts: list[Raised] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Give the summary and every alert, as JSON values."""
        days = (self.end - self.start).days + 1
        years = self.products * days / _DAYS_A_YEAR
        delays = [alert.delay for alert in self.alerts]
        return {
            "start": f"{self.start:%Y-%m-%d}",
            "end": f"{self.end:%Y-%m-%d}",
            "days": days,
            "products": self.products,
            "raised": len(self.alerts),
            "went_on": sum(alert.went_on for alert in self.alerts),
            "a_product_year": round(len(self.alerts) / years, 3) if years else None,
            "median_delay_days": float(np.median(delays)) if delays else None,
            "alerts": [alert.to_dict() for alert in self.alerts],
        }


def backtest_alerts(
    lake: Lake, scorer: Scorer, *, end: pd.Timestamp, days: int, progress: Progress = silent
) -> Backtest:
    """Look for alerts at the end of each of some past days, as it would have been done then.

    Nothing is stored. Surges of one kind about one aspect of a thing are one alert if their days
    overlap.

    Parameters
    ----------
    scorer
        The sentiment model that scored the texts.
    end
        Moment, with a zone, at the end of the last day.
    days
        How many days.

    Raises
    ------
    DataError
        When there are no texts on these days.
    """
    last = end.tz_convert("UTC").tz_localize(None).normalize() - pd.Timedelta(days=1)
    start = last - pd.Timedelta(days=days - 1)
    made = Backtest(start, last, _products(lake, start, end))
    if not made.products:
        raise DataError(
            f"there are no texts about products from {start.date()} to {last.date()}; "
            "give other --days or --as-of"
        )
    for number, day in enumerate(pd.date_range(start, last)):
        progress("alerts of past days", number, days)
        as_of = (day + pd.Timedelta(days=1)).tz_localize("UTC")
        found = scan_alerts(lake, as_of=as_of, model_id=scorer.model_id, confusion=scorer.confusion)
        for row in found[found[Col.STATUS] == _OPEN].to_dict("records"):
            _add(made, row, day)
    progress("alerts of past days", days, days)
    return made


def _products(lake: Lake, start: pd.Timestamp, end: pd.Timestamp) -> int:
    found = lake.sql(
        f"SELECT count(DISTINCT {Col.PRODUCT_ID}) AS {Col.DOCUMENTS} FROM {DOCUMENTS.name} "
        f"WHERE {Col.AVAILABLE_AT}::DATE BETWEEN $start AND $end",
        parameters={"start": start.date(), "end": end.date()},
    )
    return int(found[Col.DOCUMENTS].iloc[0])


def _add(made: Backtest, row: dict[Any, Any], day: pd.Timestamp) -> None:
    """Put what a day found to the alert that it goes on with; what was over before is no news."""
    start, end, severity = row[Col.WINDOW_START], row[Col.WINDOW_END], row[Col.SEVERITY]
    about = (row[Col.KIND], row[Col.ENTITY], row[Col.ASPECT])
    for alert in made.alerts:
        same = alert.about == about and start <= alert.last_day
        if same or row[Col.ALERT_ID] in alert.alert_ids:
            alert.alert_ids.add(row[Col.ALERT_ID])
            alert.first_day = min(alert.first_day, start)
            alert.last_day = max(alert.last_day, end)
            alert.worst = max(alert.worst, severity)
            return
    if end < made.start:
        return
    made.alerts.append(
        Raised(
            {row[Col.ALERT_ID]}, about, row[Col.NAME], start, day, end, severity, severity
        )
    )  # fmt: skip
