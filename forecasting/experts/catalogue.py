"""Every expert by name: how it is made for a run, and how it is read back.

An expert is added by one entry in the file of its kind: `forecasting.experts.alone`, `taught` or
`pretrained`. Its functions import its file when they are called, since some bring libraries that
take seconds to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecasting.experts.alone import ALONE
from forecasting.experts.pretrained import PRETRAINED
from forecasting.experts.taught import TAUGHT
from signals import ConfigError, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecasting.experts.entry import Entry, Levels
    from forecasting.experts.expert import Expert, Fitted
    from forecasting.settings import ForecastSettings

EXPERTS: Final[Mapping[str, Entry]] = {**ALONE, **TAUGHT, **PRETRAINED}


def make_experts(settings: ForecastSettings, *, text: bool) -> list[Expert]:
    """Make the experts a run asks for, in the order of the settings.

    Raises
    ------
    ConfigError
        When a name is unknown, naming the known ones.
    """
    return [EXPERTS[name].make(settings, text) for name in expert_names(settings.experts)]


def load_expert(name: str, folder: Path, levels: Levels) -> Fitted:
    """Read a saved expert.

    Raises
    ------
    ModelError
        When this version does not know the expert.
    """
    if name not in EXPERTS:
        raise ModelError(
            f"{folder.parent} holds the expert {name!r}; this version knows {sorted(EXPERTS)}: "
            "run: groundswell run",
        )
    return EXPERTS[name].load(folder, levels)


def expert_names(names: Sequence[str]) -> list[str]:
    """Check names; hyphens may stand for spaces.

    Examples
    --------
    >>> expert_names(["seasonal-naive", "lightgbm"])
    ['seasonal naive', 'lightgbm']
    """
    spaced = [name.strip().lower().replace("-", " ") for name in names]
    unknown = [name for name in spaced if name not in EXPERTS]
    if unknown or not spaced:
        raise ConfigError(
            f"no expert is called {' or '.join(map(repr, unknown)) or repr('')}; "
            f"there are: {', '.join(EXPERTS)}"
        )
    return list(dict.fromkeys(spaced))
