"""What tools find: records of facts, ready to be put into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.proof.citation import Citation
    from agent.proof.facts import Fact, Period
    from agent.tools.desk import Horizon
    from agent.tools.ranges import Range
    from agent.understanding.catalogue import Entity
    from forecasting import Lever
    from signals import AlertKind


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of one series, and what came before; None where it is not on record.

    Parameters
    ----------
    is_launch
        Whether the forecast only follows other launches, for want of own history.
    """

    entity: Entity
    horizon: Horizon
    forecast: Fact
    bounds: Range
    nominal: Fact
    sales: Fact | None = None
    growth: Fact | None = None
    year_ago: Fact | None = None
    is_launch: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a ranking by growth does not show; None where there is nothing of the kind.

    Parameters
    ----------
    others
        How many are not listed because they go the other way or stay level.
    small, limit
        How many were left out because less than the limit was recorded of them.
    """

    others: Fact | None = None
    small: Fact | None = None
    limit: Fact | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Series in order, the first first."""

    outlooks: tuple[Outlook, ...]
    ranks: tuple[Fact, ...]
    horizon: Horizon
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class SoldRanking:
    """What was recorded of series over the same days, and their places, the first first."""

    sales: tuple[Fact, ...]
    ranks: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Drivers:
    """A forecast taken apart: baseline plus parts is the forecast.

    Parameters
    ----------
    text_helped
        What the run found for series of this kind; None when it tried no text.
    gap
        What was recorded before the forecast less the baseline; None without records.
    """

    entity: Entity
    horizon: Horizon
    baseline: Fact
    parts: tuple[Fact, ...]
    forecast: Fact
    text_helped: bool | None
    sales: Fact | None = None
    gap: Fact | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """What was recorded of one series, and in as many weeks before."""

    entity: Entity
    sales: Fact
    before: Fact | None = None
    growth: Fact | None = None
    year_ago: Fact | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one series adds to a change."""

    entity: Entity
    change: Fact


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of what was recorded taken apart: parts plus rest is the change.

    Parameters
    ----------
    parts, rest
        Members that changed most, and all others together; empty and None for one product.
    paid
        What was paid a unit of one product, less what was before, as a share of it; None where no
        prices are on record.
    """

    entity: Entity
    parts: tuple[Part, ...]
    rest: Fact | None
    change: Fact
    paid: Fact | None = None


@dataclass(frozen=True, slots=True)
class GrownRanking:
    """What was recorded of series against as many weeks before, in the order of their growth."""

    trends: tuple[Trend, ...]
    ranks: tuple[Fact, ...]
    period: Period
    before: Period
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class Total:
    """What was recorded in a period, summed.

    Parameters
    ----------
    mean
        A week on average; None for a single week.
    rest, whole
        What is still expected of the period, and both together; None where it is over.
    """

    entity: Entity
    sales: Fact
    mean: Fact | None = None
    rest: Fact | None = None
    whole: Fact | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A forecast, that of the run before for the same days, and the difference.

    Parameters
    ----------
    parts, whole
        What each source of the change adds, and their sum; empty and None where the change cannot
        be taken apart.
    """

    entity: Entity
    now: Fact
    then: Fact
    change: Fact
    parts: tuple[Fact, ...] = ()
    whole: Fact | None = None


@dataclass(frozen=True, slots=True)
class Supposed:
    """One thing that is supposed to be otherwise, and how much."""

    lever: Lever
    amount: Fact


@dataclass(frozen=True, slots=True)
class Scenario:
    """A forecast as it is and with changes: what is supposed, and the difference."""

    entity: Entity
    supposed: tuple[Supposed, ...]
    now: Fact
    then: Fact
    gap: Fact


@dataclass(frozen=True, slots=True)
class Unseen:
    """A change outside what the model has seen, and the range that it has seen."""

    entity: Entity
    lever: Lever
    low: Fact
    high: Fact


@dataclass(frozen=True, slots=True)
class Aspect:
    """What one aspect of comments is: how many mention it, and their mean tone."""

    comments: Fact
    tone: Fact


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two outlooks over the same days, and the forecast of the first less that of the second."""

    first: Outlook
    second: Outlook
    gap: Fact


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far off past forecasts were.

    Parameters
    ----------
    entity
        Series the record is of: the one asked about, else the whole shop.
    """

    entity: Entity
    wape: Fact
    coverage: Fact | None
    nominal: Fact | None


@dataclass(frozen=True, slots=True)
class Mood:
    """What was written about one series in a period.

    Parameters
    ----------
    comments
        How many comments carry a score.
    complaints, complained
        How many comments are negative, and how many were in as many weeks before.
    change
        Mean tone less that of as many weeks before; None, like ``complained``, when nothing was
        written then.
    """

    entity: Entity
    period: Period
    comments: Fact
    tone: Fact
    negative: Fact
    complaints: Fact
    earlier: Period | None = None
    change: Fact | None = None
    complained: Fact | None = None


@dataclass(frozen=True, slots=True)
class AlertNote:
    """One open alert: what was observed and what is usual, and what was written.

    Parameters
    ----------
    kind
        What ``observed`` and ``expected`` are: shares of comments, or comments a day.
    aspect
        What the comments are about; empty for everything.
    at_risk
        Units of the forecast that are exposed; None where nothing is, or nothing is known.
    """

    kind: AlertKind
    entity: Entity
    aspect: str
    window: Period
    observed: Fact
    expected: Fact
    comments: Fact
    at_risk: Fact | None
    citations: tuple[Citation, ...]
