"""Walmart's two public tables as panels: sales of departments, and M5 summed to weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import holidays
import numpy as np
import pandas as pd
from public_panels import WEEK, PublicPanel, panel_of

from signals import Col, DriverGroup

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FEASTS: Final[Mapping[str, str]] = {
    "Super Bowl": "",
    "Easter": "",
    "Independence Day": "Independence Day",
    "Labor Day": "Labor Day",
    "Thanksgiving": "Thanksgiving Day",
    "Christmas": "Christmas Day",
}
"""Feasts that American shops live by, and their names in the library ``holidays`` where it has
them."""
HOLIDAY: Final = "holiday week"
MARKDOWN: Final = "markdown"
SNAP: Final = "food stamp days"
_MARKDOWNS: Final = tuple(f"MarkDown{number}" for number in range(1, 6))
_LEAD: Final = 3  # weeks in which a feast is seen coming
_MOST_DAYS_MISSING: Final = 2  # of a week that still counts


def walmart(folder: Path, *, every_store: int, horizon: int) -> PublicPanel:
    """Read weekly sales in dollars of every department; weeks of net returns count as nothing.

    Markdowns and holidays are known ahead; weather, fuel and the economy are not, and are left out.

    Parameters
    ----------
    every_store
        Keep each n-th store, with all its departments.
    """
    sales = pd.read_parquet(folder / "train.parquet")
    around = pd.read_parquet(folder / "features.parquet")
    stores = np.sort(sales["Store"].unique())[::every_store]
    sales = sales[sales["Store"].isin(stores)]
    last = sales["Date"].max()
    ahead = around.loc[(around["Date"] > last) & (around["Date"] <= last + horizon * WEEK), "Date"]
    pairs = sales[["Store", "Dept"]].drop_duplicates()
    future = pairs.merge(pd.DataFrame({"Date": ahead.unique()}), how="cross")
    rows = pd.concat([sales, future]).drop(columns="IsHoliday")
    rows = rows.merge(around, on=["Store", "Date"], how="left", validate="many_to_one")
    day = rows["Date"].dt.as_unit("ns") - pd.Timedelta(days=6)  # the table names a week by its end
    cuts = np.log1p(rows[list(_MARKDOWNS)].fillna(0.0).clip(lower=0.0))
    frame = pd.DataFrame(
        {
            Col.SERIES_ID: "store "
            + rows["Store"].astype(str)
            + ", dept "
            + rows["Dept"].astype(str),
            Col.CATEGORY: "dept " + rows["Dept"].astype(str),
            Col.DAY: day,
            Col.UNITS: rows["Weekly_Sales"].clip(lower=0.0),
            HOLIDAY: rows["IsHoliday"].astype(np.float64),
            MARKDOWN: np.log1p(np.expm1(cuts).sum(axis=1)),
            **{f"{MARKDOWN} {name[-1]}": cuts[name] for name in _MARKDOWNS},
        }
    )
    feasts = weeks_to_feasts(pd.DatetimeIndex(np.sort(day.unique())))
    groups = {
        DriverGroup.CALENDAR: (HOLIDAY, *feasts.columns),
        DriverGroup.PRICE: (MARKDOWN, *(f"{MARKDOWN} {name[-1]}" for name in _MARKDOWNS)),
    }
    return panel_of(frame.merge(feasts, left_on=Col.DAY, right_index=True), groups)


def m5(folder: Path, *, every_series: int, horizon: int) -> PublicPanel:
    """Sum daily units of store and department to weeks from Saturday.

    A week that lacks up to two days counts as seven times the mean of the others; a week that lacks
    more is missing.

    Parameters
    ----------
    every_series
        Keep each n-th series.
    """
    daily = pd.read_parquet(folder / "store_dept_daily.parquet")
    names = daily["store_id"].astype(str) + ", " + daily["dept_id"].astype(str)
    kept = names.isin(np.sort(names.unique())[::every_series])
    daily, names = daily[kept], names[kept]
    first, last = daily["date"].min(), daily["date"].max()
    week = first + (daily["date"] - first) // WEEK * WEEK
    weekly = daily.groupby([names.rename(Col.SERIES_ID), week.rename(Col.DAY)])["sales"]
    frame = weekly.agg(["mean", "size"]).reset_index()
    whole = (frame["size"] >= WEEK.days - _MOST_DAYS_MISSING) & (
        frame[Col.DAY] + WEEK <= last + pd.Timedelta(days=1)
    )
    frame = frame[whole].assign(**{Col.UNITS: lambda rows: rows["mean"] * WEEK.days})
    ahead = pd.date_range(frame[Col.DAY].max(), periods=horizon + 1, freq=WEEK)[1:]
    future = pd.DataFrame({Col.DAY: ahead}).merge(
        frame[[Col.SERIES_ID]].drop_duplicates(), how="cross"
    )
    frame = pd.concat([frame[[Col.SERIES_ID, Col.DAY, Col.UNITS]], future], ignore_index=True)
    frame[Col.CATEGORY] = frame[Col.SERIES_ID].str.split(", ").str[1]
    frame = frame.merge(_snap_days(folder, first), on=Col.DAY)
    state = frame[Col.SERIES_ID].str[:2]
    frame[SNAP] = np.select(
        [state == place for place in ("CA", "TX", "WI")],
        [frame[place] for place in ("CA", "TX", "WI")],
    )
    feasts = weeks_to_feasts(pd.DatetimeIndex(np.sort(frame[Col.DAY].unique())))
    frame = frame.merge(feasts, left_on=Col.DAY, right_index=True)
    return panel_of(frame, {DriverGroup.CALENDAR: (SNAP, *feasts.columns)})


def weeks_to_feasts(weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Count the weeks to each feast: 0 in its week, -1 the week after, 4 when it is far.

    Parameters
    ----------
    weeks
        First day of each week.

    Examples
    --------
    >>> weeks_to_feasts(pd.DatetimeIndex(["2011-11-12", "2011-11-19"]))["weeks to Thanksgiving"]
    2011-11-12    1.0
    2011-11-19    0.0
    Name: weeks to Thanksgiving, dtype: float64
    """
    years = range(weeks.min().year - 1, weeks.max().year + 2)
    columns = {}
    for feast in FEASTS:
        days = pd.DatetimeIndex([_feast(feast, year) for year in years])
        apart = (days.to_numpy()[None, :] - weeks.to_numpy()[:, None]) // WEEK.to_timedelta64()
        near = np.where((apart >= -1) & (apart <= _LEAD), apart, _LEAD + 1)
        columns[f"weeks to {feast}"] = near.min(axis=1).astype(np.float64)
    return pd.DataFrame(columns, index=weeks)


def _feast(name: str, year: int) -> pd.Timestamp:
    if name == "Super Bowl":  # the first Sunday of February in the years of these tables
        first = pd.Timestamp(year, 2, 1)
        return first + pd.Timedelta(days=(6 - first.dayofweek) % 7)
    if name == "Easter":
        (friday,) = holidays.country_holidays("US", subdiv="CT", years=year).get_named(
            "Good Friday"
        )
        return pd.Timestamp(friday) + pd.Timedelta(days=2)
    named = holidays.country_holidays("US", years=year, observed=False).get_named(FEASTS[name])
    return pd.Timestamp(named[0])


def _snap_days(folder: Path, first: pd.Timestamp) -> pd.DataFrame:
    """Days of each week on which food stamps are paid, a column a state."""
    calendar = pd.read_csv(folder / "calendar.csv", parse_dates=["date"])
    week = (first + (calendar["date"] - first) // WEEK * WEEK).rename(Col.DAY)
    paid = calendar.groupby(week)[["snap_CA", "snap_TX", "snap_WI"]].sum().astype(np.float64)
    return paid.rename(columns=lambda name: name[-2:]).reset_index()
