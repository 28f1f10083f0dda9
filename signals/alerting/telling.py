"""What an alert says: what, where, since when, how much against what is usual, in whose words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals.alerting.kinds import BRAND, OPEN, AlertKind
from signals.alerting.quoting import choose_quotes
from signals.alerting.talk import (
    NEGATIVE_TEXTS,
    OWNER,
    POSITIVE_TEXTS,
    brand_finder,
    rivals_in,
)
from signals.aspects import main_aspect
from signals.frames import Col
from signals.sentiment.confusion import NEGATIVE, POSITIVE
from signals.tables import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signals.alerting.talk import Talk
    from signals.alerting.waves import Wave
    from signals.sentiment.confusion import Confusion

_HALF_WEIGHT_DOCUMENTS: Final = 10
_COLUMN: Final = {Scope.PRODUCT: OWNER, Scope.CATEGORY: Col.CATEGORY, BRAND: Col.BRAND}
_LABEL: Final = {AlertKind.NEGATIVE_SHARE: NEGATIVE, AlertKind.POSITIVE_SHARE: POSITIVE}


@dataclass(frozen=True, slots=True)
class _Said:
    """Texts in the days of a wave, and those of them that make it."""

    texts: pd.DataFrame
    speaking: pd.DataFrame
    rival: str | None = None


def tell(waves: Sequence[Wave], talk: Talk, confusion: Confusion | None) -> list[dict[str, Any]]:
    """Write the row of the table ``alerts`` for each wave of which texts are known, open.

    Parameters
    ----------
    confusion
        Of the sentiment model, to put shares right; None leaves the corrected ones empty.
    """
    if not waves:
        return []
    start = min(wave.start for wave in waves)
    texts = talk.texts(start, sorted({wave.subject.entity for wave in waves}))
    names = talk.products()[Col.NAME]
    brands = sorted(set(talk.products()[Col.BRAND].dropna()) - {""})
    rows = []
    for wave in waves:
        said = _said(wave, texts, brands)
        if len(said.speaking):
            rows.append(_row(wave, said, names, confusion))
    return rows


def _said(wave: Wave, texts: pd.DataFrame, brands: Sequence[str]) -> _Said:
    subject = wave.subject
    about = texts[_COLUMN[subject.scope]] == subject.name
    told = texts[about & texts[Col.DAY].between(wave.start, wave.end)]
    if subject.aspect:
        polarity = told[Col.ASPECTS].map(lambda said: _polarity(said, subject.aspect))
        told = told[polarity.notna()].assign(
            **{NEGATIVE_TEXTS: (polarity[polarity.notna()] < 0).astype(int)}
        )
    match subject.kind:
        case AlertKind.NEGATIVE_SHARE:
            return _Said(told, told[told[NEGATIVE_TEXTS] == 1])
        case AlertKind.POSITIVE_SHARE:
            return _Said(told, told[told[POSITIVE_TEXTS] == 1])
        case AlertKind.RIVAL_SHARE:
            return _rivals(told, brands)
        case AlertKind.VOLUME:
            return _Said(told, told)


def _rivals(told: pd.DataFrame, brands: Sequence[str]) -> _Said:
    finder = brand_finder(brands)
    named = pd.Series(
        [
            rivals_in(finder, text, own)
            for text, own in zip(told[Col.TEXT], told[Col.BRAND], strict=True)
        ],
        index=told.index, dtype=object,
    )  # fmt: skip
    counts = named.explode().dropna().value_counts()
    rival = None if counts.empty else str(counts.sort_index(kind="stable").idxmax())
    return _Said(told, told[named.map(len) > 0], rival)


def _polarity(said: Iterable[Mapping[str, float | str]] | None, aspect: str) -> float | None:
    """Polarity of an aspect in what a text says; None where it says nothing of it."""
    named = () if said is None else said
    found = (each[Col.POLARITY] for each in named if each[Col.ASPECT] == aspect)
    return next((float(polarity) for polarity in found), None)


def _row(wave: Wave, said: _Said, names: pd.Series, confusion: Confusion | None) -> dict[str, Any]:
    subject, number = wave.subject, len(said.texts)
    aspect = subject.aspect or main_aspect(said.speaking[Col.TEXT].tolist())
    if subject.kind is AlertKind.VOLUME:
        observed = number / ((wave.end - wave.start).days + 1)
        rise = max(1 - wave.expected / observed, 0.0)
    else:
        observed = len(said.speaking) / number
        rise = max(observed - wave.expected, 0.0)
    label = None if subject.aspect else _LABEL.get(subject.kind)
    right = None if confusion is None or label is None else (confusion, label)
    return {
        Col.ALERT_ID: wave.alert_id,
        Col.KIND: str(subject.kind),
        Col.ENTITY: subject.entity,
        Col.NAME: names.get(subject.name, subject.name) or subject.name,
        Col.ASPECT: aspect,
        Col.WINDOW_START: wave.start,
        Col.WINDOW_END: wave.end,
        Col.OBSERVED: observed,
        Col.EXPECTED: wave.expected,
        Col.DOCUMENTS: number,
        Col.P_VALUE: wave.p_value,
        Col.SEVERITY: round(100 * rise * number / (number + _HALF_WEIGHT_DOCUMENTS), 1),
        Col.QUOTES: json.dumps(
            choose_quotes(said.speaking, aspect, subject.kind), ensure_ascii=False
        ),
        Col.STATUS: OPEN,
        Col.FINGERPRINT: subject.fingerprint,
        Col.EWMA: wave.ewma,
        Col.CORRECTED_SHARE: None if right is None else right[0].corrected(observed, right[1]),
        Col.CORRECTED_EXPECTED: (
            None if right is None else right[0].corrected(wave.expected, right[1])
        ),
        Col.RIVAL: said.rival,
    }
