"""From a name and a day to the report of a workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from agent import LANGUAGES
from forecasting import latest_run, stored_run
from signals import Scope
from ui.exports.fan import fan_of
from ui.exports.report import Report, ReportOrder, make_report
from ui.exports.words import words_of
from ui.naming import entities_named
from ui.series import load_series

if TYPE_CHECKING:
    from datetime import date

    from agent import Answer, Plan
    from ui.live import Live


def report_of(
    live: Live, series: str | None = None, day: date | None = None, language: str = LANGUAGES[0]
) -> Report:
    """Make the report of a series and week; its answers are kept and can be given again.

    Parameters
    ----------
    series
        A name or an id; None takes the whole shop.
    day
        Any day of the week; None takes the first week of the newest run. A week that was over
        before that run is reported by the run that was the newest when the week began.

    Raises
    ------
    DataError
        When nothing is called so, or the week is beyond the forecast.
    NotReady
        When nothing was run yet, or not before that week.
    """
    run = live.run() or latest_run(live.lake)
    first_day = run.made_on.date() + timedelta(days=1)
    entity = entities_named(live.catalogue(), series or str(Scope.TOTAL))[0]
    order = ReportOrder(entity, day or first_day, language)
    as_of = order.week.first_day if order.week.last_day < first_day else None
    talk = live.talk()

    def answer(plan: Plan) -> Answer:
        return talk.answer(plan, as_of)

    report = make_report(order, answer)
    told_by = stored_run(live.lake, report.answers[0].run_id or run.run_id)
    chosen = load_series(live.lake, told_by, entity)
    return replace(report, fan=fan_of(chosen, language, words_of(language)["fan"]))
