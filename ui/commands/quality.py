"""``groundswell quality``: what ingest kept, set aside and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from signals import Lake


def quality(
    batch: Annotated[str | None, typer.Option(help="Batch to show; without it the newest.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Broken rules to list.")] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what ingest kept and which rows it set aside, with file, line, value and rule."""
    from signals import Lake
    from ui.console import out, print_json
    from ui.reports import print_report, problem_table
    from ui.settings import load_settings

    lake = Lake(load_settings(home).workspace.lake)
    report = _report(lake, batch)
    problems = report.pop("problems")
    if as_json:
        print_json({**report, "problems": problems[:limit], "problem_count": len(problems)})
        return
    out.print(f"Batch {report['batch_id']} from {report['source']}", markup=False)
    print_report({**report, "problems": []})
    if not problems:
        out.print("No row was set aside.")
        return
    rules: dict[str, int] = {}
    for problem in problems:
        rules[problem["rule"]] = rules.get(problem["rule"], 0) + 1
    for rule, count in sorted(rules.items(), key=lambda item: -item[1]):
        out.print(f"  {rule}: {count:,}", markup=False)
    out.print(problem_table(problems[:limit], f"First {min(limit, len(problems))} problems"))


def _report(lake: Lake, batch_id: str | None) -> dict[str, Any]:
    """Put the report of a batch together from the lake."""
    from signals import BATCHES, QUARANTINE, Col, DataError, NotReady

    batches = lake.read(BATCHES)
    if batches.empty:
        raise NotReady("nothing was ingested yet; run: groundswell ingest FILE")
    newest = batches.sort_values(Col.RECORDED_AT, kind="stable")[Col.BATCH_ID].iloc[-1]
    batch_id = batch_id or newest
    rows = batches[batches[Col.BATCH_ID] == batch_id]
    if rows.empty:
        known = ", ".join(batches[Col.BATCH_ID].unique()[-5:])
        raise DataError(f"there is no batch {batch_id!r}; known: {known}")
    tables = [{**row, **json.loads(row.pop(Col.NOTES))} for row in rows.to_dict("records")]
    problems = lake.read(QUARANTINE, where={Col.BATCH_ID: batch_id})
    problems = problems.sort_values([Col.FILE, Col.LINE], kind="stable")
    return {
        "batch_id": batch_id,
        "source": tables[0][Col.SOURCE],
        "tables": tables,
        "problems": problems.to_dict("records"),
    }
