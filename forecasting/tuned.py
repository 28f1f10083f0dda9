"""Settings that a search found: where they may lie, and how later runs take them over."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from signals import ConfigError, read_sealed, write_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecasting.settings import ForecastSettings

TREES: Final = "trees"
NETWORKS: Final = "networks"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a number may lie; ``log`` searches over its order of magnitude."""

    low: float
    high: float
    log: bool = True
    whole: bool = False


SPACES: Final[Mapping[str, Mapping[str, Span]]] = {
    TREES: {
        "trees": Span(60, 400, whole=True),
        "rate": Span(0.02, 0.2),
        "leaves": Span(7, 63, whole=True),
        "least_rows": Span(10, 200, whole=True),
        "column_share": Span(0.4, 1.0, log=False),
        "ridge": Span(0.01, 100.0),
    },
    NETWORKS: {
        "rate": Span(3e-4, 1e-2),
        "weight_decay": Span(1e-4, 0.3),
        "dropout": Span(0.0, 0.4, log=False),
    },
}
_USUAL_DROPOUT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search over one family of experts found.

    Parameters
    ----------
    values
        The best setting, by name.
    tried
        Settings judged so far, those of earlier searches included.
    loss, usual_loss
        Weighted quantile loss at the origins of the search, best and of the setting in use.
    proof, usual_proof
        The same at the newest origins, which the search did not see.
    """

    family: str
    values: Mapping[str, Any]
    tried: int
    loss: float
    usual_loss: float
    proof: float
    usual_proof: float

    @property
    def better(self) -> bool:
        """Whether later runs shall use it: it is better where it was sought, and where not."""
        return self.loss < self.usual_loss and self.proof < self.usual_proof

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {**asdict(self), "better": self.better}


def in_use(settings: ForecastSettings, family: str) -> dict[str, float]:
    """Say the setting in use in the names of the space, at its edge where it lies outside."""
    options = settings.network_options if family == NETWORKS else settings.tree_options
    told = {**asdict(options), TREES: settings.trees}
    if told.get("dropout", 0.0) is None:
        told["dropout"] = _USUAL_DROPOUT
    return {
        name: min(max(told[name], span.low), span.high) for name, span in SPACES[family].items()
    }


def applied(
    settings: ForecastSettings, family: str, values: Mapping[str, Any],
) -> ForecastSettings:  # fmt: skip
    """Put what was found for a family of experts into the settings of a run."""
    if family == NETWORKS:
        return replace(settings, network_options=replace(settings.network_options, **values))
    if family != TREES:
        raise KeyError(family)
    grown = {name: value for name, value in values.items() if name != TREES}
    return replace(
        settings,
        trees=values.get(TREES, settings.trees),
        tree_options=replace(settings.tree_options, **grown),
    )


def save_tuned(found: Sequence[Tuned], file: Path) -> None:
    """Write what is better than the setting in use where later runs find it, as JSON."""
    better = {tuned.family: tuned.to_dict() for tuned in found if tuned.better}
    if not better:
        return
    write_sealed(file, {**(_read(file) if file.exists() else {}), **better})


def with_tuned(settings: ForecastSettings, file: Path) -> ForecastSettings:
    """Take over what `save_tuned` wrote; the settings as they are where there is no such file.

    Raises
    ------
    ConfigError
        When the file holds something else.
    """
    if not file.exists():
        return settings
    try:
        for family, told in _read(file).items():
            settings = applied(settings, family, told["values"])
    except (KeyError, TypeError, AttributeError) as error:
        raise _unknown(file, error) from error
    return settings


def _read(file: Path) -> dict[str, Any]:
    try:
        return read_sealed(file)
    except ValueError as error:
        raise _unknown(file, error) from error


def _unknown(file: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"{file} does not hold what groundswell forecast tune writes ({error!r}); remove it"
    )
