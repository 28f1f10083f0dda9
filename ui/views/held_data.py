"""What the lake holds: how fresh it is, which batches brought it, and taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup

from signals import BATCHES, FEEDS, Col, undo_batch
from ui.audit import Deed
from ui.markup import banner, table

if TYPE_CHECKING:
    from ui.live import Live
    from ui.views.words import Words

_COUNTS: Final = (Col.KEPT, Col.QUARANTINED)
_SHOWN: Final = 12  # batches


def freshness(live: Live, words: Words) -> Markup:
    """Say of each table how much it holds and how recent that is."""
    rows = live.kept(f"freshness {words.code}", lambda: _fresh_rows(live, words))
    head = [words[f"data.{name}"] for name in ("table", "rows", "first", "last", "stored_on")]
    return _titled(words["data.freshness"], table(head, rows, numbers=[1]))


def batches(live: Live, words: Words) -> tuple[Markup, list[tuple[str, str]]]:
    """List the batches that were stored, the newest first, and which can be chosen to undo."""
    found = live.lake.read(BATCHES).sort_values(Col.RECORDED_AT, ascending=False, kind="stable")
    rows, choices = [], []
    for batch_id, parts in list(found.groupby(Col.BATCH_ID, sort=False))[:_SHOWN]:
        first = parts.iloc[0]
        names = ", ".join(words.called("table", name) for name in parts[Col.TABLE])
        when = words.day(first[Col.RECORDED_AT])
        counts = (words.number(parts[name].sum()) for name in _COUNTS)
        rows.append([str(batch_id), str(first[Col.SOURCE]), names, *counts, when])
        choices.append((f"{batch_id} · {first[Col.SOURCE]} · {when}", str(batch_id)))
    head = [words["data.batch"], words["data.source"], words["data.table"],
            *(words[f"data.{name}"] for name in _COUNTS), words["data.stored_on"]]  # fmt: skip
    if not rows:
        nothing = Markup('<p class="gs-quiet">{}</p>').format(words["data.no_batch"])
        return _titled(words["data.batches"], nothing), []
    shown = table(head, rows, numbers=range(3, 3 + len(_COUNTS)))
    return _titled(words["data.batches"], shown), choices


def undo(live: Live, batch_id: str, words: Words) -> Markup:
    """Take a batch back, and say what went.

    Raises
    ------
    DataError
        When it cannot be taken back.
    """
    with live.audit().noting(Deed.UNDO, batch_id):
        taken = undo_batch(live.lake, batch_id)
    told = ", ".join(
        f"{words.called('table', name)} {words.number(rows)}" for name, rows in taken.items()
    )
    return Markup('<div class="gs">{}</div>').format(
        banner(words.say("data.undone", batch=batch_id, rows=told))
    )


def _fresh_rows(live: Live, words: Words) -> list[list[str]]:
    stored = live.lake.read(BATCHES)
    rows = []
    for each in FEEDS:
        moment = next((name for name in (Col.DAY, Col.EVENT_TIME) if name in each.schema.names),
                      Col.AVAILABLE_AT)  # fmt: skip
        found = live.lake.sql(
            f"SELECT count(*) AS n, min({moment}) AS first, max({moment}) AS last FROM {each.name}"
        ).iloc[0]
        when = stored.loc[stored[Col.TABLE] == each.name, Col.RECORDED_AT].max()
        days = [
            "" if pd.isna(day) or moment == Col.AVAILABLE_AT else words.day(pd.Timestamp(day))
            for day in (found["first"], found["last"])
        ]
        rows.append([words.called("table", each.name), words.number(int(found["n"])), *days,
                     "" if pd.isna(when) else words.day(when)])  # fmt: skip
    return rows


def _titled(title: str, body: Markup) -> Markup:
    return Markup('<section class="gs"><h2>{}</h2>{}</section>').format(title, body)
