"""How an alert's figures read, whatever stands out."""

from __future__ import annotations

import pytest

from signals import AlertKind, Col
from ui.alert_words import against_usual, at_risk, what_stands_out


def alert(kind: AlertKind, observed: float, **more: object) -> dict[str, object]:
    return {Col.KIND: str(kind), Col.OBSERVED: observed, Col.EXPECTED: observed / 5,
            Col.DOCUMENTS: 40} | more  # fmt: skip


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_has_words(kind):
    assert what_stands_out(alert(kind, 0.5))


def test_a_share_is_told_as_one_and_a_volume_as_texts_a_day():
    share = alert(AlertKind.NEGATIVE_SHARE, 0.5)
    volume = alert(AlertKind.VOLUME, 30.0)

    assert against_usual(share) == "50% of 40 negative, usually 10%"
    assert against_usual(volume) == "30.0 texts a day, usually 6.0"


def test_the_rival_is_named():
    rival = alert(AlertKind.RIVAL_SHARE, 0.5, **{Col.RIVAL: "Fernway"})

    assert what_stands_out(rival) == "naming another brand, most Fernway"


@pytest.mark.parametrize(
    ("units", "money", "currency", "said"),
    [
        (12.4, 248.0, "USD", "12 units, 248 USD"),
        (12.4, float("nan"), None, "12 units"),
        (float("nan"), float("nan"), None, ""),
        (None, None, None, ""),
    ],
)
def test_what_is_at_risk_is_told_as_far_as_it_is_known(units, money, currency, said):
    row = alert(
        AlertKind.NEGATIVE_SHARE, 0.5,
        **{Col.UNITS_AT_RISK: units, Col.MONEY_AT_RISK: money, Col.CURRENCY: currency},
    )  # fmt: skip

    assert at_risk(row) == said
