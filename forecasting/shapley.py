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
    coalitions = list(_subsets(players))
    values: dict[frozenset[Player], FloatArray] = {}
    for done, present in enumerate(coalitions, start=1):
        values[present] = value(present)
        progress(step, done, len(coalitions))
    return values[frozenset()], {player: _share(player, players, values) for player in players}


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
