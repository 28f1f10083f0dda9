"""Rows of numbers in a file, read one by one, so that memory holds only those asked for."""

from __future__ import annotations

import os
import tempfile
import weakref
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

BLOCK: Final = 65_536
"""Rows of a block."""
_KIND: Final = np.dtype("<f4")


class VectorFile:
    """Float32 rows of one length in an open file.

    Mapped into memory, every page that was ever looked at would count as the process's own, half a
    million vectors of e5 as 0.7 GiB; what is read goes when it is no longer needed. Rows may be
    read by several threads.

    Parameters
    ----------
    start
        Bytes before the first row.
    """

    def __init__(self, file: BinaryIO, dim: int, *, start: int = 0, rows: int = 0) -> None:
        self._file = file
        self._start = start
        self._rows = rows
        self._dim = dim
        weakref.finalize(self, file.close)

    @classmethod
    def temporary(cls, dim: int) -> VectorFile:
        """Make an empty file that goes when nobody uses it any more."""
        return cls(cast("BinaryIO", tempfile.TemporaryFile()), dim)

    @classmethod
    def open(cls, path: Path, dim: int) -> VectorFile:
        """Open what ``save`` wrote."""
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
        return cls(path.open("rb"), dim, start=stored.offset, rows=len(stored))

    def __len__(self) -> int:
        return self._rows

    def append(self, vectors: npt.NDArray[np.float32]) -> None:
        """Add rows of shape (rows, dim) at the end; only where the file is a temporary one."""
        self._file.write(np.ascontiguousarray(vectors, dtype=_KIND).tobytes())
        self._file.flush()
        self._rows += len(vectors)

    def rows(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Read some rows, shape (rows, dim)."""
        size = self._dim * _KIND.itemsize
        handle = self._file.fileno()
        read = b"".join([os.pread(handle, size, self._start + row * size) for row in rows.tolist()])
        return np.frombuffer(read, dtype=_KIND).reshape(len(rows), self._dim)

    def blocks(self) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield the number of the first row of each block, and the block."""
        size = self._dim * _KIND.itemsize
        for first in range(0, self._rows, BLOCK):
            count = min(BLOCK, self._rows - first)
            read = os.pread(self._file.fileno(), count * size, self._start + first * size)
            yield first, np.frombuffer(read, dtype=_KIND).reshape(count, self._dim)

    def save(self, path: Path) -> None:
        """Write all rows as an array that numpy loads."""
        about = {"descr": _KIND.str, "fortran_order": False, "shape": (self._rows, self._dim)}
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, about)
            for _, block in self.blocks():
                file.write(block.tobytes())
