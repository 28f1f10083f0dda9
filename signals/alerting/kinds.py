"""What an alert can be about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BRAND: Final = "brand"
"""Begins the entity of a brand, ``brand:<name>``, beside those of `signals.tables.Scope`."""

OPEN: Final = "open"
RESOLVED: Final = "resolved"


class AlertKind(StrEnum):
    """What stands out: a share of texts, or their number.

    ``observed`` and ``expected`` of an alert are shares, but texts a day where volume stands out.
    """

    NEGATIVE_SHARE = "negative_share"
    POSITIVE_SHARE = "positive_share"
    VOLUME = "volume"
    RIVAL_SHARE = "rival_share"
    """Texts about a product that name another brand."""

    @property
    def is_bad(self) -> bool:
        """Whether sales are at risk."""
        return self in {AlertKind.NEGATIVE_SHARE, AlertKind.RIVAL_SHARE}


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What an alert is about: the part of its identity that lasts.

    Parameters
    ----------
    entity
        ``product:<product_id>``, ``category:<name>`` or ``brand:<name>``.
    aspect
        Only texts that mention it; "" for all texts.
    """

    kind: AlertKind
    entity: str
    aspect: str = ""

    @property
    def fingerprint(self) -> str:
        """The same from scan to scan, whatever the days and texts."""
        return f"{self.kind}|{self.entity}|{self.aspect}"

    @property
    def scope(self) -> str:
        """What kind of entity."""
        return self.entity.partition(":")[0]

    @property
    def name(self) -> str:
        """The entity without its scope."""
        return self.entity.partition(":")[2]
