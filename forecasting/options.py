"""How trees grow and networks learn; `groundswell forecast tune` searches over these."""

from __future__ import annotations

from dataclasses import dataclass

from signals import ConfigError


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """How boosted trees grow.

    Parameters
    ----------
    rate
        Share of what is left that one tree takes away.
    leaves
        Most leaves of a tree.
    least_rows
        Rows a leaf needs.
    column_share
        Share of the columns a tree sees.
    ridge
        Penalty on the squares of the leaves.
    """

    rate: float = 0.06
    leaves: int = 15
    least_rows: int = 30
    column_share: float = 0.7
    ridge: float = 1.0

    def __post_init__(self) -> None:
        _check(
            (self.rate, 0 < self.rate <= 1, "rate of the trees", "within (0, 1]"),
            (self.leaves, self.leaves >= 2, "leaves", "at least 2"),
            (self.least_rows, self.least_rows >= 1, "least_rows", "at least 1"),
            (self.column_share, 0 < self.column_share <= 1, "column_share", "within (0, 1]"),
            (self.ridge, self.ridge >= 0, "ridge", "at least 0"),
        )


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How networks learn.

    Parameters
    ----------
    rate
        Learning rate of the first steps; it is halved three times.
    weight_decay
        Decoupled decay of the weights (AdamW).
    dropout
        Share of units left out at random; None takes what suits each network.
    patience
        Looks at the held-back periods without gain before training stops.
    """

    rate: float = 2e-3
    weight_decay: float = 1e-2
    dropout: float | None = None
    patience: int = 4

    def __post_init__(self) -> None:
        dropout = 0.0 if self.dropout is None else self.dropout
        _check(
            (self.rate, 0 < self.rate <= 1, "rate of the networks", "within (0, 1]"),
            (self.weight_decay, self.weight_decay >= 0, "weight_decay", "at least 0"),
            (self.dropout, 0 <= dropout < 1, "dropout", "within [0, 1)"),
            (self.patience, self.patience >= 1, "patience", "at least 1"),
        )


def _check(*found: tuple[object, bool, str, str]) -> None:
    problems = [f"{name} is {value}; it must be {range_}" for value, fits, name, range_ in found
                if not fits]  # fmt: skip
    if problems:
        raise ConfigError("; ".join(problems))
