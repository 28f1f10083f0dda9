"""How much a product is like another, by what is told of them, and what each trait counts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals import Col

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    from forecasting.grid import FloatArray
    from forecasting.launching.stage import Mask, Places, Stage
    from signals import Panel, Shelf

CATEGORY: Final = "category"
BRAND: Final = "brand"
PRICE: Final = "price"
ATTRIBUTES: Final = "attributes"
WORDS: Final = "words"
LAUNCHED: Final = "launched too"
USUAL: Final = {CATEGORY: 1.0, BRAND: 0.5, PRICE: 0.5, ATTRIBUTES: 0.5, WORDS: 2.0, LAUNCHED: 1.0}
"""What a trait counts, log units of weight, before anything was learnt."""
_TRIED: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_SURE: Final = 2.0  # standard errors by which a change of what counts has to help
_PRICE_RANGE: Final = 0.5  # log price at which two prices are like each other by 0.6
_MOST: Final = 300  # products that teach what counts
_PATH: Final = re.compile(r"[>/|]")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is told of the series of a stage, ready to be compared.

    Parameters
    ----------
    paths
        By depth of the category path, a number for each prefix, -1 where it is not as deep;
        shape (N, depth).
    brands
        A number for each brand, -1 unknown; shape (N,).
    prices
        Log price, NaN unknown; shape (N,).
    named, words
        Attributes (name and value) and words of names, rows of unit length.
    launched
        Whether the first sales were seen, shape (N,).
    """

    paths: Places
    brands: Places
    prices: FloatArray
    named: csr_matrix
    words: csr_matrix
    launched: Mask

    def likeness(self, rows: Places) -> dict[str, FloatArray]:
        """Compare some series with all; each trait in [0, 1], shape (rows, N)."""
        paths, brands = self.paths[rows], self.brands[rows]
        shared = (paths[:, None] == self.paths[None]) & (paths[:, None] >= 0)
        depth = np.maximum((paths >= 0).sum(axis=1), 1)
        apart = self.prices[rows][:, None] - self.prices[None]
        return {
            CATEGORY: shared.sum(axis=2) / depth[:, None],
            BRAND: ((brands[:, None] == self.brands) & (brands[:, None] >= 0)).astype(np.float64),
            PRICE: np.nan_to_num(np.exp(-0.5 * (apart / _PRICE_RANGE) ** 2)),
            ATTRIBUTES: (self.named[rows] @ self.named.T).toarray(),
            WORDS: (self.words[rows] @ self.words.T).toarray(),
            LAUNCHED: np.broadcast_to(self.launched.astype(np.float64), apart.shape),
        }


def traits_of(panel: Panel, stage: Stage) -> Traits:
    """Read what the shelf of a panel tells; without one, categories alone."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    told = _told(panel.shelf, stage.series_ids)
    category = [
        path if isinstance(path, str) and path else usual
        for path, usual in zip(told[Col.CATEGORY], stage.categories, strict=True)
    ]
    named = [_named(text) for text in told[Col.ATTRIBUTES].fillna("")]
    tokens = [[f"{key}={value}" for key, value in one.items()] for one in named]
    texts = [
        " ".join([name, *map(str, one.values())])
        for name, one in zip(told[Col.NAME].fillna(""), named, strict=True)
    ]
    prices = told[Col.PRICE].to_numpy(dtype=np.float64)
    return Traits(
        paths=_paths([_parts(path) for path in category]),
        brands=np.asarray(pd.factorize(told[Col.BRAND])[0], dtype=np.int64),
        prices=np.log(np.where(prices > 0, prices, np.nan)),
        named=_vectors(CountVectorizer(analyzer=lambda words: words, binary=True), tokens),
        words=_vectors(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)), texts),
        launched=stage.launched,
    )


def weights_of(likeness: Mapping[str, FloatArray], counts: Mapping[str, float]) -> FloatArray:
    """Weigh all products by how like each is, shape (rows, N), not yet summing to anything."""
    powers = np.sum([counts[trait] * likeness[trait] for trait in counts], axis=0)
    return np.asarray(np.exp(powers - powers.max(axis=1, keepdims=True)))


def learn_counts(
    traits: Traits, logs: FloatArray, random: np.random.Generator,
) -> tuple[dict[str, float], float]:  # fmt: skip
    """Learn what each trait counts by forecasting the level of each product from all others.

    Parameters
    ----------
    logs
        Log level, NaN for what cannot be compared with; shape (N,).

    Returns
    -------
    tuple
        The counts, and the squared error of a log level that is told by the others.

    References
    ----------
    Kernel regression (Nadaraya 1964, Watson 1964), its widths by leave-one-out absolute error,
    one trait after the other.
    """
    known = np.flatnonzero(~np.isnan(logs))
    launches = known[traits.launched[known]]
    taught = launches if len(launches) >= len(known) / 10 else known
    rows = np.sort(random.permutation(taught)[:_MOST])
    likeness = traits.likeness(rows)
    counts = dict(USUAL)
    errors = _errors(rows, likeness, counts, logs)
    for trait in USUAL:
        if np.ptp(likeness[trait]) == 0:
            continue
        tried = {count: _errors(rows, likeness, {**counts, trait: count}, logs) for count in _TRIED}
        best = min(_TRIED, key=lambda count: float(tried[count].mean()))
        saved = errors - tried[best]
        if saved.mean() > _SURE * saved.std() / np.sqrt(len(rows)):
            counts[trait], errors = best, tried[best]
    return counts, float((errors**2).mean())


def _errors(
    rows: Places, likeness: Mapping[str, FloatArray], counts: Mapping[str, float], logs: FloatArray
) -> FloatArray:
    """How far the log level of each row is off when the others tell it, shape (rows,)."""
    weights = weights_of(likeness, counts) * ~np.isnan(logs)
    weights[np.arange(len(rows)), rows] = 0.0
    total = np.maximum(weights.sum(axis=1), np.finfo(float).tiny)
    return np.asarray(np.abs(weights @ np.nan_to_num(logs) / total - logs[rows]))


def _told(shelf: Shelf | None, series_ids: Sequence[str]) -> pd.DataFrame:
    columns = [Col.CATEGORY, Col.BRAND, Col.NAME, Col.ATTRIBUTES, Col.PRICE]
    if shelf is None:
        return pd.DataFrame(index=list(series_ids), columns=columns, dtype=object)
    return shelf.products.set_index(Col.SERIES_ID)[columns].reindex(list(series_ids))


def _named(text: str) -> dict[str, Any]:
    """Read attributes; what is no JSON object is one attribute without a name."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = text
    return found if isinstance(found, dict) else {"": found}


def _parts(path: str) -> list[str]:
    return [name for part in _PATH.split(path) if (name := part.strip())]


def _paths(paths: Sequence[Sequence[str]]) -> Places:
    deepest = max(map(len, paths), default=0)
    prefixes = [
        ["\0".join(path[: depth + 1]) if depth < len(path) else None for path in paths]
        for depth in range(deepest)
    ]
    codes = [pd.factorize(np.asarray(level, dtype=object))[0] for level in prefixes]
    return np.column_stack([np.empty((len(paths), 0)), *codes]).astype(np.int64)


def _vectors(reader: CountVectorizer, texts: Sequence[Any]) -> csr_matrix:
    """Vectors of unit length; none at all where no text says anything."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    try:
        return csr_matrix(normalize(reader.fit_transform(texts)))
    except ValueError:  # an empty vocabulary
        return csr_matrix((len(texts), 1))
