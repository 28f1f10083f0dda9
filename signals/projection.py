"""Long vectors made short, without learning anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

WIDTH: Final = 24
"""Numbers that are left of a vector."""
_SEED: Final = 20_240_601  # the same for every run, so that runs compare


def project(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Project vectors at random to ``WIDTH`` numbers, which keeps distances roughly.

    Parameters
    ----------
    vectors
        Shape (vectors, numbers).

    References
    ----------
    Achlioptas (2003), Johnson-Lindenstrauss with signs.

    Examples
    --------
    >>> project(np.ones((2, 384), dtype=np.float32)).shape
    (2, 24)
    """
    signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], (vectors.shape[1], WIDTH))
    scaled: npt.NDArray[np.float32] = (signs / np.sqrt(WIDTH)).astype(np.float32)
    return vectors @ scaled
