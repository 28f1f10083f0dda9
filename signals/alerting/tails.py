"""How unlikely so many events are: tails of the beta-binomial and the negative binomial.

References
----------
Johnson, Kemp and Kotz (2005), Univariate discrete distributions, equations 5.31 and 6.37.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

_NEGLIGIBLE: Final = 1e-12  # of the sum so far


def beta_binomial_tail(
    events: Numbers, number: Numbers, share: Numbers, concentration: Numbers
) -> Numbers:
    """Probability of more events than so many among so many texts, and half that of just so many.

    The half (Lancaster 1961) keeps few texts from being judged more strictly than many.

    Parameters
    ----------
    events, number
        Whole numbers, shape (cases,), ``events <= number``.
    share, concentration
        Mean of the beta distribution in (0, 1), and the sum of its two parameters.

    Returns
    -------
    numpy.ndarray
        Shape (cases,), in [0, 1].

    Examples
    --------
    >>> two = np.array([2.0])
    >>> round(float(beta_binomial_tail(two, two, two / 4, two)[0]), 6)  # uniform over 0, 1, 2
    0.166667
    """
    from scipy.special import betaln, gammaln

    a, b = share * concentration, (1 - share) * concentration
    at = events.copy()
    log_first = gammaln(number + 1) - gammaln(at + 1) - gammaln(number - at + 1)
    term = np.exp(log_first + betaln(at + a, number - at + b) - betaln(a, b))
    total = term / 2
    steps = int((number - events).max(initial=0))
    for _ in range(steps):
        left = np.maximum(number - at, 0)
        term = term * left * (at + a) / ((at + 1) * (np.maximum(left - 1, 0) + b))
        total += term
        at += 1
        if np.all((term <= _NEGLIGIBLE * total) & (at >= share * number)):
            break
    return np.asarray(np.minimum(total, 1.0), dtype=np.float64)


def negative_binomial_tail(events: Numbers, mean: Numbers, shape: Numbers) -> Numbers:
    """Probability of at least so many events where ``mean`` are usual.

    Parameters
    ----------
    shape
        The variance is ``mean + mean ** 2 / shape``.

    Examples
    --------
    >>> one = np.ones(1)
    >>> float(negative_binomial_tail(2 * one, one, one)[0])  # geometric
    0.25
    """
    from scipy.special import betainc

    likely = betainc(np.maximum(events, 1), shape, mean / (mean + shape))
    return np.asarray(np.where(events > 0, likely, 1.0), dtype=np.float64)
