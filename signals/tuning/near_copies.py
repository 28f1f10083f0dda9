"""Texts that nearly copy one another: the same review sent twice, with a word or two changed."""

from __future__ import annotations

import zlib
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.frames import Col
from signals.tuning.labelled_set import PART, Part, text_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

ALIKE: Final = 0.6
"""Share of the runs of characters of two texts that both have, from which they are near copies."""
_RUN: Final = 3  # characters
_HASHES: Final = 64
_BANDS: Final = 16
_PRIME: Final = np.uint64(4_294_967_311)
_SEED: Final = 11


def near_copies(texts: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """Find pairs (place in ``texts``, place in ``others``) of near copies.

    Case, spaces and punctuation do not count. Candidates share a band of their minimum hashes; what
    they have in common is then counted. Of pairs just at the limit one in ten may be missed.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents; bands: Leskovec, Rajaraman and
    Ullman, Mining of Massive Datasets, section 3.4.

    Examples
    --------
    >>> near_copies(["The strap broke after two days of use."], ["the strap broke after 2 days of use"])
    [(0, 0)]
    """  # noqa: E501
    left, right = ([_runs(text) for text in each] for each in (texts, others))
    places: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, runs in enumerate(right):
        for band in _bands(runs):
            places[band].append(place)
    found = []
    for place, runs in enumerate(left):
        candidates = sorted({other for band in _bands(runs) for other in places.get(band, ())})
        found += [(place, other) for other in candidates if _alike(runs, right[other]) >= ALIKE]
    return found


def without_near_copies(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop rows that train or tune and nearly copy one that judges; columns text and part."""
    judging = (rows[PART] == Part.TEST).to_numpy()
    others = np.flatnonzero(~judging)
    pairs = near_copies(rows[Col.TEXT].iloc[others].tolist(), rows[Col.TEXT][judging].tolist())
    copies = {int(others[place]) for place, _ in pairs}
    kept = [place not in copies for place in range(len(rows))]
    return rows[kept].reset_index(drop=True)


def _runs(text: str) -> frozenset[int]:
    """Hash every run of characters of a text; a short text is one run."""
    key = text_key(text)
    size = max(len(key) - _RUN + 1, 1)
    return frozenset(zlib.crc32(key[at : at + _RUN].encode()) for at in range(size))


def _bands(runs: frozenset[int]) -> list[tuple[int, bytes]]:
    draws = np.random.default_rng(_SEED).integers(1, 2**31, (2, _HASHES, 1), dtype=np.uint64)
    hashed = np.fromiter(runs, dtype=np.uint64)
    least = ((draws[0] * hashed + draws[1]) % _PRIME).min(axis=1)  # (hashes,)
    return [(number, band.tobytes()) for number, band in enumerate(least.reshape(_BANDS, -1))]


def _alike(left: frozenset[int], right: frozenset[int]) -> float:
    return len(left & right) / len(left | right)
