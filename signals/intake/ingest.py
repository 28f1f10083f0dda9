"""Sources into the lake: judged, merged once, reported.

A batch is all or nothing. Rows in = rows kept + rows quarantined, and rows kept = rows new + rows
already known; a report that does not add up cannot be made.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals.author_key import author_key
from signals.batch import ABSENT
from signals.frames import Col
from signals.intake.checks import Finding, Rule
from signals.intake.gate import Judged, describe, judge
from signals.intake.report import BatchRefused, IngestReport, TableReport
from signals.intake.undo import VERSIONS
from signals.progress import Progress, silent
from signals.raw_texts import sealed_rows
from signals.tables import BATCHES, DOCUMENTS, PRODUCTS, QUARANTINE, RAW_TEXTS, SALES, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signals.batch import Batch
    from signals.intake.feeds import Feed
    from signals.lake import Lake

MAX_QUARANTINE_SHARE: Final = 0.05
_SHOWN: Final = 20

logger = logging.getLogger(__name__)


def ingest(
    lake: Lake,
    feeds: Sequence[Feed],
    *,
    source: str,
    now: pd.Timestamp,
    progress: Progress = silent,
    max_quarantine_share: float = MAX_QUARANTINE_SHARE,
) -> IngestReport:
    """Judge feeds and add their good rows to the lake, all of them together or none.

    Parameters
    ----------
    source
        Name of the source for reports, such as "olist" or "file".
    now
        Rows of days after it are refused as not yet happened.
    max_quarantine_share
        The batch is refused when this share of its rows, or more, is bad; 1 keeps whatever is good.

    Raises
    ------
    BatchRefused
        When too many rows are bad. The lake is as it was.
    """
    judged, key = [], author_key(lake.root)
    for number, feed in enumerate(feeds):
        progress("checking rows", number, len(feeds))
        judged.append((feed, judge(feed, now, key)))
    progress("checking rows", len(feeds), len(feeds))
    batch_id = _batch_id(source, judged)
    tables = list(dict.fromkeys(feed.table.name for feed in feeds))
    with lake.batch() as batch:
        settled = [
            _settle(batch, [pair for pair in judged if pair[0].table.name == name])
            for name in tables
        ]
        products = _known_products(lake, settled)
        reports, problems = [], []
        before = dict(batch.versions)
        for number, merge in enumerate(settled):
            progress("storing rows", number, len(settled))
            problems.append(merge.problems)
            reports.append(_store(batch, merge, products))
            if lake.keyring is not None and merge.table is DOCUMENTS:
                batch.add(RAW_TEXTS, sealed_rows(merge.good, merge.originals, lake.keyring))
        report = _report(batch_id, source, reports, problems)
        if report.quarantined and report.bad_share >= max_quarantine_share < 1:
            raise BatchRefused(report, max_quarantine_share)
        written = {
            name: (before.get(name, ABSENT), batch.versions.get(name, ABSENT)) for name in tables
        }
        _record(batch, report, (pd.concat(problems, ignore_index=True), written), now)
    progress("storing rows", len(settled), len(settled))
    return report


@dataclass(slots=True)
class _Merge:
    """All feeds of a batch for one table, with contradictions taken out."""

    table: Table
    feeds: list[Feed]
    good: pd.DataFrame
    problems: pd.DataFrame
    originals: pd.Series[str]
    quarantined: int
    judged: list[Judged]


def _settle(batch: Batch, pairs: list[tuple[Feed, Judged]]) -> _Merge:
    """Put the rows for a table together and take out those that contradict others."""
    table = pairs[0][0].table
    good = pd.concat([judged.good for _, judged in pairs], ignore_index=True)
    files = pd.concat(
        [pd.Series(feed.file, index=judged.good.index) for feed, judged in pairs],
        ignore_index=True,
    )
    lines = pd.concat([judged.lines for _, judged in pairs], ignore_index=True)
    originals = pd.concat([judged.originals for _, judged in pairs], ignore_index=True)
    found = [
        judged.problems.assign(**{Col.FILE: feed.file, Col.TABLE: table.name})
        for feed, judged in pairs
    ]
    clash = batch.contradictions(table, good)
    bad = pd.Series(data=False, index=good.index)
    for rule, positions in (
        (Rule.DUPLICATE_KEY, clash.within),
        (Rule.CONFLICTS_WITH_LAKE, clash.against),
    ):
        mask = good.index.isin(positions) & ~bad
        finding = Finding(rule, ", ".join(table.key), pd.Series(mask, index=good.index))
        named = good.copy()
        named[finding.column] = _key_text(table, good[mask])
        problems = describe(finding, named, named, lines)
        found.append(problems.assign(**{Col.FILE: files[mask]}, **{Col.TABLE: table.name}))
        bad |= finding.mask
    return _Merge(
        table=table,
        feeds=[feed for feed, _ in pairs],
        good=good[~bad].reset_index(drop=True),
        problems=pd.concat(found, ignore_index=True),
        originals=originals[~bad].reset_index(drop=True),
        quarantined=sum(judged.quarantined for _, judged in pairs) + int(bad.sum()),
        judged=[judged for _, judged in pairs],
    )


def _key_text(table: Table, rows: pd.DataFrame) -> pd.Series[str]:
    cells = rows[list(table.key)].astype(str).to_numpy()
    return pd.Series([", ".join(row) for row in cells], index=rows.index, dtype=object)


def _known_products(lake: Lake, settled: list[_Merge]) -> set[str]:
    stored = set(lake.read(PRODUCTS, columns=[Col.PRODUCT_ID])[Col.PRODUCT_ID])
    arriving = (set(m.good[Col.PRODUCT_ID]) for m in settled if m.table is PRODUCTS)
    return stored.union(*arriving)


def _store(batch: Batch, merge: _Merge, products: set[str]) -> TableReport:
    new = batch.add(merge.table, merge.good)
    warnings: Counter[str] = Counter()
    for judged in merge.judged:
        warnings.update(judged.warnings)
    if products and merge.table in (SALES, DOCUMENTS):
        named = merge.good[Col.PRODUCT_ID].dropna()
        warnings[Rule.UNKNOWN_PRODUCT.value] += int((~named.isin(products)).sum())
    logger.info("%s: %d rows, %d new", merge.table.name, len(merge.good), new)
    return TableReport(
        table=merge.table.name,
        files=tuple(dict.fromkeys(feed.file for feed in merge.feeds)),
        rows_in=sum(feed.rows_in for feed in merge.feeds),
        kept=len(merge.good),
        already_known=len(merge.good) - new,
        quarantined=merge.quarantined,
        corrected=sum(judged.corrected for judged in merge.judged),
        rules=dict(Counter(merge.problems[Col.RULE])),
        warnings={rule: count for rule, count in warnings.items() if count},
        left_out=_sum(feed.left_out for feed in merge.feeds),
        notes=_sum(feed.notes for feed in merge.feeds),
    )


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update({reason: int(number) for reason, number in count.items()})
    return dict(total)


def _report(
    batch_id: str, source: str, reports: list[TableReport], problems: list[pd.DataFrame]
) -> IngestReport:
    """Show the first problems of every rule, so that a frequent one hides no other."""
    every = pd.concat(problems, ignore_index=True)
    place = every.groupby(Col.RULE).cumcount()
    first = every.assign(place=place).sort_values(["place", Col.RULE], kind="stable")
    shown: list[Any] = first.head(_SHOWN).drop(columns="place").to_dict("records")
    return IngestReport(batch_id, source, tuple(reports), tuple(shown))


def _record(
    batch: Batch,
    report: IngestReport,
    found: tuple[pd.DataFrame, Mapping[str, tuple[int, int]]],
    now: pd.Timestamp,
) -> None:
    """Keep what became of a batch: broken rules, counts, and its tables' versions around it."""
    problems, written = found
    batch.add(QUARANTINE, problems.assign(**{Col.BATCH_ID: report.batch_id}))
    rows = [
        {
            Col.BATCH_ID: report.batch_id,
            Col.SOURCE: report.source,
            Col.TABLE: table.table,
            Col.FILE: ", ".join(table.files),
            Col.NOTES: json.dumps(
                {
                    "warnings": table.warnings,
                    "left_out": table.left_out,
                    "notes": table.notes,
                    VERSIONS: written[table.table],
                },
                ensure_ascii=False,
                sort_keys=True,
            ),
            **{name: getattr(table, name) for name in _COUNTS},
            Col.RECORDED_AT: now,
        }
        for table in report.tables
    ]
    batch.add(BATCHES, pd.DataFrame(rows))


_COUNTS: Final = (Col.ROWS_IN, Col.KEPT, Col.ALREADY_KNOWN, Col.QUARANTINED, Col.CORRECTED)


def _batch_id(source: str, judged: list[tuple[Feed, Judged]]) -> str:
    """Name a batch by what is in it: the same files again are the same batch."""
    digest = hashlib.sha256(source.encode())
    for feed, made in judged:
        digest.update(f"{feed.table.name}\x1f{feed.file}\x1f".encode())
        for frame in (made.good, made.problems):
            digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:12]
