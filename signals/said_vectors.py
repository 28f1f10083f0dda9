"""What people say as numbers a network can read: text vectors pooled by series and period."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from signals.frames import Col
from signals.mood import COUNTED_DOCUMENTS
from signals.panel import WORDS_KEY, Grain, Panel
from signals.tables import PRODUCTS, VECTORS, Scope

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.lake import Lake

WORDS: Final = 24
"""Numbers that are left of a text vector."""

WORDS_OF: Final = "words_of"
"""Key of `Panel.built_from`: the `TextModels` whose texts were pooled."""

_SEED: Final = 20_240_601  # of the projection: the same for every run, so that runs compare
_KEPT: Final = 0.7  # of what was said a period earlier
_COUNTED = f"""{COUNTED_DOCUMENTS}
SELECT product_id, day, text_hash FROM counted ORDER BY ALL
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TextModels:
    """Whose scores and vectors of texts count.

    Parameters
    ----------
    model_id
        Sentiment model; only documents it scored count.
    encoder_id
        Encoder of the vectors.
    """

    model_id: str
    encoder_id: str


def with_words(lake: Lake, panel: Panel, models: TextModels, *, as_of: pd.Timestamp) -> Panel:
    """Add to a panel what was said, by the moment it could be read, as a table of vectors.

    A vector of some hundred numbers is projected at random to ``WORDS``, which keeps distances
    roughly and learns nothing, so that nothing of the future can enter through it. What was said
    fades by a factor a period; the mean of all that was said before is taken off.

    Returns
    -------
    Panel
        The same where no document has a vector.

    References
    ----------
    Random projection: Achlioptas (2003), Johnson-Lindenstrauss with signs.
    """
    days = pd.DatetimeIndex(panel.history[Col.DAY].unique()).sort_values()
    grain = Grain.WEEK if len(days) > 1 and (days[1] - days[0]).days > 1 else Grain.DAY
    end = days[-1] + pd.Timedelta(days=grain.days)
    told = lake.sql(
        _COUNTED.format(grain=grain.value),
        as_of=as_of, parameters={"model_id": models.model_id, "end": end.date()},
    )  # fmt: skip
    small, places = _projected(lake, models.encoder_id, told[Col.TEXT_HASH])
    row = places.reindex(told[Col.TEXT_HASH]).to_numpy(dtype=np.float64)
    known = ~np.isnan(row)
    if not known.any():
        return panel
    vectors = small[row[known].astype(np.int64)]
    categories = lake.read(PRODUCTS, as_of=as_of).set_index(Col.PRODUCT_ID)[Col.CATEGORY]
    sums = _sums(panel.history, told[known], vectors, categories)
    pooled = _differences(sums, panel.history[Col.SERIES_ID].to_numpy(dtype=object))
    spoken = np.flatnonzero(pooled.any(axis=1))
    keys = np.zeros(len(panel.history), dtype=np.int64)
    keys[spoken] = np.arange(1, len(spoken) + 1)
    logger.info("pooled the vectors of %d documents into %d", len(vectors), len(spoken))
    return replace(
        panel,
        history=panel.history.assign(**{WORDS_KEY: keys}),
        words=np.concatenate([np.zeros((1, WORDS)), pooled[spoken]]).astype(np.float32),
        built_from={**panel.built_from, WORDS_OF: asdict(models)},
    )


def _projected(
    lake: Lake, encoder_id: str, wanted: pd.Series
) -> tuple[npt.NDArray[np.float32], pd.Series]:
    """Project the vectors of some texts, batch by batch; return them and the row of each text."""
    texts = set(wanted)
    parts: list[npt.NDArray[np.float32]] = [np.empty((0, WORDS), dtype=np.float32)]
    hashes: list[str] = []
    for batch in lake.scan(VECTORS, [Col.TEXT_HASH, Col.MODEL_ID, Col.VECTOR]):
        named, encoders = batch.column(0).to_pylist(), batch.column(1).to_pylist()
        chosen = [
            place
            for place, (name, encoder) in enumerate(zip(named, encoders, strict=True))
            if name in texts and encoder == encoder_id
        ]
        if not chosen:
            continue
        texts.difference_update(named[place] for place in chosen)
        flat = batch.column(2).take(pa.array(chosen)).flatten().to_numpy(zero_copy_only=False)
        vectors = flat.reshape(len(chosen), -1).astype(np.float32)
        parts.append(vectors @ _projection(vectors.shape[1]))
        hashes += [named[place] for place in chosen]
    rows = pd.Series(np.arange(len(hashes)), index=pd.Index(hashes, dtype=object))
    return np.concatenate(parts), rows[~rows.index.duplicated()]


def _projection(width: int) -> npt.NDArray[np.float32]:
    signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], (width, WORDS))
    scaled: npt.NDArray[np.float32] = (signs / np.sqrt(WORDS)).astype(np.float32)
    return scaled


def _sums(
    history: pd.DataFrame,
    told: pd.DataFrame,
    vectors: npt.NDArray[np.float32],
    categories: pd.Series,
) -> npt.NDArray[np.float64]:
    """Add vectors up by row of the history; the last column counts them."""
    sums = np.zeros((len(history), WORDS + 1))
    rows = pd.MultiIndex.from_frame(history[[Col.SERIES_ID, Col.DAY]])
    product, days = told[Col.PRODUCT_ID], pd.DatetimeIndex(told[Col.DAY])
    names = (
        f"{Scope.PRODUCT}:" + product.astype(str),
        f"{Scope.CATEGORY}:" + product.map(categories).astype(str),
        pd.Series(str(Scope.TOTAL), index=told.index),
    )
    for series in names:
        where = rows.get_indexer(pd.MultiIndex.from_arrays([series.to_numpy(dtype=object), days]))
        inside = where >= 0
        np.add.at(sums[:, :WORDS], where[inside], vectors[inside])
        np.add.at(sums[:, WORDS], where[inside], 1.0)
    return sums


def _differences(
    sums: npt.NDArray[np.float64], series: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """Let what was said fade, average it, and take off the mean of all periods before."""
    pooled = np.zeros((len(sums), WORDS))
    starts = np.flatnonzero(np.append(True, series[1:] != series[:-1]))
    for start, stop in zip(starts, np.append(starts[1:], len(series)), strict=True):
        lately, ever = np.zeros(WORDS + 1), np.zeros(WORDS + 1)
        for row in range(start, stop):
            lately = _KEPT * lately + sums[row]
            if sums[row, WORDS] and ever[WORDS]:
                pooled[row] = lately[:WORDS] / lately[WORDS] - ever[:WORDS] / ever[WORDS]
            ever = ever + sums[row]
    return pooled
