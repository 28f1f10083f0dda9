"""Alerts: waves of negative texts about a product or a category, with their quotes."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.aspects import aspects_of, main_aspect
from signals.frames import Col
from signals.mood import COUNTED_DOCUMENTS
from signals.progress import silent
from signals.surges import NEEDED_BEFORE, WINDOWS, find_surges
from signals.tables import ALERTS, PRODUCTS, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signals.lake import Lake
    from signals.progress import Progress
    from signals.surges import Surge

NEGATIVE_SHARE: Final = "negative_share"
OPEN: Final = "open"
RESOLVED: Final = "resolved"
_QUIET_DAYS = 14
_QUOTES = 3
_HALF_WEIGHT_DOCUMENTS = 10
_COUNTS = f"""{COUNTED_DOCUMENTS}
SELECT product_id, available_at::DATE AS day, count(*)::DOUBLE AS documents,
       sum(negative)::DOUBLE AS negative
FROM counted WHERE product_id IS NOT NULL AND available_at::DATE >= $start
GROUP BY ALL ORDER BY ALL
"""
_TEXTS = f"""{COUNTED_DOCUMENTS}
SELECT c.product_id, c.doc_id, c.available_at::DATE AS day, c.polarity, c.negative, d.text, d.lang
FROM counted c JOIN documents d ON d.doc_id = c.doc_id
WHERE c.product_id IN (SELECT unnest($products)) AND c.available_at::DATE >= $start
ORDER BY c.polarity, c.available_at, c.doc_id
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wave:
    """Days on which one entity stands out, no two further apart than two quiet weeks."""

    entity: str
    start: pd.Timestamp
    end: pd.Timestamp
    expected: float
    p_value: float
    alert_id: str = ""


def scan_alerts(
    lake: Lake,
    *,
    as_of: pd.Timestamp,
    model_id: str,
    days: int = _QUIET_DAYS,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Look for waves of negative texts in the last days.

    A promotion that brings more texts raises nothing: only the share counts. A category is judged
    without the products that stand out by themselves. A wave that goes on keeps its ``alert_id``;
    scanning twice gives the same rows.

    Parameters
    ----------
    as_of
        Only texts available by this moment count.
    days
        Days to judge, the last ones; more of them bring back waves that are over.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``alerts``: those that go on, and those resolved by now. ``severity``
        in [0, 100] grows with the rise of the share and the number of texts.
    """
    last = (as_of.tz_convert("UTC") - pd.Timedelta(1, "ns")).tz_localize(None).normalize()
    axis = pd.date_range(end=last, periods=days + NEEDED_BEFORE + max(WINDOWS))
    counts = lake.sql(
        _COUNTS.format(grain="week"), as_of=as_of,
        parameters={"model_id": model_id, "end": (last + pd.Timedelta(days=1)).date(),
                    "start": axis[0].date()},
    )  # fmt: skip
    known = lake.read(ALERTS, as_of=as_of, where={Col.KIND: NEGATIVE_SHARE})
    products = lake.read(PRODUCTS, as_of=as_of).set_index(Col.PRODUCT_ID)
    progress("scan for alerts", 0, 2)
    waves = _waves_of_all(counts, products[Col.CATEGORY], axis, len(axis) - days)
    waves = [_continued(wave, known) for wave in waves]
    progress("scan for alerts", 1, 2)
    rows = _rows(waves, _texts(lake, waves, products, as_of, model_id), products, last)
    found = pd.DataFrame(rows + _ended(known, waves, last), columns=ALERTS.schema.names)
    progress("scan for alerts", 2, 2)
    logger.info(
        "%d alerts among %d products with texts", len(waves), counts[Col.PRODUCT_ID].nunique()
    )
    if found.empty:
        return lake.read(ALERTS).head(0)
    return found.sort_values(
        [Col.SEVERITY, Col.ALERT_ID, Col.AVAILABLE_AT], ascending=[False, True, True],
        ignore_index=True,
    )  # fmt: skip


def open_alerts(lake: Lake, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the alerts that were open at a moment, the most severe first."""
    found = lake.read(ALERTS, as_of=as_of, where={Col.STATUS: OPEN})
    oldest = as_of.tz_convert("UTC").tz_localize(None) - pd.Timedelta(days=_QUIET_DAYS + 1)
    lasting = found[found[Col.WINDOW_END] >= oldest]
    return lasting.sort_values(
        [Col.SEVERITY, Col.ALERT_ID], ascending=[False, True], ignore_index=True
    )


def _waves_of_all(
    counts: pd.DataFrame, categories: pd.Series, axis: pd.DatetimeIndex, first: int
) -> list[_Wave]:
    """Find the waves of products, then those of categories without these products."""
    ids = sorted(counts[Col.PRODUCT_ID].unique())
    place = pd.Index(ids).get_indexer(counts[Col.PRODUCT_ID])
    at = (place, axis.get_indexer(pd.DatetimeIndex(counts[Col.DAY])))
    documents, negative = np.zeros((len(ids), len(axis))), np.zeros((len(ids), len(axis)))
    documents[at], negative[at] = counts["documents"], counts["negative"]
    names = [f"{Scope.PRODUCT}:{product}" for product in ids]
    category = categories.reindex(ids).fillna("").to_numpy(dtype=str)
    groups = sorted(set(category.tolist()) - {""})
    watched = len(ids) + len(groups)
    waves = _waves(find_surges(documents, negative, first, watched=watched), names, axis)
    rows = {name: row for row, name in enumerate(names)}
    for wave in waves:
        alone = (axis >= wave.start) & (axis <= wave.end)
        documents[rows[wave.entity], alone] = negative[rows[wave.entity], alone] = 0
    inside = (np.array(groups, dtype=str)[:, None] == category[None, :]).astype(float)
    surges = find_surges(inside @ documents, inside @ negative, first, watched=watched)
    return waves + _waves(surges, [f"{Scope.CATEGORY}:{group}" for group in groups], axis)


def _waves(surges: Iterable[Surge], names: Sequence[str], axis: pd.DatetimeIndex) -> list[_Wave]:
    waves: list[_Wave] = []
    ordered = sorted(surges, key=lambda surge: (surge.series, surge.day))
    for series, days in groupby(ordered, key=lambda surge: surge.series):
        last = None
        for surge in days:
            start, day = axis[surge.day - surge.window + 1], axis[surge.day]
            if last is not None and (day - last).days <= _QUIET_DAYS:
                wave = waves[-1]
                waves[-1] = replace(
                    wave, start=min(wave.start, start), end=day,
                    p_value=min(wave.p_value, surge.p_value),
                )  # fmt: skip
            else:
                waves.append(_Wave(names[series], start, day, surge.expected, surge.p_value))
            last = day
    return waves


def _continued(wave: _Wave, known: pd.DataFrame) -> _Wave:
    """Give a wave the identity of the alert it continues, or its own."""
    near = known[known[Col.ENTITY] == wave.entity]
    quiet = pd.Timedelta(days=_QUIET_DAYS)
    near = near[(near[Col.WINDOW_END] >= wave.start - quiet) & (near[Col.WINDOW_START] <= wave.end)]
    if near.empty:
        name = f"{NEGATIVE_SHARE}|{wave.entity}|{wave.start.date()}"
        return replace(wave, alert_id="A" + hashlib.sha256(name.encode()).hexdigest()[:12])
    before = near.sort_values(Col.WINDOW_END).iloc[-1]
    return replace(
        wave,
        alert_id=before[Col.ALERT_ID],
        start=min(wave.start, before[Col.WINDOW_START]),
        end=max(wave.end, before[Col.WINDOW_END]),
        expected=before[Col.EXPECTED],
        p_value=min(wave.p_value, before[Col.P_VALUE]),
    )


def _texts(
    lake: Lake, waves: Sequence[_Wave], products: pd.DataFrame, as_of: pd.Timestamp, model_id: str
) -> pd.DataFrame:
    """Read the texts about the products of all waves, the most negative first."""
    members = {product for wave in waves for product in _members(wave, products)}
    start = min((wave.start for wave in waves), default=as_of.tz_localize(None))
    end = as_of.tz_convert("UTC").normalize() + pd.Timedelta(days=1)
    return lake.sql(
        _TEXTS.format(grain="week"), as_of=as_of,
        parameters={"model_id": model_id, "end": end.date(), "start": start.date(),
                    "products": sorted(members)},
    )  # fmt: skip


def _members(wave: _Wave, products: pd.DataFrame) -> list[str]:
    scope, _, name = wave.entity.partition(":")
    if scope == Scope.PRODUCT:
        return [name]
    return products.index[products[Col.CATEGORY] == name].tolist()


def _rows(
    waves: Sequence[_Wave], texts: pd.DataFrame, products: pd.DataFrame, last: pd.Timestamp
) -> list[dict[str, Any]]:
    rows = []
    for wave in waves:
        about = texts[Col.PRODUCT_ID].isin(_members(wave, products))
        told = texts[about & texts[Col.DAY].between(wave.start, wave.end)]
        row = _row(wave, told, products)
        rows.append(row)
        if (last - wave.end).days >= _QUIET_DAYS:
            rows.append(_resolved(row))
    return rows


def _row(wave: _Wave, told: pd.DataFrame, products: pd.DataFrame) -> dict[str, Any]:
    bad = told[told["negative"] == 1]
    aspect = main_aspect(bad[Col.TEXT].tolist())
    observed = len(bad) / len(told)
    rise = max(observed - wave.expected, 0.0)
    _, _, name = wave.entity.partition(":")
    return {
        Col.ALERT_ID: wave.alert_id,
        Col.KIND: NEGATIVE_SHARE,
        Col.ENTITY: wave.entity,
        Col.NAME: products[Col.NAME].get(name, name) or name,
        Col.ASPECT: aspect,
        Col.WINDOW_START: wave.start,
        Col.WINDOW_END: wave.end,
        Col.OBSERVED: observed,
        Col.EXPECTED: wave.expected,
        Col.DOCUMENTS: len(told),
        Col.P_VALUE: wave.p_value,
        Col.SEVERITY: round(100 * rise * len(told) / (len(told) + _HALF_WEIGHT_DOCUMENTS), 1),
        Col.QUOTES: json.dumps(_quotes(bad, aspect), ensure_ascii=False),
        Col.STATUS: OPEN,
        Col.AVAILABLE_AT: (wave.end + pd.Timedelta(days=1)).tz_localize("UTC"),
    }


def _quotes(bad: pd.DataFrame, aspect: str | None) -> list[dict[str, str]]:
    """Quote the most negative texts, those about the aspect first, the languages in turn."""
    speaks = [aspect in aspects_of(text) for text in bad[Col.TEXT]]
    ranked = bad.assign(speaks=speaks).drop_duplicates(Col.TEXT)
    ranked = ranked.assign(turn=ranked.groupby(["speaks", Col.LANG], dropna=False).cumcount())
    ranked = ranked.sort_values(["speaks", "turn", Col.POLARITY], ascending=[False, True, True],
                                kind="stable")  # fmt: skip
    return [
        {
            Col.DOC_ID: text[Col.DOC_ID],
            Col.TEXT: text[Col.TEXT],
            Col.DAY: str(text[Col.DAY].date()),
            Col.LANG: text[Col.LANG],
        }
        for text in _records(ranked.head(_QUOTES))
    ]


def _ended(known: pd.DataFrame, waves: Sequence[_Wave], last: pd.Timestamp) -> list[dict[str, Any]]:
    """Resolve the open alerts that nothing went on with for two weeks."""
    going_on = {wave.alert_id for wave in waves}
    over = known[(known[Col.STATUS] == OPEN) & ~known[Col.ALERT_ID].isin(going_on)]
    over = over[over[Col.WINDOW_END] <= last - pd.Timedelta(days=_QUIET_DAYS)]
    return [_resolved(row) for row in _records(over)]


def _resolved(row: dict[str, Any]) -> dict[str, Any]:
    known_from = row[Col.WINDOW_END] + pd.Timedelta(days=_QUIET_DAYS + 1)
    return {**row, Col.STATUS: RESOLVED, Col.AVAILABLE_AT: known_from.tz_localize("UTC")}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
