"""Vectors of product pictures, as a user's own model made them: from a file to the panel."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from signals.artefacts import sha256
from signals.errors import ConfigError, DataError
from signals.frames import Col
from signals.panel import PICTURES_KEY, DriverGroup, Panel
from signals.projection import project
from signals.tables import PICTURES, PRODUCTS, Scope

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from signals.lake import Lake

PICTURES_OF: Final = "pictures_of"
"""Key of `Panel.built_from`: the file whose vectors stand for pictures."""
_FEWEST: Final = 2  # products with a picture: of one alone nothing differs

logger = logging.getLogger(__name__)


def store_pictures(lake: Lake, file: Path) -> str:
    """Keep the vectors of a file in the lake, so that a panel can be built again without it.

    Parameters
    ----------
    file
        Parquet with one row a product: ``product_id``, or ``image`` as the table of products
        names its picture, and ``vector``, a list of numbers of one length.

    Returns
    -------
    str
        What to call these vectors: the same content has the same name.

    Raises
    ------
    ConfigError
        When there is no such file.
    DataError
        When it is no such table, or tells of no product that is known.
    """
    if not file.is_file():
        raise ConfigError(
            f"pictures is {str(file)!r}, which is no file; expected Parquet with the columns "
            f"{Col.PRODUCT_ID} (or {Col.IMAGE}) and {Col.VECTOR}"
        )
    model_id = f"pictures@{sha256(file)[:12]}"
    rows = _read(file)
    name = Col.PRODUCT_ID if Col.PRODUCT_ID in rows else Col.IMAGE
    products = lake.read(PRODUCTS, columns=list(dict.fromkeys([Col.PRODUCT_ID, name])))
    known = products.merge(rows, on=name)
    if known.empty:
        raise DataError(
            f"{file.name} has {len(rows)} picture(s), and no {name} in it is in the table of "
            f"products, such as {rows[name].iloc[0]!r}: ingest the products first"
        )
    with lake.batch() as batch:
        batch.add(PICTURES, known[[Col.PRODUCT_ID, Col.VECTOR]].assign(**{Col.MODEL_ID: model_id}))
    logger.info(
        "kept the pictures of %d products of %d rows as %s", len(known), len(rows), model_id
    )
    return model_id


def with_pictures(lake: Lake, panel: Panel, model_id: str, *, as_of: pd.Timestamp) -> Panel:
    """Add to a panel the pictures of its products, as a table of vectors.

    Vectors are projected at random to fewer numbers, as texts are, and their mean is taken off. A
    category, or the shop, has the mean of its products.

    Returns
    -------
    Panel
        The same where fewer than two products have a picture.
    """
    rows = lake.read(PICTURES, where={Col.MODEL_ID: model_id})
    if len(rows) < _FEWEST:
        return panel
    vectors = project(np.stack(rows[Col.VECTOR].to_list()).astype(np.float32))
    small = pd.DataFrame(vectors - vectors.mean(axis=0), index=rows[Col.PRODUCT_ID].to_numpy())
    products = lake.read(PRODUCTS, as_of=as_of).set_index(Col.PRODUCT_ID)
    means = [
        small.rename(index=f"{Scope.PRODUCT}:{{}}".format),
        small.groupby(f"{Scope.CATEGORY}:" + products[Col.CATEGORY].reindex(small.index)).mean(),
        small.mean().to_frame(str(Scope.TOTAL)).T,
    ]
    table = pd.concat(means)
    which = table.index.get_indexer(pd.Index(panel.history[Col.SERIES_ID].astype(str)))
    shown = panel.with_table(PICTURES_KEY, table.to_numpy(), which)
    return replace(
        shown,
        groups={**panel.groups, DriverGroup.PICTURES: (PICTURES_KEY,)},
        built_from={**panel.built_from, PICTURES_OF: model_id},
    )


def _read(file: Path) -> pd.DataFrame:
    """Read the file and check it whole; all problems are named."""
    try:
        table = pq.read_table(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{file.name} is not Parquet: {error}") from error
    names = set(table.column_names)
    if Col.VECTOR not in names or not names & {Col.PRODUCT_ID, Col.IMAGE}:
        raise DataError(
            f"{file.name} has the columns {table.column_names}; expected {Col.PRODUCT_ID} (or "
            f"{Col.IMAGE}) and {Col.VECTOR}"
        )
    key = Col.PRODUCT_ID if Col.PRODUCT_ID in names else Col.IMAGE
    rows: pd.DataFrame = table.select([key, Col.VECTOR]).to_pandas()
    rows[key] = rows[key].astype(str)
    problems = _problems(rows, key)
    if problems:
        raise DataError(f"{file.name}: {'; '.join(problems)}")
    return rows


def _problems(rows: pd.DataFrame, key: str) -> list[str]:
    problems = []
    doubled = rows[key][rows[key].duplicated()]
    if len(doubled):
        problems.append(f"{len(doubled)} {key}(s) come twice, such as {doubled.iloc[0]!r}")
    widths = rows[Col.VECTOR].map(_width)
    usual = int(widths.mode().iloc[0]) if len(rows) else 0
    odd = rows[key][(widths != usual) | (widths == 0)]
    if len(odd) or not len(rows):
        problems.append(
            f"{len(odd)} of {len(rows)} vectors do not hold {usual or 'any'} finite numbers, such "
            f"as that of {odd.iloc[0] if len(odd) else 'no product'!r}"
        )
    return problems


def _width(vector: npt.NDArray[Any] | None) -> int:
    """Count the numbers of a vector; 0 for one that is none."""
    if vector is None:
        return 0
    numbers = np.asarray(vector)
    usable = np.issubdtype(numbers.dtype, np.number) and np.isfinite(numbers).all()
    return len(numbers) if usable else 0
