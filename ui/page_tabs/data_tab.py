"""Data: a file with its columns and what is wrong in it, freshness, batches to take back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
from markupsafe import Markup

from signals import DateOrder, DecimalMark, GroundswellError
from ui.audit import Door, acting
from ui.markup import banner
from ui.page_tabs.site import PRIVATE, Renewed, Site
from ui.people import Action, may
from ui.people.doorkeeper import person_of
from ui.views import held_data, intake
from ui.views.words import words_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from signals import ColumnMap
    from ui.live import Live
    from ui.page_tabs.labels import Labels
    from ui.views.words import Words

_FORMATS: Final = [".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".xlsx"]
_MOST_COLUMNS: Final = 12  # of any table that a file can fill
_BESIDE_COLUMNS: Final = 3  # what the file holds, and how it writes numbers and days


@dataclass(frozen=True, slots=True)
class _Upload:
    file: gr.UploadButton
    seen: gr.HTML
    mapping: gr.Column
    kind: gr.Dropdown
    decimal: gr.Dropdown
    order: gr.Dropdown
    columns: list[gr.Dropdown]
    partial: gr.Checkbox
    check: gr.Button
    store: gr.Button
    report: gr.HTML


@dataclass(frozen=True, slots=True)
class _Held:
    fresh: gr.HTML
    stored: gr.HTML
    undoing: gr.Column
    batch: gr.Dropdown
    sure: gr.Checkbox
    undo: gr.Button
    undone: gr.HTML


def data_tab(site: Site) -> Renewed:
    """Lay the tab out."""
    live, language = site.live, site.language
    path, looked = gr.State(None), gr.State(None)
    with gr.Row():
        with gr.Column(scale=4, min_width=340) as bringing:
            up = _upload(site.labels)
        with gr.Column(scale=5, min_width=340):
            held = _lake(site.labels)
    site.reserved.extend([(bringing, Action.INGEST), (held.undoing, Action.INGEST)])
    chosen = [up.decimal, up.order, *up.columns]
    shown = [path, looked, up.seen, up.mapping, up.kind, *chosen, up.report]
    renewed = [held.fresh, held.stored, held.batch]

    def look(file: str | None, code: str, request: gr.Request) -> list[Any]:
        return _looked(live, file if _brings(request) else None, None, code)

    def look_again(file: str | None, name: str, code: str, request: gr.Request) -> list[Any]:
        return _looked(live, file if _brings(request) else None, name, code)

    def judge(found: intake.Looked | None, code: str, *chosen: str | None) -> str:
        return _told(found, code, chosen, lambda a, b, w: intake.check(live, a, b, w))

    def keep(
        request: gr.Request,
        found: intake.Looked | None,
        code: str,
        anyway: bool,
        *chosen: str | None,
    ) -> tuple[Any, ...]:
        if not _brings(request):
            return _refusal(words_in(code)["frame.may_not"]), *_holds(live, code)
        with acting(person_of(request).name, Door.PAGE):
            told = _told(
                found, code, chosen, lambda a, b, w: intake.store(live, a, b, w, partial=anyway)
            )
        return told, *_holds(live, code)

    def take_back(request: gr.Request, batch_id: str | None, code: str) -> tuple[Any, ...]:
        if not _brings(request):
            return _refusal(words_in(code)["frame.may_not"]), False, _off(), *_holds(live, code)
        with acting(person_of(request).name, Door.PAGE):
            told = _taken_back(live, batch_id, code)
        return told, False, _off(), *_holds(live, code)

    up.file.upload(look, [up.file, language], shown, **PRIVATE)
    up.kind.input(look_again, [path, up.kind, language], shown, **PRIVATE)
    up.check.click(judge, [looked, language, *chosen], up.report, **PRIVATE)
    up.store.click(keep, [looked, language, up.partial, *chosen], [up.report, *renewed], **PRIVATE)
    held.sure.input(lambda yes: gr.update(interactive=bool(yes)), held.sure, held.undo, **PRIVATE)
    held.undo.click(
        take_back, [held.batch, language], [held.undone, held.sure, held.undo, *renewed], **PRIVATE
    )
    return Renewed(lambda code: _holds(live, code), [language], renewed)


def _brings(request: gr.Request) -> bool:
    """Tell whether a visitor may bring in data and take it back."""
    return may(person_of(request), Action.INGEST)


def _upload(labels: Labels) -> _Upload:
    file = labels.put(gr.UploadButton, {"label": "data.file"}, file_types=_FORMATS,
                      elem_id="gs-file", elem_classes="gs-small")  # fmt: skip
    seen = gr.HTML()
    with gr.Column(visible=False, elem_id="gs-mapping") as mapping:
        kind = labels.put(gr.Dropdown, {"label": "data.kind"}, interactive=True, elem_id="gs-kind")
        with gr.Row():
            columns = [
                gr.Dropdown(visible=False, interactive=True, min_width=150)
                for _ in range(_MOST_COLUMNS)
            ]
        with gr.Row():
            decimal = labels.put(gr.Dropdown, {"label": "data.decimal"}, interactive=True,
                                 elem_id="gs-decimal")  # fmt: skip
            order = labels.put(gr.Dropdown, {"label": "data.order"}, interactive=True,
                               elem_id="gs-order")  # fmt: skip
        partial = labels.put(gr.Checkbox, {"label": "data.partial"}, interactive=True)
        with gr.Row():
            check = labels.put(gr.Button, {"value": "data.check"})
            store = labels.put(gr.Button, {"value": "data.store"}, variant="primary")
    report = gr.HTML(elem_id="gs-report")
    return _Upload(
        file, seen, mapping, kind, decimal, order, columns, partial, check, store, report
    )


def _lake(labels: Labels) -> _Held:
    fresh, stored = gr.HTML(), gr.HTML()
    with gr.Column() as undoing:
        batch = labels.put(gr.Dropdown, {"label": "data.undo_which"}, interactive=True,
                           elem_id="gs-batch")  # fmt: skip
        sure = labels.put(gr.Checkbox, {"label": "data.undo_sure"}, interactive=True)
        undo = labels.put(gr.Button, {"value": "data.undo"}, variant="stop", interactive=False,
                          elem_classes="gs-small")  # fmt: skip
    return _Held(fresh, stored, undoing, batch, sure, undo, gr.HTML())


def _taken_back(live: Live, batch_id: str | None, code: str) -> Markup:
    try:
        return held_data.undo(live, batch_id, words_in(code)) if batch_id else Markup("")
    except GroundswellError as error:
        return _refusal(str(error))


def _off() -> Any:  # noqa: ANN401 - Gradio's update
    return gr.update(interactive=False)


def _looked(live: Live, path: str | None, kind: str | None, code: str) -> list[Any]:
    """Show a file with a choice of its columns for each column of the table."""
    words = words_in(code)
    unseen = [gr.update(visible=False, value=None)] * _MOST_COLUMNS
    skipped = [gr.skip()] * _BESIDE_COLUMNS
    if path is None:
        return [None, None, "", gr.update(visible=False), *skipped, *unseen, ""]
    try:
        found = intake.look_at(live, Path(path), kind)
    except GroundswellError as error:
        refusal = _refusal(words.say("data.unread", told=error))
        return [None, None, refusal, gr.update(visible=False), *skipped, *unseen, ""]
    header = [("", ""), *((str(name), str(name)) for name in found.raw.frame.columns)]
    table = found.column_map.table
    choices = [
        gr.update(
            visible=True, choices=header, value=found.column_map.columns.get(target, ""),
            label=words.called("column", target) + (" *" if target in table.required else ""),
        )
        for target in intake.targets(table)
    ]  # fmt: skip
    kinds = gr.update(choices=intake.kinds(words), value=table.name)
    written = [
        gr.update(choices=intake.spellings(kind, words), value=remembered or "")
        for kind, remembered in (
            (DecimalMark, found.column_map.decimal), (DateOrder, found.column_map.date_order)
        )
    ]  # fmt: skip
    filled = [*choices, *unseen][:_MOST_COLUMNS]
    sample = intake.sample(found, words)
    return [path, found, sample, gr.update(visible=True), kinds, *written, *filled, ""]


def _told(
    found: intake.Looked | None,
    code: str,
    chosen: tuple[str | None, ...],
    tell: Callable[[intake.Looked, ColumnMap, Words], str],
) -> str:
    """Do something with a file whose columns were chosen, or say why not."""
    words = words_in(code)
    if found is None:
        return _refusal(words["data.no_file"])
    try:
        decimal, order, *sources = chosen
        columns = dict(zip(intake.targets(found.column_map.table), sources, strict=False))
        return tell(found, found.mapped(columns, decimal, order), words)
    except GroundswellError as error:
        return _refusal(words.say("data.unread", told=error))


def _holds(live: Live, code: str) -> tuple[Any, ...]:
    words = words_in(code)
    listed, choices = held_data.batches(live, words)
    value = choices[0][1] if choices else None
    return held_data.freshness(live, words), listed, gr.update(choices=choices, value=value)


def _refusal(text: str) -> Markup:
    return Markup('<div class="gs" lang="en">{}</div>').format(banner(text, refusal=True))
