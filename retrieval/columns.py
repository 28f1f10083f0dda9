"""Filters over many passages at once: which rows may be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signals import Col, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from retrieval.passage import Filters, Passages

_SCOPES = {Col.PRODUCT_ID: Scope.PRODUCT, Col.CATEGORY: Scope.CATEGORY}
_NEVER = np.iinfo(np.int64).min


class FilterColumns:
    """What filters look at, as arrays with one entry a passage."""

    def __init__(self, passages: Passages) -> None:
        table = passages.table
        self._count = len(passages)
        self._words = {
            name: _Words(table[name])
            for name in (Col.TENANT, Col.PRODUCT_ID, Col.CATEGORY, Col.KIND, Col.LANG)
        }
        self._mentions = _Mentions(table[Col.MENTIONS])
        self._day = table[Col.DAY].to_numpy().astype("datetime64[D]").astype(np.int64)
        moments = table[Col.AVAILABLE_AT].cast("int64")
        self._available_at = pc.fill_null(moments, _NEVER).to_numpy()
        self._polarity = table[Col.POLARITY].to_numpy()

    def allowed(self, filters: Filters) -> npt.NDArray[np.bool_]:
        """Tell for every passage whether the filters leave it in, shape (passages,)."""
        allowed = np.ones(self._count, dtype=np.bool_)
        wanted: dict[str, Sequence[str]] = {
            Col.TENANT: (filters.tenant,),
            Col.PRODUCT_ID: filters.product_ids,
            Col.CATEGORY: filters.categories,
            Col.KIND: filters.kinds,
            Col.LANG: filters.languages,
        }
        for name, values in wanted.items():
            if values:
                among = self._words[name].among(values)
                if name in _SCOPES:
                    among |= self._mentions.any_of(_SCOPES[name], values)
                allowed &= among
        self._keep_period(allowed, filters)
        if filters.polarity_below is not None:
            allowed &= self._polarity < filters.polarity_below
        if filters.polarity_above is not None:
            allowed &= self._polarity > filters.polarity_above
        return allowed

    def _keep_period(self, allowed: npt.NDArray[np.bool_], filters: Filters) -> None:
        if filters.since is not None:
            allowed &= self._day >= _day(filters.since)
        if filters.until is not None:
            allowed &= self._day <= _day(filters.until)
        if filters.as_of is not None:
            allowed &= self._available_at <= _microseconds(filters.as_of)


class _Words:
    """A column of words as codes; null is code -1."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        coded = column.combine_chunks().dictionary_encode()
        self._code_of = {word: code for code, word in enumerate(coded.dictionary.to_pylist())}
        self._codes = pc.fill_null(coded.indices, -1).to_numpy()

    def among(self, values: Sequence[str]) -> npt.NDArray[np.bool_]:
        wanted = np.zeros(len(self._code_of) + 1, dtype=np.bool_)  # the last entry is null's
        wanted[[self._code_of[value] for value in values if value in self._code_of]] = True
        found: npt.NDArray[np.bool_] = wanted[self._codes]
        return found


class _Mentions:
    """A column of lists of series, as codes and the row that each stands in."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        lists = column.combine_chunks()
        self._count = len(lists)
        self._series = _Words(pa.chunked_array([pc.list_flatten(lists)]))
        self._rows = pc.list_parent_indices(lists).to_numpy()

    def any_of(self, scope: Scope, values: Sequence[str]) -> npt.NDArray[np.bool_]:
        found = np.zeros(self._count, dtype=np.bool_)
        found[self._rows[self._series.among([f"{scope}:{value}" for value in values])]] = True
        return found


def _microseconds(moment: pd.Timestamp) -> int:
    naive = moment.tz_convert("UTC").tz_localize(None)
    return int(naive.to_datetime64().astype("datetime64[us]").astype(np.int64))


def _day(day: pd.Timestamp) -> int:
    return int(day.to_datetime64().astype("datetime64[D]").astype(np.int64))
