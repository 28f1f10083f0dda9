"""How much of a proof is run: all of it, or enough to see that it holds."""

from __future__ import annotations

from enum import StrEnum


class Size(StrEnum):
    """Size of one run of a proof.

    ``FULL`` is what the published table is made from; all proofs together stay within forty
    minutes on two cores. ``SMALL`` takes seconds and is what the tests run.
    """

    FULL = "full"
    SMALL = "small"

    def pick(self, full: int, small: int) -> int:
        """Return the count that belongs to this size."""
        return full if self is Size.FULL else small
