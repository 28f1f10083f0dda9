"""What an index was built from: enough to collect its passages again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class IndexKind(StrEnum):
    """Which index holds the vectors: every vector in FAISS, or in numpy, or clusters of them."""

    FAISS = "faiss"
    EXACT = "exact"
    IVF = "ivf"


@dataclass(frozen=True, slots=True)
class IndexAbout:
    """What the manifest of an index says.

    Parameters
    ----------
    lake_versions
        Version of each lake table the passages were read from, as ``Lake.versions()`` gave them.
    run_id, as_of, model_id
        What ``lake_passages`` was asked for, ``as_of`` in ISO 8601; where that is None nobody
        told, and the passages cannot be collected again.
    """

    kind: IndexKind = IndexKind.FAISS
    lake_versions: Mapping[str, int] = field(default_factory=dict)
    run_id: str | None = None
    as_of: str | None = None
    model_id: str | None = None
