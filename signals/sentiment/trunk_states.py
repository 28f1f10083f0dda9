"""What the frozen lower layers say about labelled texts, kept on disk for the upper ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import torch

from signals.errors import DataError
from signals.frames import Col
from signals.sentiment.e5 import Prefix
from signals.sentiment.training_sets import LABEL, WEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from signals.progress import Progress
    from signals.sentiment.e5 import E5
    from signals.sentiment.training_sets import LabelledSet, Part

_SET: Final = "set"
_HAS_NEUTRAL: Final = "has_neutral"
_POOL: Final = 64
"""Batches' worth of texts that are sorted by length together: like lengths, yet in random order."""


@dataclass(frozen=True, slots=True)
class LabelledBatch:
    """Texts of like length: ``hidden`` is shape (B, T, W), ``mask`` (B, T), the others (B,)."""

    rows: npt.NDArray[np.int64]
    hidden: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    has_neutral: torch.Tensor


class TrunkStates:
    """Labelled texts with their states after the frozen layers, as float16 in one file.

    ``rows`` has the columns text, lang, label, weight, set and has_neutral.
    """

    def __init__(
        self, rows: pd.DataFrame, lengths: npt.NDArray[np.int64], states: npt.NDArray[np.float16]
    ) -> None:
        self.rows = rows
        self._lengths = lengths
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._states = states
        self.labels = rows[LABEL].to_numpy(np.int64)
        self._weights = torch.tensor(rows[WEIGHT].to_numpy(np.float32))
        self.has_neutral = rows[_HAS_NEUTRAL].to_numpy(bool)

    def __len__(self) -> int:
        return len(self.rows)

    def batches(
        self, budget: int, rng: np.random.Generator | None = None
    ) -> Iterator[LabelledBatch]:
        """Yield every text once, at most ``budget`` padded tokens a batch, shuffled by ``rng``."""
        groups = list(self._groups(budget, rng))
        order = range(len(groups)) if rng is None else rng.permutation(len(groups))
        for group in order:
            yield self._batch(groups[group])

    def sets(self) -> Iterator[tuple[str, bool, npt.NDArray[np.int64]]]:
        """Yield the name of each set, whether it knows neutral, and the numbers of its rows."""
        for (name, has_neutral), rows in self.rows.groupby([_SET, _HAS_NEUTRAL], sort=True):
            yield str(name), bool(has_neutral), rows.index.to_numpy()

    def _groups(
        self, budget: int, rng: np.random.Generator | None
    ) -> Iterator[npt.NDArray[np.int64]]:
        order = np.arange(len(self)) if rng is None else rng.permutation(len(self))
        pool = len(self) if rng is None else int(_POOL * budget / self._lengths.mean())
        for start in range(0, len(order), pool):
            part = order[start : start + pool]
            part = part[np.argsort(self._lengths[part], kind="stable")]
            first = 0
            for stop in range(1, len(part) + 1):
                ends = stop == len(part)
                if ends or (stop - first + 1) * self._lengths[part[stop]] > budget:
                    yield part[first:stop]
                    first = stop

    def _batch(self, rows: npt.NDArray[np.int64]) -> LabelledBatch:
        lengths = self._lengths[rows]
        hidden = np.zeros((len(rows), lengths.max(), self._states.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows):
            hidden[place, : lengths[place]] = self._states[
                self._starts[row] : self._starts[row + 1]
            ]
        mask = torch.arange(hidden.shape[1]) < torch.tensor(lengths)[:, None]
        return LabelledBatch(
            rows=rows,
            hidden=torch.from_numpy(hidden),
            mask=mask,
            labels=torch.from_numpy(self.labels[rows]),
            weights=self._weights[rows],
            has_neutral=torch.from_numpy(self.has_neutral[rows]),
        )


def read_states(
    e5: E5, rows: pd.DataFrame, layers: int, max_tokens: int, file: Path, *, progress: Progress
) -> TrunkStates:
    """Run the first ``layers`` layers over the texts once and keep what they say in ``file``."""
    tokens = e5.tokens(rows[Col.TEXT].tolist(), Prefix.PASSAGE, max_tokens)
    lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    states: Any = np.memmap(file, np.float16, "w+", shape=(int(lengths.sum()), e5.dim))
    done = 0
    for batch in e5.trunk(tokens, layers):
        hidden = batch.hidden.to(torch.float16).numpy()
        for place, row in enumerate(batch.rows):
            states[starts[row] : starts[row] + lengths[row]] = hidden[place, : lengths[row]]
        done += len(batch.rows)
        progress("reading texts", done, len(rows))
    return TrunkStates(rows, lengths, states)


def labelled_rows(sets: Sequence[LabelledSet], part: Part) -> pd.DataFrame:
    """Put one part of several sets below each other."""
    frames = []
    for labelled in sets:
        frame = labelled.part(part)
        frame[_SET] = labelled.name
        frame[Col.LANG] = labelled.lang
        frame[_HAS_NEUTRAL] = labelled.has_neutral
        frames.append(frame)
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if rows.empty:
        raise DataError(f"the sets hold no rows for {part}; name at least one set that does")
    return rows
