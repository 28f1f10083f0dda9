"""Which launches a forecast follows, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent import Catalogue


def launch_line(alike: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Say whom a product with little history is like.

    Parameters
    ----------
    alike
        What a run says about the product, see `forecasting.launch.Resemblance`.
    """

    def named(shares: Mapping[str, float]) -> str:
        return ", ".join(
            f"{catalogue[series].name if series in catalogue else series} ({share:.0%})"
            for series, share in shares.items()
        )

    launch = alike["share"] >= 1
    parts = [
        "It is new: its forecast follows how others began."
        if launch
        else f"It came of age lately: how others began counts {alike['share']:.0%}."
    ]
    if alike["launches"]:
        parts.append(f"Launches most like it: {named(alike['launches'])}.")
    if alike["products"]:
        parts.append(f"Its level is that of products like it, above all {named(alike['products'])}")
        parts[-1] += f"; its own sales count {alike['own']:.0%}." if alike["own"] else "."
    elif alike["own"]:
        parts.append(f"Its own sales tell {alike['own']:.0%} of its level.")
    return " ".join(parts)
