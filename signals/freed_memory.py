"""Freed memory goes back to the system.

The C library keeps what a process frees for its next need, and so does Arrow's own allocator. After
a model is loaded, or a long text read, these are a hundred MiB that nobody uses.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable


def give_back_memory() -> None:
    """Return freed memory to the system: some milliseconds; nothing happens without glibc.

    From the first call on, all of the process's Arrow tables take their memory from the C library,
    which alone can give it back.
    """
    trim = _trim()
    if trim is not None:
        pa.set_memory_pool(pa.system_memory_pool())
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> Callable[[int], object] | None:
    """Look up ``malloc_trim``; musl has none."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
