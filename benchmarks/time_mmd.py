"""Domains of Time-MMD as panels: one series each, and what reports and web searches said by then.

Rows are sorted by date: the file of Economy runs from the newest to the oldest, and whoever cuts it
as it lies foretells the past from the future. Only what a source states as fact is read, not the
predictions beside it, which were written with hindsight. A text counts from the day after its
stretch of time has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from reporting import shared_data

from signals import WORDS_KEY, Col, DriverGroup, Frequency, Measure, Panel, Scope, frequency_named
from signals.mood import MOOD_COLUMNS, POLARITY_COLUMNS, mood_columns

if TYPE_CHECKING:
    from signals import Scorer

SERIES: Final = str(Scope.TOTAL)
CALENDAR: Final = ("year_sin", "year_cos")
_SOURCES: Final = ("report", "search")
WIDTH: Final = 24
"""Numbers that are left of a text vector."""
_SEED: Final = 20_240_601
_KEPT: Final = 0.7  # of what was said a period earlier
_SHORTEST: Final = 20  # characters; shorter ones say that nothing was found


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, and how it is read.

    Parameters
    ----------
    sign
        -1 turns a deficit, which is below 0 in every month, into a positive number.
    """

    name: str
    period: str
    horizon: int
    sign: float = 1.0

    @property
    def frequency(self) -> Frequency:
        """Length of its periods."""
        return frequency_named(self.period)


DOMAINS: Final = (
    Domain("Agriculture", "month", 6),
    Domain("Economy", "month", 6, sign=-1.0),
    Domain("Energy", "week", 12),
)


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as they were read.

    Parameters
    ----------
    day
        First day on which each text counts.
    chances
        Shape (texts, 3): negative, neutral, positive.
    vectors
        Shape (texts, width); None where the scorer has none.
    """

    day: pd.DatetimeIndex
    chances: np.ndarray
    vectors: np.ndarray | None

    def shuffled(self, random: np.random.Generator) -> Read:
        """Give every text the day of another."""
        return replace(self, day=self.day[random.permutation(len(self.day))])


def read_texts(domain: Domain, scorer: Scorer) -> Read:
    """Score the distinct facts of a domain."""
    folder = shared_data("time_mmd")
    rows = pd.concat(
        [pd.read_parquet(folder / f"{domain.name}_{source}.parquet") for source in _SOURCES]
    )
    fact = rows["fact"].fillna("").str.strip()
    told = (fact.str.len() >= _SHORTEST) & ~fact.str.startswith("NA")
    day = pd.to_datetime(rows["end_date"]) + pd.Timedelta(days=1)
    texts = pd.DataFrame({Col.TEXT: fact, Col.DAY: day})[told]
    texts = texts.sort_values([Col.DAY, Col.TEXT]).drop_duplicates(Col.TEXT)
    scored = scorer.score(texts[Col.TEXT].tolist())
    vectors = None if scored.vectors is None else np.asarray(scored.vectors, dtype=np.float32)
    return Read(pd.DatetimeIndex(texts[Col.DAY]), scored.probabilities.astype(float), vectors)


def panel_of(domain: Domain, read: Read) -> Panel:
    """Join the numbers of a domain and its texts, oldest first."""
    numbers = pd.read_csv(shared_data("time_mmd") / f"{domain.name}_numerical.csv.gz")
    numbers = numbers.assign(**{Col.DAY: pd.to_datetime(numbers["start_date"])})
    numbers = numbers.sort_values(Col.DAY).drop_duplicates(Col.DAY).dropna(subset="OT")
    days = domain.frequency.axis(numbers[Col.DAY].iloc[0], numbers[Col.DAY].iloc[-1])
    units = numbers.set_index(Col.DAY)["OT"].reindex(days).ffill() * domain.sign
    history = _rows(days).assign(**{Col.UNITS: units.to_numpy(float)})
    past = _mood(history, read, domain)
    ahead = domain.frequency.ahead(days[-1], domain.horizon)
    future = _rows(ahead).assign(**{Col.STEP: np.arange(1, len(ahead) + 1)})
    panel = Panel(
        history=history.join(past),
        future=future,
        measure=Measure.UNITS_SOLD,
        made_on=domain.frequency.last_day(days[-1]),
        groups={DriverGroup.CALENDAR: CALENDAR, DriverGroup.SENTIMENT: MOOD_COLUMNS},
        known=CALENDAR,
        past=MOOD_COLUMNS,
        polarity=POLARITY_COLUMNS,
        frequency=domain.frequency,
    )
    if read.vectors is None:
        return panel
    pooled = _pooled(read, read.vectors, days)
    spoken = pooled.any(axis=1)
    rows = np.where(spoken, np.cumsum(spoken) - 1, -1)
    return panel.with_table(WORDS_KEY, pooled[spoken], rows)


def _pooled(read: Read, vectors: np.ndarray, days: pd.DatetimeIndex) -> np.ndarray:
    """Pool text vectors by period as `signals.with_words` does, shape (periods, WIDTH), float32.

    Projected at random, fading by a factor a period, less the mean of all periods before.
    """
    signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], (vectors.shape[1], WIDTH))
    period, heard = _period(read, days)
    sums = np.zeros((len(days), WIDTH + 1))
    small = vectors[heard] @ signs / np.sqrt(WIDTH)
    np.add.at(sums, days.get_indexer(period[heard]), np.column_stack([small, np.ones(len(small))]))
    pooled = np.zeros((len(days), WIDTH), dtype=np.float32)
    lately, ever = np.zeros(WIDTH + 1), np.zeros(WIDTH + 1)
    for row, here in enumerate(sums):
        lately = _KEPT * lately + here
        if here[WIDTH] and ever[WIDTH]:
            pooled[row] = lately[:WIDTH] / lately[WIDTH] - ever[:WIDTH] / ever[WIDTH]
        ever = ever + here
    return pooled


def _rows(days: pd.DatetimeIndex) -> pd.DataFrame:
    angle = 2 * np.pi * days.dayofyear.to_numpy() / 365.25
    return pd.DataFrame(
        {
            Col.SERIES_ID: SERIES,
            Col.SCOPE: SERIES,
            Col.CATEGORY: "",
            Col.DAY: days,
            CALENDAR[0]: np.sin(angle),
            CALENDAR[1]: np.cos(angle),
        }
    )


def _mood(history: pd.DataFrame, read: Read, domain: Domain) -> pd.DataFrame:
    period, heard = _period(read, pd.DatetimeIndex(history[Col.DAY]))
    chances = read.chances[heard]
    polarity = chances[:, 2] - chances[:, 0]
    talk = pd.DataFrame(
        {
            Col.SERIES_ID: SERIES,
            Col.DAY: period[heard],
            "documents": 1.0,
            "negative": (chances.argmax(axis=1) == 0).astype(float),
            "polarity": polarity,
            "square": polarity**2,
        }
    )
    talk = talk.groupby([Col.SERIES_ID, Col.DAY], as_index=False).sum()
    return mood_columns(history, talk, round(domain.frequency.days))


def _period(read: Read, days: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """First day of the period in which each text counts, and whether it lies in the history."""
    place = days.searchsorted(read.day, side="right") - 1
    last = days[-1] + (days[-1] - days[-2])
    return days[np.maximum(place, 0)], (place >= 0) & (read.day < last)
