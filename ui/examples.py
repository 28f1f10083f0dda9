"""Questions to begin with, made from what this workspace holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent import EntityKind
from forecasting import forecast_frame
from signals import DOCUMENTS, Col

if TYPE_CHECKING:
    from agent import Entity, Language
    from ui.live import Live

FLAGSHIP: Final = "Which categories will grow most in the next four weeks, and why?"
"""The first of them in English."""
_MIDDLE: Final = 0.5


def example_questions(live: Live, language: Language) -> list[str]:
    """Make questions that can be answered here: about categories, a product, reviews, alerts."""
    run = live.run()
    if run is None:
        return []
    products = {entity.series_id: entity for entity in live.catalogue().of_kind(EntityKind.PRODUCT)}
    forecast = forecast_frame(live.lake, run.run_id)
    middle = forecast[forecast[Col.LEVEL] == _MIDDLE]
    sold = (
        middle.groupby(Col.SERIES_ID)[Col.UNITS].sum().sort_values(ascending=False, kind="stable")
    )
    best = next((products[name] for name in sold.index if name in products), None)
    phrases = language.phrases
    questions = [phrases["ask_growth"]]
    if best is not None:
        questions.append(phrases["ask_why"].format(name=best.name))
    talked = _talked_about(live, products)
    if talked is not None:
        questions.append(phrases["ask_said"].format(name=talked.name))
    if len(live.alerts()):
        questions.append(phrases["ask_alerts"])
    return [*questions, phrases["ask_accuracy"]]


def _talked_about(live: Live, products: dict[str, Entity]) -> Entity | None:
    """Find the product of the gravest alert; without one, the product with most documents."""
    alerts = live.alerts().sort_values(Col.SEVERITY, ascending=False, kind="stable")
    alerted = (products[name] for name in alerts[Col.ENTITY] if name in products)
    first = next(alerted, None)
    if first is not None:
        return first
    written = live.lake.read(DOCUMENTS, columns=[Col.PRODUCT_ID])[Col.PRODUCT_ID].value_counts()
    by_id = {entity.key: entity for entity in products.values()}
    return next((by_id[name] for name in written.index if name in by_id), None)
