"""Alerts: filters, the feed, one alert with its chart and quotes, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from signals import Col, DataError, GroundswellError
from ui.alerting.states import AlertStatus
from ui.audit import Door, acting
from ui.page_tabs.site import PRIVATE, Renewed, Site, clicks
from ui.people import Action, may
from ui.people.doorkeeper import person_of
from ui.views import alerts
from ui.views.words import words_in

if TYPE_CHECKING:
    from collections.abc import Callable

_VISITOR: Final = "page"
"""Who acts on a page without a login."""
_ACTIONS: Final = (
    ("alerts.acknowledge", AlertStatus.ACKNOWLEDGED),
    ("alerts.snooze", AlertStatus.SNOOZED),
    ("alerts.reopen", AlertStatus.OPEN),
)


def alerts_tab(site: Site) -> Renewed:
    """Lay the tab out."""
    live, labels = site.live, site.labels
    chosen = gr.State(None)
    with gr.Row():
        filters = [
            labels.put(gr.Dropdown, {"label": f"alerts.{name}"}, elem_id=f"gs-{name}",
                       interactive=True, min_width=180)
            for name in ("category", "kind", "status")
        ]  # fmt: skip
        grave = labels.put(gr.Checkbox, {"label": "alerts.grave"}, elem_id="gs-grave",
                           interactive=True)  # fmt: skip
    with gr.Row():
        with gr.Column(scale=2, min_width=260):
            listed = gr.HTML(js_on_load=clicks("click", alert="alert"))
        with gr.Column(scale=5, min_width=380):
            with gr.Row(elem_id="gs-acts") as acts:
                buttons = [
                    labels.put(gr.Button, {"value": key}, size="sm", min_width=130, scale=0)
                    for key, _ in _ACTIONS
                ]
            shown = gr.HTML()
    site.reserved.append((acts, Action.SETTLE))

    def choose(code: str, *wanted: Any) -> tuple[Any, ...]:  # noqa: ANN401 - of several widgets
        category, kind, status, only_grave, alert_id = wanted
        words, every = words_in(code), alerts.ALL
        sought = alerts.Wanted(category or every, kind or every, status or every, bool(only_grave))
        ids = list(alerts.matching(live, sought)[Col.ALERT_ID])
        current = alert_id if alert_id in ids else next(iter(ids), None)
        feed = alerts.feed(live, sought, current, words)
        return feed, alerts.detail(live, current, words), current

    def opened(
        code: str, category: str, kind: str, status: str, only_grave: bool, event: gr.EventData
    ) -> tuple[Any, ...]:  # fmt: skip
        return choose(code, category, kind, status, only_grave, str(event.value))

    def renew(code: str, *wanted: Any) -> tuple[Any, ...]:  # noqa: ANN401 - of several widgets
        words = words_in(code)
        lists = (alerts.category_choices(live, words), alerts.kind_choices(words),
                 alerts.status_choices(words))  # fmt: skip
        updates = [
            gr.update(choices=choices, value=value or alerts.ALL)
            for choices, value in zip(lists, wanted, strict=False)
        ]
        return *updates, *choose(code, *wanted)

    inputs = [site.language, *filters, grave]
    outputs = [listed, shown, chosen]
    changed = [*(each.input for each in filters), grave.input]
    gr.on(changed, choose, [*inputs, chosen], outputs, **PRIVATE)
    listed.click(opened, inputs, outputs, **PRIVATE)
    for button, (_, status) in zip(buttons, _ACTIONS, strict=True):
        act = _acting(site, status, choose)
        button.click(act, [*inputs, chosen], outputs, **PRIVATE)
    return Renewed(renew, [*inputs, chosen], [*filters, *outputs])


def _acting(
    site: Site, status: AlertStatus, choose: Callable[..., tuple[Any, ...]]
) -> Callable[..., tuple[Any, ...]]:
    """Make what puts the chosen alert into a state, and shows what then is."""

    def act(request: gr.Request, code: str, *wanted: Any) -> tuple[Any, ...]:  # noqa: ANN401
        alert_id = wanted[-1]
        if alert_id is not None:
            person = person_of(request)
            try:
                if not may(person, Action.SETTLE):
                    raise DataError(words_in(code)["frame.may_not"])
                with acting(person.name, Door.PAGE):
                    alerts.change(site.live, alert_id, status, person.name or _VISITOR)
            except GroundswellError as error:
                gr.Warning(str(error))
        return choose(code, *wanted)

    return act
