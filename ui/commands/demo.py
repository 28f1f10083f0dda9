"""``groundswell demo``: the main job on a shop with known causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.settings import Settings

QUESTION = "Which categories will grow most in the next four weeks, and why?"


def demo(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Build a small shop with known causes, run everything on it, and show the result.

    Sixty products, two years of days, reviews in three languages. It is stored like your own data
    would be, so every other command works on it afterwards; repeating it is cheap.
    """
    import pandas as pd

    from ui.commands.alerts import show_alerts
    from ui.commands.ask import show_answer
    from ui.commands.forecast_show import show_forecasts
    from ui.console import bars, out, print_json, print_next
    from ui.demo_shop import ingest_demo
    from ui.pipeline import run_pipeline
    from ui.settings import load_settings
    from ui.wiring import make_analyst, with_local_model

    settings = load_settings(home)
    now = pd.Timestamp.now("UTC")
    with bars(quiet=as_json) as progress:
        ingest_demo(settings, now=now, progress=progress)
        report = run_pipeline(settings, now=now, progress=progress)
    entity, name = talked_about(settings, report.run_id)
    answer = make_analyst(with_local_model(settings)).explain(entity)
    if as_json:
        print_json({"run": report.to_dict(), "answer": answer.to_dict()})
        return
    out.rule("What will sell")
    show_forecasts(settings, limit=10)
    out.rule("Why: one forecast explained")
    show_answer(answer)
    out.rule("What people are saying: open alerts")
    show_alerts(settings)
    print_next(
        "source .venv/bin/activate",
        f'groundswell ask "{QUESTION}"',
        f'groundswell ask "What are people saying about {name}?"',
        "groundswell serve                           # the page",
        "groundswell ingest FILE --home my-shop      # your own data",
    )


def talked_about(settings: Settings, run_id: str) -> tuple[str, str]:
    """Choose what to explain: the product of the worst alert, or the one sentiment moves most.

    Returns
    -------
    tuple
        Its series id and the name of the product.
    """
    from forecasting import contribution_frame
    from signals import PRODUCTS, AlertKind, Col, DriverGroup, Lake, Scope, open_alerts
    from ui.run_inputs import last_known

    lake = Lake(settings.workspace.lake)
    prefix = f"{Scope.PRODUCT}:"
    alarmed = open_alerts(lake, last_known(lake), AlertKind.NEGATIVE_SHARE)
    entities = [entity for entity in alarmed[Col.ENTITY] if entity.startswith(prefix)]
    if not entities:
        parts = contribution_frame(lake, run_id)
        moved = parts[(parts[Col.GROUP] == DriverGroup.SENTIMENT) & (parts[Col.LEVEL] == 0.5)]
        moved = moved[moved[Col.SERIES_ID].str.startswith(prefix)]
        entities = [str(moved.groupby(Col.SERIES_ID)[Col.UNITS].sum().abs().idxmax())]
    product = lake.read(PRODUCTS, where={Col.PRODUCT_ID: entities[0].removeprefix(prefix)})
    return entities[0], str(product[Col.NAME].iloc[0])
