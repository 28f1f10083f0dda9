"""Where watched rows come from: the seam that a folder, Kafka and NATS share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from signals import Feed


@dataclass(frozen=True, slots=True)
class Arrival:
    """Rows that came together and are stored together.

    Parameters
    ----------
    token
        What the source needs to commit them.
    tolerated
        Share of bad rows from which nothing is stored; 1 stores whatever is good.
    """

    feeds: tuple[Feed, ...]
    token: object
    tolerated: float = 1.0


class Source(Protocol):
    """Gives rows until each is committed, again after a crash: at least once.

    Ids of rows come from what the rows say, so the lake holds each of them exactly once.
    """

    @property
    def name(self) -> str:
        """For reports, without secrets."""
        ...

    def fetch(self, wait_s: float) -> Arrival | None:
        """Return what came, waiting for it so many seconds at most; None when nothing did.

        A broker that cannot be reached is waited for, here and at later calls.
        """
        ...

    def commit(self, arrival: Arrival, refused: str = "") -> None:
        """Say that the lake holds an arrival, or why it was refused: it is not given again."""
        ...

    def close(self) -> None: ...
