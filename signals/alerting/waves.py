"""Waves: days on which one subject stands out, told as one alert however often they are looked at.

A wave has the identity of what it is about (`Subject.fingerprint`) and of where it began. When
later or late texts move its beginning, it goes on with the alert that it overlaps.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import pandas as pd

from signals.alerting.scan import QUIET_DAYS
from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.alerting.kinds import Subject
    from signals.alerting.scan import Surge

_QUIET: Final = pd.Timedelta(days=QUIET_DAYS)


@dataclass(frozen=True, slots=True)
class Wave:
    """Days on which one subject stands out, no two further apart than two quiet weeks.

    Parameters
    ----------
    expected
        What was usual when it began: a share, or texts a day.
    p_value, ewma
        Of its most telling day, by the scan and by the second opinion.
    alert_id
        "" until `named` gives it one.
    """

    subject: Subject
    start: pd.Timestamp
    end: pd.Timestamp
    expected: float
    p_value: float
    ewma: float
    alert_id: str = ""


def waves_of(
    surges: Sequence[Surge], subjects: Sequence[Sequence[Subject]], days: pd.DatetimeIndex
) -> list[Wave]:
    """Join the surges of each subject to waves."""
    waves: list[Wave] = []
    ordered = sorted(surges, key=lambda surge: (surge.layer, surge.group, surge.day))
    for _, same in groupby(ordered, key=lambda surge: (surge.layer, surge.group)):
        last: Wave | None = None
        for surge in same:
            start, day = days[surge.day - surge.window + 1], days[surge.day]
            if last is not None and day - last.end <= _QUIET:
                waves[-1] = last = replace(
                    last, start=min(last.start, start), end=day,
                    p_value=min(last.p_value, surge.p_value), ewma=max(last.ewma, surge.ewma),
                )  # fmt: skip
                continue
            last = Wave(
                subjects[surge.layer][surge.group], start, day, surge.expected, surge.p_value,
                surge.ewma,
            )  # fmt: skip
            waves.append(last)
    return waves


def named(wave: Wave, known: pd.DataFrame) -> Wave:
    """Give a wave the identity of the alert that it goes on with, or its own.

    Parameters
    ----------
    known
        Rows of the table ``alerts``.
    """
    about = wave.subject.fingerprint
    near = known[known[Col.FINGERPRINT] == about]
    near = near[
        (near[Col.WINDOW_END] >= wave.start - _QUIET) & (near[Col.WINDOW_START] <= wave.end)
    ]
    if near.empty:
        name = f"{about}|{wave.start.date()}"
        return replace(wave, alert_id="A" + hashlib.sha256(name.encode()).hexdigest()[:12])
    before = near.sort_values([Col.WINDOW_END, Col.ALERT_ID]).iloc[-1]
    return replace(
        wave,
        alert_id=before[Col.ALERT_ID],
        start=min(wave.start, before[Col.WINDOW_START]),
        end=max(wave.end, before[Col.WINDOW_END]),
        expected=float(before[Col.EXPECTED]),
        p_value=min(wave.p_value, float(before[Col.P_VALUE])),
        ewma=max(wave.ewma, float(before[Col.EWMA])),
    )
