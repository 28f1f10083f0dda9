"""What an oracle makes of the demo shop: it knows how mood moves sales, and guesses only the mood.

The oracle knows which products listen, how strongly and how many weeks ahead, how mood comes and
goes, and how it makes reviews. It hears the reviews that everybody hears (or, as a bound that
nobody reaches, the mood itself) and corrects the same forecast without text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from signals import Col

if TYPE_CHECKING:
    import pandas as pd

    from signals import ProductCause, Truth

PERSISTENCE: Final = 0.75
_LEVEL_WEEKS: Final = 4  # recent weeks from which a forecast without text knows the level of sales
_MOODS: Final = np.linspace(-4.5, 4.5, 91)


def negative_share(mood: np.ndarray) -> np.ndarray:
    """Chance that a review of a product in this mood is negative."""
    return np.asarray(1 / (1 + np.exp(1.7 + 2.0 * mood)))


def heard_mood(negative: np.ndarray, documents: np.ndarray) -> np.ndarray:
    """Guess the mood of every week from the reviews of all weeks given, by forward and backward
    passes over a grid of moods.

    Parameters
    ----------
    negative, documents
        Reviews of each week, shape (weeks,).

    Returns
    -------
    ndarray
        Posterior means, shape (weeks,).

    References
    ----------
    Baum and others (1970), the forward-backward algorithm, on a discretised AR(1).
    """  # noqa: D205
    step = _MOODS[:, None] * PERSISTENCE - _MOODS[None, :]
    move = np.exp(-0.5 * step**2 / (1 - PERSISTENCE**2))  # (from, to)
    move /= move.sum(axis=1, keepdims=True)
    share = negative_share(_MOODS)
    logs = negative[:, None] * np.log(share) + (documents - negative)[:, None] * np.log1p(-share)
    told = np.exp(logs - logs.max(axis=1, keepdims=True))  # (weeks, moods)
    ahead, behind = np.empty_like(told), np.ones_like(told)
    before = np.exp(-0.5 * _MOODS**2)
    for week in range(len(told)):
        ahead[week] = before * told[week]
        ahead[week] /= ahead[week].sum()
        before = ahead[week] @ move
    for week in range(len(told) - 2, -1, -1):
        behind[week] = move @ (told[week + 1] * behind[week + 1])
        behind[week] /= behind[week].sum()
    both = ahead * behind
    return np.asarray((both @ _MOODS) / both.sum(axis=1))


def signals_of(cause: ProductCause, mood: np.ndarray, origin: int, horizon: int) -> np.ndarray:
    """Say what mood will do to sales, and what it did to the sales seen last.

    Parameters
    ----------
    mood
        Of each week up to the origin, oldest first.

    Returns
    -------
    ndarray
        Log units, shape (horizon, 2).
    """
    weeks = origin + np.arange(1, horizon + 1) - cause.lead_weeks
    known = mood[np.clip(weeks, 0, origin)] * PERSISTENCE ** np.maximum(weeks - origin, 0)
    seen = mood[np.clip(origin - np.arange(_LEVEL_WEEKS) - cause.lead_weeks, 0, origin)].mean()
    return cause.sentiment_effect * np.stack([known, np.full(horizon, seen)], axis=1)


def correct(point: np.ndarray, actual: np.ndarray, signals: np.ndarray) -> np.ndarray:
    """Correct forecasts by signals, weighed with hindsight, which favours the oracle.

    Parameters
    ----------
    point, actual
        Units, any shape.
    signals
        Shape (*point.shape, 2).
    """
    misses = np.log1p(actual) - np.log1p(point)
    inputs = signals.reshape(-1, 2)
    weights, *_ = np.linalg.lstsq(inputs, misses.ravel() - np.median(misses), rcond=None)
    return np.asarray(np.expm1(np.log1p(point) + signals @ weights))


def reviews_by_week(
    documents: pd.DataFrame, truth: Truth, product_id: str, weeks: pd.DatetimeIndex
) -> tuple[np.ndarray, np.ndarray]:
    """Count negative and all reviews that product's customers wrote in each week."""
    meant = truth.documents.set_index(Col.DOC_ID)[Col.POLARITY]
    about = documents[documents[Col.PRODUCT_ID] == product_id]
    day = about[Col.AVAILABLE_AT].dt.tz_localize(None)
    place = weeks.searchsorted(day, side="right") - 1
    negative = about[Col.DOC_ID].map(meant).to_numpy() < 0
    inside = place >= 0
    size = len(weeks)
    return (
        np.bincount(place[inside], negative[inside], size),
        np.bincount(place[inside], minlength=size).astype(float),
    )
