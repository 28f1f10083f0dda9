"""Exact Shapley values of arrays: what each player adds, so that the parts sum to the whole."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from signals import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from enum import StrEnum

    from forecasting.grid import FloatArray
    from signals import Progress

Player = TypeVar("Player", bound="StrEnum")


def shares(
    value: Callable[[frozenset[Player]], FloatArray],
    players: Sequence[Player],
    *,
    progress: Progress = silent,
    step: str = "contributions",
) -> tuple[FloatArray, dict[Player, FloatArray]]:
    """Share out what all players make together over what none of them makes.

    Each player gets the mean of what it adds over all orders in which players can come in. A
    coalition is asked once: 16 questions for four players.

    Parameters
    ----------
    value
        What a coalition makes; every answer has the same shape.
    step
        Name under which ``progress`` is told how many coalitions were asked.

    Returns
    -------
    tuple
        What the empty coalition makes, and what each player adds.

    References
    ----------
    Shapley (1953), A value for n-person games.
    """
    values = _made_by(value, list(_subsets(players)), progress, step)
    return values[frozenset()], {player: _share(player, players, values) for player in players}


def shares_in_order(
    value: Callable[[frozenset[Player]], FloatArray],
    orders: Sequence[Sequence[Player]],
    *,
    progress: Progress = silent,
    step: str = "contributions",
) -> tuple[FloatArray, dict[Player, FloatArray]]:
    """Share out as `shares` does where players cannot come in in every order.

    Parameters
    ----------
    orders
        Orders of all players that are possible; each counts alike.

    References
    ----------
    Frye, Rowat and Feige (2020), Asymmetric Shapley values.

    Examples
    --------
    >>> from signals import DriverGroup
    >>> first, second = DriverGroup.HISTORY, DriverGroup.PRICE
    >>> _, parts = shares_in_order(lambda taken: np.array(len(taken) // 2), [(first, second)])
    >>> {str(player): float(part) for player, part in parts.items()}
    {'recent sales': 0.0, 'price and promotion': 1.0}
    """
    steps = [
        (player, frozenset(order[:place]), frozenset(order[: place + 1]))
        for order in orders
        for place, player in enumerate(order)
    ]
    taken = dict.fromkeys(coalition for _, before, after in steps for coalition in (before, after))
    values = _made_by(value, list(taken), progress, step)
    nothing = np.asarray(values[frozenset()], dtype=np.float64)
    parts = {player: np.zeros_like(nothing) for player in orders[0]}
    for player, before, after in steps:
        parts[player] += (values[after] - values[before]) / len(orders)
    return nothing, parts


def _made_by(
    value: Callable[[frozenset[Player]], FloatArray],
    coalitions: Sequence[frozenset[Player]],
    progress: Progress,
    step: str,
) -> dict[frozenset[Player], FloatArray]:
    values: dict[frozenset[Player], FloatArray] = {}
    for done, present in enumerate(coalitions, start=1):
        values[present] = value(present)
        progress(step, done, len(coalitions))
    return values


def _share(
    player: Player, players: Sequence[Player], values: Mapping[frozenset[Player], FloatArray],
) -> FloatArray:  # fmt: skip
    others = [other for other in players if other is not player]
    share = np.zeros_like(values[frozenset()], dtype=np.float64)
    for before in _subsets(others):
        orders = factorial(len(before)) * factorial(len(others) - len(before))
        gain = values[before | {player}] - values[before]
        share += orders / factorial(len(players)) * gain
    return share


def _subsets(players: Sequence[Player]) -> Iterator[frozenset[Player]]:
    for size in range(len(players) + 1):
        for chosen in combinations(players, size):
            yield frozenset(chosen)
