"""The quality gate: raw rows in, typed and clean rows out, all others named with the reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from signals.clean import clean_text, is_changed, pseudonym, text_hash
from signals.frames import Col
from signals.intake.checks import ACCEPTED, LONGEST_NAME, WARNINGS, Finding, Rule, check_rows
from signals.intake.values import (
    is_number_column,
    to_days,
    to_moments,
    to_numbers,
    to_texts,
    to_truths,
)
from signals.intake.written_numbers import writes_decimal_comma
from signals.language import detect_language
from signals.tables import (
    BEHAVIOUR,
    COVARIATES,
    DOCUMENTS,
    EVERYWHERE,
    PRODUCTS,
    SALES,
    DocumentKind,
    Measure,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signals.intake.feeds import Feed
    from signals.intake.values import Parsed

LONGEST_QUOTE: Final = 200
"""Characters that a report shows of a value."""
_LONGEST_OF: Final = {Col.AUTHOR: 0, Col.TEXT: 0, Col.EVENT_TIME: 32, Col.STARS: 32, Col.KIND: 32}
"""Characters up to which values of documents are quoted: nobody could find them again."""
_PROBLEM: Final = [Col.LINE, Col.COLUMN, Col.VALUE, Col.RULE, Col.ACCEPTED]
_DAY: Final = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate made of a feed.

    Parameters
    ----------
    good
        Rows to store, all columns of the table with its types.
    lines
        Line in the file of each good row.
    problems
        Columns line, column, value, rule, accepted: a row a broken rule. One line of the file may
        break several.
    quarantined
        Rows of the file that are kept out.
    corrected
        Good rows in which a text was cleaned of what must not be stored.
    warnings
        Rule to number of good rows it says something about.
    originals
        Text of each good row as it came; null where what is stored says the same, and in tables
        other than documents.
    """

    good: pd.DataFrame
    lines: pd.Series[int]
    problems: pd.DataFrame
    quarantined: int
    corrected: int
    warnings: dict[str, int]
    originals: pd.Series[str]


def judge(feed: Feed, now: pd.Timestamp, key: bytes = b"") -> Judged:
    """Type, complete, clean and check the rows of a feed.

    Parameters
    ----------
    key
        Secret under which authors get their stand-ins, see ``author_key``.
    """
    table = feed.table
    raw = feed.frame.reset_index(drop=True)
    lines = pd.Series(range(1, len(raw) + 1) if feed.lines is None else list(feed.lines))
    rows, findings = _typed(feed, raw)
    rows = _complete(table, rows)
    rows, corrected = _cleaned(table, rows, key)
    needed = dict.fromkeys((*table.required, *table.key, *feed.also_required))
    findings += _required(needed, rows, findings)
    findings += check_rows(table, rows, now)
    refusals = [finding for finding in findings if finding.rule not in WARNINGS]
    bad = pd.Series(data=False, index=rows.index)
    for finding in refusals:
        bad |= finding.mask
    problems = [describe(finding, raw, rows, lines) for finding in refusals]
    unreadable = _unreadable(feed)
    warnings = {f.rule.value: int((f.mask & ~bad).sum()) for f in findings if f.rule in WARNINGS}
    return Judged(
        good=rows[~bad].reset_index(drop=True),
        lines=lines[~bad].reset_index(drop=True),
        problems=pd.concat([unreadable, *problems], ignore_index=True),
        quarantined=int(bad.sum()) + len(unreadable),
        corrected=int((corrected & ~bad).sum()),
        warnings={rule: count for rule, count in warnings.items() if count},
        originals=_originals(raw, corrected)[~bad].reset_index(drop=True),
    )


def _originals(raw: pd.DataFrame, corrected: pd.Series[bool]) -> pd.Series[str]:
    texts = raw[Col.TEXT] if Col.TEXT in raw.columns else corrected
    kept = [str(text) if is_so else None for text, is_so in zip(texts, corrected, strict=True)]
    return pd.Series(kept, dtype=object)


def describe(
    finding: Finding, raw: pd.DataFrame, rows: pd.DataFrame, lines: pd.Series[int]
) -> pd.DataFrame:
    """List the rows of a finding as problems, quoting what the file said."""
    source = raw if finding.column in raw.columns else rows
    mask = finding.mask.to_numpy()
    cells = source.loc[mask, finding.column]
    quotes = [
        "" if empty else _shown(finding, str(cell))
        for cell, empty in zip(cells, cells.isna(), strict=True)
    ]
    return pd.DataFrame(
        {
            Col.LINE: lines[mask],
            Col.COLUMN: finding.column,
            Col.VALUE: quotes,
            Col.RULE: finding.rule.value,
            Col.ACCEPTED: ACCEPTED[finding.rule],
        }
    )


def _shown(finding: Finding, value: str) -> str:
    """Quote a value, but nothing that may be what somebody wrote, also in a shifted column."""
    quote, longest = _quote(value), _LONGEST_OF.get(finding.column, LONGEST_NAME)
    return f"{len(value):,} characters, not shown" if quote and len(value) > longest else quote


def _quote(value: object) -> str:
    return clean_text(str(value)[: 4 * LONGEST_QUOTE])[:LONGEST_QUOTE]


def _unreadable(feed: Feed) -> pd.DataFrame:
    """List the lines that hold no row; lines of documents are not quoted, they may hold names."""
    if feed.bad_lines is None or feed.bad_lines.empty:
        return pd.DataFrame(columns=_PROBLEM)
    bad = feed.bad_lines
    texts = "" if feed.table is DOCUMENTS else bad["text"].map(_quote)
    return pd.DataFrame(
        {
            Col.LINE: bad["line"],
            Col.COLUMN: "",
            Col.VALUE: texts,
            Col.RULE: Rule.UNREADABLE_LINE.value,
            Col.ACCEPTED: bad["problem"] + "; accepted: " + ACCEPTED[Rule.UNREADABLE_LINE],
        }
    )


def _typed(feed: Feed, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Read every column by its type in the table; columns the feed lacks are empty."""
    columns, findings = {}, []
    comma = _decimal_comma(feed, raw)
    for field in feed.table.schema:
        values = raw.get(field.name, pd.Series(None, index=raw.index, dtype=object))
        if field.name == Col.TEXT:
            columns[field.name] = values.map(str, na_action="ignore")
            continue
        columns[field.name], wrong = _read(values, field.type, feed, comma)
        if wrong.any():
            is_day = pa.types.is_temporal(field.type)
            rule = Rule.UNREADABLE_DAY if is_day else Rule.WRONG_TYPE
            findings.append(Finding(rule, field.name, wrong))
    return pd.DataFrame(columns, index=raw.index), findings


def _decimal_comma(feed: Feed, raw: pd.DataFrame) -> bool | None:
    """Tell how a file writes decimals from all its columns of numbers."""
    cells: set[str] = set()
    for field in feed.table.schema:
        if pa.types.is_floating(field.type) and field.name in raw.columns:
            values = raw[field.name]
            if not is_number_column(values):
                cells.update(map(str, values.dropna().unique()))
    return writes_decimal_comma(cells)


def _read(
    values: pd.Series[Any],
    kind: pa.DataType,
    feed: Feed,
    comma: bool | None,
) -> Parsed:
    if pa.types.is_floating(kind):
        return to_numbers(values, comma=comma, said=feed.decimal)
    if pa.types.is_date(kind):
        return to_days(values, feed.date_order)
    if pa.types.is_timestamp(kind):
        return to_moments(values, feed.date_order)
    return to_truths(values) if pa.types.is_boolean(kind) else to_texts(values)


def _required(needed: Iterable[str], rows: pd.DataFrame, found: list[Finding]) -> list[Finding]:
    """Find empty cells that may not be; a cell that was unreadable is not reported twice."""
    missing = []
    for name in needed:
        mask = rows[name].isna()
        for finding in found:
            if finding.column == name:
                mask &= ~finding.mask
        if mask.any():
            missing.append(Finding(Rule.REQUIRED_MISSING, name, mask))
    return missing


def _complete(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Fill what follows from the row itself; never from the clock."""
    fill: dict[str, Any] = {}
    if table is SALES:
        fill = {Col.STORE_ID: EVERYWHERE, Col.MEASURE: Measure.UNITS_SOLD.value}
        fill[Col.AVAILABLE_AT] = _next_midnight(rows[Col.DAY])
    elif table is BEHAVIOUR:
        fill = {Col.AVAILABLE_AT: _next_midnight(rows[Col.DAY])}
    elif table is PRODUCTS:
        known = rows[Col.LAUNCH_DAY].dt.tz_localize("UTC")
        fill = {Col.AVAILABLE_AT: known.fillna(pd.Timestamp(0, tz="UTC"))}
    elif table is COVARIATES:
        vintage = rows[Col.VINTAGE].fillna(rows[Col.DAY] + _DAY)
        fill = {Col.REGION: EVERYWHERE, Col.VINTAGE: vintage}
        fill[Col.AVAILABLE_AT] = vintage.dt.tz_localize("UTC")
    elif table is DOCUMENTS:
        fill = {Col.KIND: DocumentKind.REVIEW.value, Col.AVAILABLE_AT: rows[Col.EVENT_TIME]}
    return rows.assign(**{name: rows[name].fillna(value) for name, value in fill.items()})


def _next_midnight(day: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    return (day + _DAY).dt.tz_localize("UTC")


def _cleaned(table: Table, rows: pd.DataFrame, key: bytes) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Clean texts, stand in for names, and tell the language and the id where they are missing."""
    unchanged = pd.Series(data=False, index=rows.index)
    if table is not DOCUMENTS:
        return rows, unchanged
    raw = rows[Col.TEXT]
    text = raw.map(clean_text, na_action="ignore")
    author = rows[Col.AUTHOR].map(partial(pseudonym, key=key), na_action="ignore")
    language = text.where(rows[Col.LANG].isna()).map(detect_language, na_action="ignore")
    rows = rows.assign(
        **{
            Col.TEXT: text,
            Col.AUTHOR: author,
            Col.TEXT_HASH: text.map(text_hash, na_action="ignore"),
            Col.LANG: rows[Col.LANG].fillna(language),
        }
    )
    lacking = rows[Col.DOC_ID].isna()
    if lacking.any():
        named = rows[Col.DOC_ID].astype(object)
        named[lacking] = _content_ids(rows[lacking])
        rows = rows.assign(**{Col.DOC_ID: named})
    pairs = zip(raw, text, raw.notna(), strict=True)
    changed = [filled and is_changed(written, stored) for written, stored, filled in pairs]
    return rows, pd.Series(changed, index=rows.index, dtype=bool)


def _content_ids(rows: pd.DataFrame) -> list[str]:
    """Name documents by what they say, so that the same one met again is the same."""
    identity = [Col.PRODUCT_ID, Col.AUTHOR, Col.EVENT_TIME, Col.STARS, Col.TEXT]
    joined = ("\x1f".join(cells) for cells in rows[identity].astype(str).to_numpy())
    return [hashlib.sha256(text.encode()).hexdigest()[:24] for text in joined]
