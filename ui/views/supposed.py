"""What the model would forecast if price, promotion, sentiment or stock were otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from forecasting import SAID_PERIODS, STOCK_PERIODS, Change, How, Lever, Whose, WhyNot
from signals import GroundswellError
from ui import charts
from ui.markup import banner, join
from ui.series import load_series
from ui.views.figures import figure, with_table
from ui.what_if_view import compare

if TYPE_CHECKING:
    import numpy as np

    from forecasting import Refusal, WhatIf
    from ui.live import Live
    from ui.views.words import Words
    from ui.what_if_view import Compared

_MIDDLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sliders:
    """Where the sliders stand; 0 leaves a driver as it is, and so does stock at 100.

    Parameters
    ----------
    price
        Change in per cent.
    promo
        Discount in per cent.
    sentiment
        Points of polarity.
    stock
        Per cent of days with stock.
    """

    price: float = 0.0
    promo: float = 0.0
    sentiment: float = 0.0
    stock: float = 100.0

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is to be otherwise."""
        moved = (
            (self.price, Lever.PRICE, How.BY_SHARE, self.price / 100),
            (self.promo, Lever.PROMO, How.TO, self.promo / 100),
            (self.sentiment, Lever.SENTIMENT, How.BY, self.sentiment),
            (100 - self.stock, Lever.STOCK, How.TO, self.stock / 100),
        )
        return tuple(Change(lever, how, amount) for off, lever, how, amount in moved if off)


def supposed(live: Live, series_id: str | None, sliders: Sliders, words: Words) -> Markup:
    """Show a forecast as it is and as it would be, or why the model cannot tell."""
    if not sliders.changes or series_id is None or live.run() is None:
        return Markup('<div class="gs"><p class="gs-quiet">{}</p></div>').format(words["if.hint"])
    try:
        compared = compare(live.settings, series_id, sliders.changes, (None, None))
    except GroundswellError as error:
        return _refused(Markup('<span lang="en">{}</span>').format(error), words)
    if isinstance(compared, tuple):
        return _refused("; ".join(why_not(refusal, words) for refusal in compared), words)
    return Markup('<div class="gs">{}</div>').format(_compared(live, compared, words))


def why_not(refusal: Refusal, words: Words) -> str:
    """Say why the model cannot speak about a change, with the range that it has seen."""
    seen, lever = refusal.seen, refusal.lever
    lever_said = words.called("lever", lever)
    if seen is None:
        return words.say(f"why_not.{refusal.why}", lever=lever_said, periods=STOCK_PERIODS)

    def between(low: float, high: float) -> str:
        first, last = (_said_as(lever, value, words) for value in (low, high))
        key = "why_not.throughout" if first == last else "why_not.between"
        return words.say(key, low=first, high=last)

    told = words.say(
        f"why_not.{refusal.why}",
        lever=lever_said,
        asked=_said_as(lever, refusal.asked, words),
        own=between(seen.own_low, seen.own_high),
    )
    if refusal.why is not WhyNot.BEYOND or seen.whose in {Whose.OWN, None}:
        return told
    whose = words.called("whose", str(seen.whose and seen.whose.name.lower()))
    return told + words.say("why_not.wider", whose=whose, wider=between(seen.low, seen.high))


def _said_as(lever: Lever, value: float, words: Words) -> str:
    if lever is Lever.PRICE:
        return words.number(value, 2)
    if lever is Lever.SENTIMENT:
        return words.number(value, 2, signed=True)
    return words.share(value)


def _refused(told: str, words: Words) -> Markup:
    return Markup(
        '<div class="gs"><p class="gs-banner gs-refusal" role="alert">{} {}</p></div>'
    ).format(words["if.refused"], told)


def _compared(live: Live, compared: Compared, words: Words) -> Markup:
    found = compared.found
    was, becomes = (_middle(found, units).sum() for units in (found.before, compared.after))
    gain = words.number(becomes - was, signed=True)
    share = f" ({words.share(becomes / was - 1, 1, signed=True)})" if was > 0 else ""
    verdict = Markup('<p class="gs-verdict"><b>{}</b>{} <span class="gs-quiet">{}</span></p>')
    lead = words.say(
        "if.instead",
        then=words.number(becomes),
        now=words.number(was),
        measure=words.called("measure", str(compared.run.measure)),
    )
    grain = compared.grain
    head = [words[f"series.from_{grain}"], words["if.as_it_is"], words["if.would_be"],
            words["if.difference"]]  # fmt: skip
    rows = [
        [words.day(day), words.number(one, 1), words.number(other, 1),
         words.number(other - one, 1, signed=True)]
        for day, one, other in zip(
            found.periods, _middle(found, found.before), _middle(found, compared.after),
            strict=True,
        )
    ]  # fmt: skip
    rows.append([words["if.together"], words.number(was, 1), words.number(becomes, 1),
                 words.number(becomes - was, 1, signed=True)])  # fmt: skip
    drawn = _drawn(live, compared, words)
    notes = join(
        Markup('<p class="gs-quiet">{}</p>').format(
            words.say(f"if_note.{note.kind}", share=words.share(note.share), said=SAID_PERIODS,
                      stock=STOCK_PERIODS)
        )
        for note in found.notes
    )  # fmt: skip
    return join(
        [
            verdict.format(gain, share, lead),
            with_table(drawn, words, head, rows, opened=True, total=True),
            notes,
            banner(words["why.association"]),
        ]
    )


def _drawn(live: Live, compared: Compared, words: Words) -> Markup:
    found = compared.found
    series = load_series(live.lake, compared.run, live.catalogue()[found.series_id])
    unit = words.say("chart.unit", measure=words.called("measure", series.measure),
                     period=words.called("period", series.period))  # fmt: skip
    fan = charts.fan_chart(series.history, series.forecast, unit)
    then = series.wide[_MIDDLE].copy()
    then[:] = _middle(found, compared.after)
    charts.add_earlier(fan, then, words["if.would_be"], 0)
    return figure(fan, words, words.say("if.label", name=compared.name))


def _middle(found: WhatIf, units: np.ndarray) -> np.ndarray:
    return units[..., found.levels.index(_MIDDLE)]
