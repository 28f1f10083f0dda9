"""Public data sets whose tables must be joined before they are feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from signals.errors import DataError
from signals.intake.layout_amazon import read_amazon_devices
from signals.intake.layout_olist import read_olist

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from signals.intake.feeds import Feed

LAYOUTS: Final[dict[str, Callable[[Path], list[Feed]]]] = {
    "amazon_devices_reviews": read_amazon_devices,
    "olist": read_olist,
}
"""Name of a public layout to the function that reads it."""


def read_source(layout: str, path: Path) -> list[Feed]:
    """Read a data set of a known layout.

    Parameters
    ----------
    layout
        One of ``LAYOUTS``.
    path
        Its folder, or its file where it is one file.
    """
    if layout not in LAYOUTS:
        raise DataError(f"there is no layout {layout!r}; choose from {sorted(LAYOUTS)}")
    if not path.exists():
        raise DataError(f"{path} does not exist; give the folder of the {layout} files")
    return LAYOUTS[layout](path)
