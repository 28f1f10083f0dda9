"""How an alert's kind, figures and risk read, the same in the terminal and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals import AlertKind, Col

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEEN: Final = {
    AlertKind.NEGATIVE_SHARE: "negative",
    AlertKind.POSITIVE_SHARE: "positive",
    AlertKind.RIVAL_SHARE: "naming another brand",
    AlertKind.VOLUME: "texts a day",
}


def what_stands_out(alert: Mapping[Any, Any]) -> str:
    """Name what ``observed`` and ``expected`` of an alert are."""
    words = _SEEN[AlertKind(alert[Col.KIND])]
    rival = alert.get(Col.RIVAL)
    return f"{words}, most {rival}" if isinstance(rival, str) and rival else words


def amount(alert: Mapping[Any, Any], column: str) -> str:
    """Write ``observed`` or ``expected``: a share, or texts a day."""
    value = float(alert[column])
    return f"{value:,.1f}" if alert[Col.KIND] == AlertKind.VOLUME else f"{value:.0%}"


def against_usual(alert: Mapping[Any, Any]) -> str:
    """Write what is observed and what is usual: ``46% of 83 negative, usually 17%``."""
    of = "" if alert[Col.KIND] == AlertKind.VOLUME else f" of {alert[Col.DOCUMENTS]:,.0f}"
    seen = f"{amount(alert, Col.OBSERVED)}{of} {what_stands_out(alert)}"
    return f"{seen}, usually {amount(alert, Col.EXPECTED)}"


def at_risk(alert: Mapping[Any, Any]) -> str:
    """Write units and money at risk; "" where they are not known."""
    units, money = alert.get(Col.UNITS_AT_RISK), alert.get(Col.MONEY_AT_RISK)
    if units is None or pd.isna(units):
        return ""
    if money is None or pd.isna(money):
        return f"{units:,.0f} units"
    currency = alert.get(Col.CURRENCY)
    unit = f" {currency}" if isinstance(currency, str) else ""
    return f"{units:,.0f} units, {money:,.0f}{unit}"
