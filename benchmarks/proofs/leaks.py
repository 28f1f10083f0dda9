"""Planted leaks are caught, each by its name; the clean pipeline is never accused.

The leaks are those of `proofs.planted_leaks`, in shops made from several seeds
(`proofs.leaky_shop`). The questions are those of ``groundswell doctor --leaks``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from proofs.leaky_shop import LATER, MOMENTS, ORIGINS, clean, gappy_panel, leaky_shop
from proofs.planted_leaks import (
    BUILDERS,
    PLANTED,
    learnt_later,
    made,
    near_copies_taught,
    plan_not_yet_made,
    prepared_before_the_cut,
    tuned_where_judged,
)
from reporting import Figure

from forecasting import leaks_into_forecasts, leaks_into_panel, other_futures
from signals import Col, Lake, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd
    from proofs.size import Size

    from signals import Panel

    Builder = Callable[[Lake, pd.Timestamp], Panel]

_KINDS: Final = 12
_SAME: Final = {"prepared_before_the_cut": "filled_backwards"}  # one leak at two places


def prove(size: Size) -> Iterator[Figure]:
    """Look for leaks where they are, and where none is."""
    seeds = range(5, 5 + size.pick(8, 1))
    missed: list[str] = []
    false_alarms = looked = 0
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lake = leaky_shop(folder / "lake", seed)
            others = other_futures(lake, MOMENTS, folder / "others", seed)
            missed += [f"{leak}, seed {seed}" for leak in missed_leaks(lake, others, folder)]
            found = leaks_into_panel(clean, lake, others, LATER)
            found += leaks_into_forecasts(made, gappy_panel(lake), ORIGINS, seed)
            false_alarms += len(found)
            looked += len(MOMENTS) + len(ORIGINS)
    print(*missed, sep="\n")
    kinds = {leak.partition(",")[0] for leak in missed}
    yield Figure(
        "planted leaks caught in every shop", _KINDS - len(kinds), "leaks", "higher", _KINDS
    )
    yield Figure("shops", len(seeds), "shops", "higher")
    yield Figure(f"leaks seen where none is, in {looked} looks", false_alarms, "leaks", reach=0)


def missed_leaks(
    lake: Lake,
    others: dict[pd.Timestamp, Lake],
    folder: Path,
    builders: Sequence[Builder] = tuple(BUILDERS),
) -> list[str]:
    """Plant every leak in a shop, and name those that nothing finds.

    Parameters
    ----------
    builders
        Leaks into the panel.
    """
    missed = []
    for build in builders:
        place = Col.PROMO if build is plan_not_yet_made else PLANTED
        places = {leak.place.rpartition(", ")[2] for leak in
                  leaks_into_panel(build, lake, others, LATER)}  # fmt: skip
        if places != {place}:
            missed.append(build.__name__)
    panel = gappy_panel(lake)
    for answer in (prepared_before_the_cut, tuned_where_judged):
        if not leaks_into_forecasts(answer, panel, ORIGINS, seed=2):
            missed.append(answer.__name__)  # noqa: PERF401 - as the others above
    try:
        leaks_into_forecasts(made, learnt_later(panel), ORIGINS)
        missed.append(learnt_later.__name__)
    except ModelError as error:
        if "learnt from texts up to" not in str(error):
            raise
    if near_copies_taught(folder):
        missed.append(near_copies_taught.__name__)
    return missed
