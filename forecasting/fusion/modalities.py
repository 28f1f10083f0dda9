"""The kinds of signals a panel holds, laid out for a network: each a block of its own.

==========  =============================================  ============  =========================
modality    what it says                                   read at       role
==========  =============================================  ============  =========================
behaviour   views, carts, purchases against the usual      four leads    speaks for behaviour
pictures    vectors of the pictures of a product           always        speaks for pictures
mood        polarity, volume, share of negative documents  five leads    speaks for sentiment
words       pooled text vectors                            the origin    speaks for sentiment
aspects     how often each aspect is named, and in anger   the origin    beside mood and words
traits      category, brand, price level                   always        beside every other
==========  =============================================  ============  =========================

What stands beside is attended to with the others and says nothing while they are silent: it tells
what a mood is about, and of which product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.fusion.heard import Heard, Vectors
from forecasting.inputs.design import LEADS
from signals import ASPECTS_KEY, PICTURES_KEY, TRAITS_KEY, WORDS_KEY, DriverGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from forecasting.fusion.heard import Place
    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Design
    from signals import Panel

SPEAKERS: Final[Mapping[DriverGroup, tuple[str, ...]]] = {
    DriverGroup.BEHAVIOUR: ("behaviour",),
    DriverGroup.PICTURES: ("pictures",),
    DriverGroup.SENTIMENT: ("mood", "words"),
}
"""Modalities of each group of drivers, in the order in which the groups are heard: text last, so
that the forecast without text is the one that would be made had nobody written any."""
FIXED: Final = frozenset({DriverGroup.PICTURES})
"""Groups that say what a series always is."""
_TABLES: Final = {
    "aspects": ASPECTS_KEY, "words": WORDS_KEY, "pictures": PICTURES_KEY, "traits": TRAITS_KEY,
}  # fmt: skip
_TRAITS: Final = "traits"
_BESIDE: Final[Mapping[DriverGroup, tuple[str, ...]]] = {
    DriverGroup.BEHAVIOUR: (_TRAITS,),
    DriverGroup.PICTURES: (_TRAITS,),
    DriverGroup.SENTIMENT: (_TRAITS, "aspects"),
}


@dataclass(frozen=True, slots=True)
class Signals:
    """Everything a panel says of R forecasts beside the numbers.

    Parameters
    ----------
    context
        Step and size of each forecast, shape (R, 2), float32.
    kinds
        Scope and category of the series of each, shape (R,).
    modalities
        By name; what the panel does not hold is not among them.
    """

    context: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.str_]
    modalities: Mapping[str, Vectors]

    @property
    def widths(self) -> dict[str, int]:
        """Columns of each modality."""
        return {name: each.table.shape[1] for name, each in self.modalities.items()}

    @property
    def speaks(self) -> npt.NDArray[np.bool_]:
        """Whether any group speaks, shape (R,)."""
        names = [name for group in SPEAKERS.values() for name in group if name in self.modalities]
        every = {name: self.modalities[name] for name in names}
        return Heard(self.context, self.kinds, every).speaks

    def take(self, rows: npt.NDArray[Any]) -> Signals:
        """Keep some forecasts, in the order given."""
        kept = {name: each.take(rows) for name, each in self.modalities.items()}
        return Signals(self.context[rows], self.kinds[rows], kept)

    def heard_by(self, group: DriverGroup, present: frozenset[DriverGroup]) -> Heard:
        """Let a group speak; the groups before it stand beside it, as far as they are present."""
        earlier = list(SPEAKERS)[: list(SPEAKERS).index(group)]
        before = [name for each in earlier for name in SPEAKERS[each]]
        silent = {name for each in earlier if each not in present for name in SPEAKERS[each]}
        nothing = np.full(len(self.context), -1)
        beside = {
            name: self.modalities[name].take(nothing) if name in silent else self.modalities[name]
            for name in (*_BESIDE[group], *before)
            if name in self.modalities
        }
        speaking = {
            name: self.modalities[name] for name in SPEAKERS[group] if name in self.modalities
        }
        return Heard(self.context, self.kinds, speaking, beside)


def signals_of(panel: Panel, design: Design, place: Place, said: FloatArray) -> Signals:
    """Lay out what was known of each forecast beside the numbers.

    Parameters
    ----------
    said
        Mood some periods before each target, as `Design.said`, shape (R, columns).
    """
    size = np.log1p(design.scale[place.series, place.origin]) / 5.0  # near 1 for most
    context = np.stack([(place.step + 1) / design.horizon, size], axis=1)
    modalities = {}
    if said.shape[1]:
        modalities["mood"] = Vectors.of(said)
    done = panel.groups.get(DriverGroup.BEHAVIOUR, ())
    if done:
        columns = [design.grid.column(panel.history, name, design.grid.days) for name in done]
        modalities["behaviour"] = Vectors.of(_led(np.stack(columns, axis=2), place))
    for name, key in _TABLES.items():
        if key in panel.tables:
            keys = np.nan_to_num(design.grid.column(panel.history, key, design.grid.days))
            rows = keys.astype(np.int64)[place.series, place.origin]
            modalities[name] = Vectors(panel.tables[key], rows)
    pairs = zip(design.grid.scopes, design.grid.categories, strict=True)
    kinds = np.asarray([f"{scope}:{category}" for scope, category in pairs])
    return Signals(context.astype(np.float32), kinds[place.series], modalities)


def _led(values: FloatArray, place: Place) -> FloatArray:
    """Read columns some periods before each target, 0 while those are still to come.

    Parameters
    ----------
    values
        Shape (series, periods, columns).

    Returns
    -------
    ndarray
        Shape (R, leads x columns).
    """
    known = np.nan_to_num(values)
    parts = []
    for lead in LEADS:
        when = place.origin + place.step + 1 - lead
        told = (when >= 0) & (when <= place.origin)
        read = known[place.series, np.clip(when, 0, place.origin)]
        parts.append(np.where(told[:, None], read, 0.0))
    return np.concatenate(parts, axis=1)
