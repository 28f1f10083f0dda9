"""What becomes known later changes nothing that is told as of an earlier day.

A small shop (`proofs.small_shop`) is copied again and again with another future: of everything
that became known after a cut, some is left out, some is different, some is new
(`signals.with_other_future`). As of the cut, each builds its features, forecasts, explains,
looks for alerts, answers and searches: all of it must be the same to the last bit each time. Some
of the copies live on: they scan for alerts at the end of their other future before they are asked.
Forecasts are those of experts that cost next to nothing, and for a few copies of experts that
learn.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from proofs.small_shop import CUTS, END, run_at, small_shop
from proofs.told import (
    ShopThen,
    Teller,
    tell_alerts,
    tell_answers,
    tell_features,
    tell_forecast,
    tell_search,
    tell_talk,
)
from reporting import Figure

from signals import ALERTS, Lake, with_other_future
from ui.alerting.look import scan_with_risk
from ui.wiring import make_scorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from proofs.size import Size

    from ui.settings import Settings

FORECAST: Final = "forecasts and explanations"
TOLD: Final[Mapping[str, Teller]] = {
    "features": tell_features,
    FORECAST: tell_forecast,
    "alerts": tell_alerts,
    "answers": tell_answers,
    "searches": tell_search,
    "talk": tell_talk,
}
"""What is asked of every copy."""
_SEED: Final = 23  # of a shop in which a wave of complaints is open at the last cut
_CHOOSE: Final = {"talk", "answers", "searches"}  # by a number, because all would be too many
_PLACES: Final = 27  # questions times languages
_RICH: Final = "autoets,linear,lightgbm,fusion"
"""Experts that learn; in place of cheap ones for some of the copies."""


@dataclass(slots=True)
class Tally:
    """What was compared, and what differed.

    Parameters
    ----------
    compared, differ
        Values by what they are: columns, alerts, answers, hits, forecast tables.
    places
        Which differed, for the reader of a failed proof.
    """

    copies: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)

    def compare(self, what: str, told: Mapping[str, str], again: Mapping[str, str]) -> None:
        """Compare what was told of one thing before and after; missing counts as different."""
        names = {*told, *again}
        other = [name for name in names if told.get(name) != again.get(name)]
        self.compared[what] += len(names)
        self.differ[what] += len(other)
        self.places.update(f"{what}: {name}" for name in other)


def prove(size: Size) -> Iterator[Figure]:
    """Ask a shop, and copies of it with another future."""
    with tempfile.TemporaryDirectory() as folder:
        yield from ask_all(open_shop(Path(folder) / "shop", size), Path(folder), size)


def open_shop(home: Path, size: Size) -> Settings:
    """Build the shop and run it at its cuts; the smallest one at the last of them alone."""
    shop = small_shop(home, products=size.pick(6, 3), seed=_SEED)
    run_at(shop, [*CUTS[-size.pick(3, 1) :], END])
    return shop


def ask_all(shop: Settings, folder: Path, size: Size) -> Iterator[Figure]:
    """Ask a shop everything, and as many copies of it as a size has."""
    cuts = CUTS[-size.pick(3, 1) :]
    copies = Futures(shop, folder / "other", cuts)
    tally = copies.ask(TOLD, size.pick(500, 1))
    yield Figure("copies with another future", tally.copies, "copies", "higher")
    yield from _figures(tally)
    tally = copies.ask(TOLD, size.pick(40, 1), live_on=True)
    yield Figure("copies that lived on", tally.copies, "copies", "higher")
    yield from _figures(tally, "lived on: ")
    if learners := size.pick(3, 0):
        learning = Futures(shop.model_copy(update={"experts": _RICH}), folder / "learning", cuts)
        tally = learning.ask({FORECAST: tell_forecast}, learners)
        yield Figure(f"copies forecast by {_RICH}", tally.copies, "copies", "higher")
        yield from _figures(tally, "learnt: ")


class Futures:
    """Copies of a shop, one after the other, and what is told of each."""

    def __init__(
        self, shop: Settings, folder: Path, cuts: Sequence[pd.Timestamp], seed: int = 0
    ) -> None:
        self._shop = shop
        self._folder = folder
        self._cuts = cuts
        self._random = np.random.default_rng(seed)
        self._told: dict[tuple[str, pd.Timestamp, int], dict[str, str]] = {}

    def ask(self, tellers: Mapping[str, Teller], copies: int, *, live_on: bool = False) -> Tally:
        """Ask copies, and compare with what the shop itself tells.

        Parameters
        ----------
        live_on
            Whether each copy first scans for alerts at the end of its other future.
        """
        tally = Tally()
        for number in range(copies):
            cut = self._cuts[number % len(self._cuts)]
            place = number // len(self._cuts) % _PLACES
            copy = self._copy(cut)
            if live_on:
                _scan_at_the_end(copy)
            first, again = ShopThen(self._shop, cut, place), ShopThen(copy, cut, place)
            for what, teller in tellers.items():
                tally.compare(what, self._first(what, teller, first), teller(again))
            tally.copies += 1
        return tally

    def _first(self, what: str, teller: Teller, then: ShopThen) -> dict[str, str]:
        key = (what, then.moment, then.number if what in _CHOOSE else 0)
        if key not in self._told:
            self._told[key] = teller(then)
        return self._told[key]

    def _copy(self, cut: pd.Timestamp) -> Settings:
        """Make the copy in place of the one before; index and models stay those of the shop."""
        shutil.rmtree(self._folder, ignore_errors=True)
        copy = self._shop.model_copy(update={"home": self._folder})
        lake = Lake(self._shop.workspace.lake)
        with_other_future(lake, cut, copy.workspace.lake, self._random)
        copy.workspace.index.symlink_to(self._shop.workspace.index)
        copy.workspace.models.symlink_to(self._shop.workspace.models)
        return copy


def _scan_at_the_end(copy: Settings) -> None:
    lake = Lake(copy.workspace.lake)
    found = scan_with_risk(lake, make_scorer(copy), END)
    with lake.batch() as batch:
        batch.add(ALERTS, found)


def _figures(tally: Tally, when: str = "") -> Iterator[Figure]:
    for what, count in tally.compared.items():
        yield Figure(
            f"{when}{what} that differ, of {count:,}", tally.differ[what], "values", reach=0
        )
    for place, count in tally.places.most_common(20):
        print(f"differs {count} times: {place}")
