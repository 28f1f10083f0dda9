"""What is watched: counts of products and aspects, and how they add up to categories and brands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.alerting.counts import Counts, Layer
from signals.alerting.kinds import BRAND, AlertKind, Subject
from signals.alerting.scan import Rules
from signals.alerting.statistic import Statistic
from signals.alerting.talk import NEGATIVE_TEXTS, OWNER, POSITIVE_TEXTS, RIVAL_TEXTS, TEXTS
from signals.frames import Col
from signals.tables import Scope

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.alerting.tails import Numbers

AFTER_PROMOTION_DAYS: Final = 7
EVENTS: Final = {
    AlertKind.NEGATIVE_SHARE: NEGATIVE_TEXTS,
    AlertKind.POSITIVE_SHARE: POSITIVE_TEXTS,
    AlertKind.RIVAL_SHARE: RIVAL_TEXTS,
    AlertKind.VOLUME: TEXTS,
}
"""Column that holds the events of a kind."""

_LEAST_TEXTS: Final = 20
_KEY: Final = [OWNER, Col.BRAND, Col.CATEGORY]
# of a product's own complaints most is to be heard; the others share what may be false
_MOST: Final = 0.0012
_MOST_OF_OTHERS: Final = 0.0003
_RATE, _RATE_OF_OTHERS = 0.1, 0.02
_LEAST_RISE: Final = {Statistic.SHARE: 0.06, Statistic.VOLUME: 1.0}


@dataclass(frozen=True, slots=True)
class Rows:
    """Series that are counted: one row each of owner, brand, category and, maybe, aspect.

    Parameters
    ----------
    place
        Series of each row of the daily counts.
    """

    series: pd.DataFrame
    counts: pd.DataFrame
    place: npt.NDArray[np.int64]
    days: pd.DatetimeIndex
    promoted: npt.NDArray[np.int8]

    def table(self, column: str) -> Numbers:
        """Lay a column out as shape (series, days)."""
        table = np.zeros((len(self.series), len(self.days)))
        day = self.days.get_indexer(pd.DatetimeIndex(self.counts[Col.DAY]))
        np.add.at(table, (self.place, day), self.counts[column].to_numpy(dtype=float))
        return table

    def rows_of(self, other: Rows) -> npt.NDArray[np.int64]:
        """Find for each series the row here that is about the same owner, aspects aside."""
        own = pd.MultiIndex.from_frame(self.series[_KEY])
        return np.asarray(own.get_indexer(pd.MultiIndex.from_frame(other.series[_KEY])))


@dataclass(frozen=True, slots=True)
class Watch:
    """Counts with the layers in which they are judged, and what each group of a layer is."""

    counts: Counts
    layers: tuple[Layer, ...]
    rules: tuple[Rules, ...]
    subjects: tuple[tuple[Subject, ...], ...]


def lay_out(counts: pd.DataFrame, promoted: pd.DataFrame, days: pd.DatetimeIndex) -> Rows:
    """Give each series a row.

    Parameters
    ----------
    counts
        Rows of `signals.alerting.talk.Talk.by_day` or ``by_aspect``.
    promoted
        Owner and day of promotions.
    """
    key = [*_KEY, *([Col.ASPECT] if Col.ASPECT in counts else [])]
    counts = _thin_together(counts, key)
    series = counts[key].drop_duplicates().sort_values(key, ignore_index=True)
    place = pd.MultiIndex.from_frame(series).get_indexer(pd.MultiIndex.from_frame(counts[key]))
    return Rows(series, counts, np.asarray(place), days, _promotions(series, promoted, days))


def without_thin(counts: pd.DataFrame, rows: Rows, told: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Leave out what thin series hold of owners and days that something else explains.

    Thin series are watched together, so that what explains one of them could not be told later.

    Parameters
    ----------
    counts
        Rows of `signals.alerting.talk.Talk.by_aspect`.
    told
        Cells of ``rows`` that are explained, shape (series, days).
    """
    place, day = np.nonzero(told)
    owners = rows.series[OWNER].to_numpy()[place]
    explained = pd.MultiIndex.from_arrays([owners, rows.days[day]])
    here = pd.MultiIndex.from_arrays([counts[OWNER], pd.DatetimeIndex(counts[Col.DAY])])
    return counts[~(_is_thin(counts, [OWNER, Col.ASPECT]) & here.isin(explained))]


def _is_thin(counts: pd.DataFrame, key: list[str]) -> pd.Series:
    return counts.groupby(key)[TEXTS].transform("sum") < _LEAST_TEXTS


def _thin_together(counts: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Let products of few texts speak through their category and brand alone, as one."""
    thin = _is_thin(counts, [OWNER, *key[len(_KEY) :]])
    named = counts.assign(**{OWNER: counts[OWNER].where(~thin, "")})
    return named.groupby([*key, Col.DAY], as_index=False).sum(numeric_only=True)


def watch(rows: Rows, kind: AlertKind, power: float = 1.0) -> Watch:
    """Say what is watched for one kind of alert.

    Parameters
    ----------
    power
        Of the sentiment model, see `signals.sentiment.confusion.Confusion.power`: the less it has,
        the less a called share rises with the true one.
    """
    statistic = Statistic.VOLUME if kind is AlertKind.VOLUME else Statistic.SHARE
    texts = rows.table(TEXTS)
    exposure = texts
    if statistic is Statistic.VOLUME:
        exposure = (np.maximum.accumulate(texts, axis=1) > 0).astype(float)
    by_aspect = Col.ASPECT in rows.series
    pool = Col.ASPECT if by_aspect else Col.CATEGORY
    counts = Counts(
        statistic, rows.table(EVENTS[kind]), exposure, rows.promoted,
        pd.factorize(rows.series[pool])[0], rows.days,
    )  # fmt: skip
    layers, subjects = [], []
    for scope, column in ((Scope.PRODUCT, OWNER), (Scope.CATEGORY, Col.CATEGORY),
                          (BRAND, Col.BRAND)):  # fmt: skip
        layer, about = _layer(rows.series, str(scope), column, kind)
        layers.append(layer)
        subjects.append(about)
    others = rules_of(kind, power, is_main=False)
    rules = (rules_of(kind, power, is_main=not by_aspect), others, others)
    return Watch(counts, tuple(layers), rules, tuple(subjects))


def rules_of(kind: AlertKind, power: float = 1.0, *, is_main: bool = True) -> Rules:
    """Say what makes a surge.

    Parameters
    ----------
    power
        As for `watch`.
    is_main
        Whether products are judged by all their texts; else it is groups or aspects.
    """
    rise = _LEAST_RISE[Statistic.SHARE] * power
    if kind is AlertKind.VOLUME:
        rise = _LEAST_RISE[Statistic.VOLUME]
    if kind is AlertKind.NEGATIVE_SHARE and is_main:
        return Rules(_RATE, _MOST, rise)
    return Rules(_RATE_OF_OTHERS, _MOST_OF_OTHERS, rise)


def _layer(
    series: pd.DataFrame, scope: str, column: str, kind: AlertKind
) -> tuple[Layer, tuple[Subject, ...]]:
    aspects = series[Col.ASPECT] if Col.ASPECT in series else pd.Series("", index=series.index)
    about = [
        Subject(kind, f"{scope}:{name}", aspect) if name else None
        for name, aspect in zip(series[column], aspects, strict=True)
    ]
    subjects = tuple(sorted({each for each in about if each is not None}))
    names = [each.fingerprint for each in subjects]
    return Layer.of(names, ["" if each is None else each.fingerprint for each in about]), subjects


def _promotions(
    series: pd.DataFrame, promoted: pd.DataFrame, days: pd.DatetimeIndex
) -> npt.NDArray[np.int8]:
    """Tell days of promotion (1) and the week after one (2); shape (series, days)."""
    owners = pd.Index(series[OWNER].unique())
    row = owners.get_indexer(pd.Index(promoted[OWNER]))
    day = days.get_indexer(pd.DatetimeIndex(promoted[Col.DAY]))
    known = (row >= 0) & (day >= 0)
    on = np.zeros((len(owners), len(days)), dtype=bool)
    on[row[known], day[known]] = True
    state = np.zeros(on.shape, dtype=np.int8)
    for later in range(1, AFTER_PROMOTION_DAYS + 1):
        state[:, later:][on[:, :-later]] = 2
    state[on] = 1
    state[owners == ""] = 0
    return np.asarray(state[owners.get_indexer(pd.Index(series[OWNER]))])
