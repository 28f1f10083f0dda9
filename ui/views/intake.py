"""Bringing data in by the page: a file with its guessed columns, and what is wrong in it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from markupsafe import Markup

from signals import (
    ACCEPTED,
    FEEDS,
    LONGEST_NAME,
    LONGEST_TEXT,
    QUARANTINE,
    BatchRefused,
    Col,
    ColumnMap,
    DateOrder,
    DecimalMark,
    Lake,
    Rule,
    guess_column_map,
    ingest,
    mappable,
    read_raw,
    recall_column_map,
    remember_column_map,
    table_feed,
    table_named,
)
from ui.audit import Deed
from ui.demo_shop import refuse_mixture
from ui.markup import banner, fold, join, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signals import RawTable, Table
    from ui.live import Live
    from ui.views.words import Words

_COUNTS: Final = (Col.ROWS_IN, Col.KEPT, Col.ALREADY_KNOWN, Col.QUARANTINED, Col.CORRECTED)
_PROBLEMS: Final = 200
_EXAMPLES: Final = 4
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was read, and what its columns seem to be."""

    raw: RawTable
    column_map: ColumnMap

    def mapped(
        self, columns: Mapping[str, str | None], decimal: str | None = "", order: str | None = ""
    ) -> ColumnMap:
        """Take what the visitor chose for each column of the table.

        Parameters
        ----------
        decimal
            What the file puts before decimals (`DecimalMark`); empty finds it from the cells.
        order
            Of day and month (`DateOrder`); empty finds it from the cells.

        Raises
        ------
        DataError
            When a required column is left out.
        """
        chosen = {target: source for target, source in columns.items() if source}
        found = replace(
            self.column_map,
            columns=chosen,
            decimal=DecimalMark(decimal) if decimal else None,
            date_order=DateOrder(order) if order else None,
        )
        found.check(list(self.raw.frame.columns))
        return found


def look_at(live: Live, path: Path, kind: str | None = None) -> Looked:
    """Read a file and guess its columns, or remember them from a file like it.

    Parameters
    ----------
    kind
        Name of the table it fills; None guesses that too.

    Raises
    ------
    DataError
        When the file holds no table.
    """
    raw = read_raw(path)
    wanted = table_named(kind) if kind else None
    known = recall_column_map(live.settings.workspace.column_maps, list(raw.frame.columns))
    if known is not None and wanted in (None, known.table):
        return Looked(raw, known)
    return Looked(raw, guess_column_map(raw.frame, wanted))


def kinds(words: Words) -> list[tuple[str, str]]:
    """List the tables that a file can fill."""
    return [(words.called("table", each.name), each.name) for each in FEEDS]


def spellings(kind: type[DecimalMark | DateOrder], words: Words) -> list[tuple[str, str]]:
    """List the ways in which a file can write numbers or days; the first finds it by itself."""
    ways = ((words[f"data.{way.name.lower()}"], way.value) for way in kind)
    return [(words["data.as_found"], ""), *ways]


def targets(of: Table) -> list[str]:
    """List the columns of a table that a file can fill."""
    return mappable(of)


def sample(looked: Looked, words: Words) -> Markup:
    """Show the first rows of a file and what was found about it."""
    frame = looked.raw.frame.head(_EXAMPLES)
    about = ", ".join(f"{name}: {value}" for name, value in looked.raw.about.items())
    rows = [[str(cell)[:_LONGEST] for cell in row] for row in frame.itertuples(index=False)]
    told = words.say("data.read", count=len(looked.raw.frame), file=looked.raw.file, about=about)
    return Markup('<div class="gs"><p class="gs-quiet">{}</p>{}</div>').format(
        told, table([str(name) for name in frame.columns], rows)
    )


def check(live: Live, looked: Looked, column_map: ColumnMap, words: Words) -> Markup:
    """Say what storing a file would keep and set aside; nothing is stored.

    Raises
    ------
    DataError
        When the file cannot fill the table.
    """
    with tempfile.TemporaryDirectory(prefix="groundswell-check-") as folder:
        lake = Lake(Path(folder))
        report = _store(lake, looked, column_map, limit=1.0)
        problems = _problems(lake, report.batch_id)
    limit = live.settings.max_quarantine_share
    refused = report.quarantined and report.bad_share >= limit
    verdict = words.say(
        "data.would_refuse" if refused else "data.would_store",
        kept=words.number(report.rows_in - report.quarantined),
        bad=words.number(report.quarantined),
        limit=words.share(limit),
    )
    return _report(verdict, report.to_dict()["tables"], problems, words, refusal=bool(refused))


def store(
    live: Live, looked: Looked, column_map: ColumnMap, words: Words, *, partial: bool
) -> Markup:
    """Store the good rows of a file, and say what became of the others.

    Parameters
    ----------
    partial
        Keep the good rows however many are bad.

    Raises
    ------
    DataError
        When the file cannot fill the table, or the workspace holds the demo shop.
    """
    refuse_mixture(live.lake, live.settings, looked.raw.file)
    limit = 1.0 if partial else live.settings.max_quarantine_share
    try:
        with live.audit().noting(Deed.INGEST, looked.raw.file) as told:
            report = _store(live.lake, looked, column_map, limit=limit)
            told.append(f"batch {report.batch_id}")
    except BatchRefused as refused:
        verdict = words.say("data.refused", limit=words.share(limit))
        shown = refused.report.to_dict()
        return _report(verdict, shown["tables"], shown["problems"], words, refusal=True)
    header = list(looked.raw.frame.columns)
    remember_column_map(live.settings.workspace.column_maps, header, column_map)
    verdict = words.say("data.stored", batch=report.batch_id)
    problems = _problems(live.lake, report.batch_id)
    return _report(verdict, report.to_dict()["tables"], problems, words, refusal=False)


def _store(lake: Lake, looked: Looked, column_map: ColumnMap, *, limit: float) -> Any:  # noqa: ANN401
    feed = table_feed(looked.raw, column_map)
    return ingest(
        lake,
        [feed],
        source=looked.raw.file,
        now=pd.Timestamp.now(tz="UTC"),
        max_quarantine_share=limit,
    )


def _problems(lake: Lake, batch_id: str) -> list[dict[str, Any]]:
    rows = lake.read(QUARANTINE, where={Col.BATCH_ID: batch_id})
    found: list[Any] = rows.sort_values([Col.FILE, Col.LINE], kind="stable").to_dict("records")
    return found


def _report(
    verdict: str,
    tables: Sequence[Mapping[str, Any]],
    problems: Sequence[Mapping[str, Any]],
    words: Words,
    *,
    refusal: bool,
) -> Markup:
    counts = [
        [words.called("table", each["table"]), *(words.number(each[name]) for name in _COUNTS)]
        for each in tables
    ]
    head = [words["data.table"], *(words[f"data.{name}"] for name in _COUNTS)]
    notes = [
        f"{_rule(reason, words)}: {words.number(count)}"
        for each in tables
        for kind in ("left_out", "notes", "warnings")
        for reason, count in each[kind].items()
    ]
    body = [banner(verdict, refusal=refusal), table(head, counts, numbers=range(1, len(head)))]
    body += [Markup('<p class="gs-quiet" lang="en">{}</p>').format(note) for note in notes]
    if problems:
        body.append(_problem_table(problems, words))
    return Markup('<div class="gs">{}</div>').format(join(body))


def _rule(told: str, words: Words) -> str:
    """Say a broken rule in the language of the reader; what is no rule stays as it is."""
    return words[f"rule.{Rule(told).name.lower()}"] if told in set(Rule) else told


def _accepted(problem: Mapping[str, Any], words: Words) -> str:
    """Say what is accepted in the language of the reader; what is wrong with a line stays."""
    rule, told = str(problem[Col.RULE]), str(problem[Col.ACCEPTED])
    if rule not in set(Rule):
        return told
    lengths = {"text": words.number(LONGEST_TEXT), "name": words.number(LONGEST_NAME)}
    said = words.say(f"accept.{Rule(rule).name.lower()}", **lengths)
    return told.replace(ACCEPTED[Rule(rule)], said)


def _problem_table(problems: Sequence[Mapping[str, Any]], words: Words) -> Markup:
    """List what was wrong, row by row, with what would be accepted."""
    rows = [
        [words.number(problem[Col.LINE]), str(problem[Col.COLUMN] or ""),
         str(problem[Col.VALUE])[:_LONGEST], _rule(str(problem[Col.RULE]), words),
         _accepted(problem, words)]
        for problem in problems[:_PROBLEMS]
    ]  # fmt: skip
    head = [words[f"data.{name}"] for name in ("line", "column", "value", "rule", "accepted")]
    shown = table(head, rows, numbers=[0])
    title = words.say("data.problems", count=len(problems))
    return (
        join([Markup("<h3>{}</h3>").format(title), shown])
        if len(rows) <= _EXAMPLES * 5
        else (fold(title, shown))
    )
