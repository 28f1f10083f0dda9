"""``groundswell demo``: the main job on a shop with known causes."""

from __future__ import annotations

from ui.options import HomeOption, JsonOption

QUESTION = "Which categories will grow most in the next four weeks, and why?"


def demo(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Build a small shop with known causes, run everything on it, and show the result.

    Sixty products, two years of days, reviews in three languages. It is stored like your own data
    would be, so every other command works on it afterwards; repeating it is cheap.
    """
    import pandas as pd

    from ui.commands.alerts import show_alerts
    from ui.commands.ask import show_answer
    from ui.commands.forecast import show_forecasts
    from ui.console import bars, out, print_json, print_next
    from ui.demo_shop import ingest_demo
    from ui.pipeline import run_pipeline
    from ui.settings import load_settings
    from ui.wiring import make_analyst

    settings = load_settings(home)
    now = pd.Timestamp.now("UTC")
    with bars(quiet=as_json) as progress:
        ingest_demo(settings, now=now, progress=progress)
        report = run_pipeline(settings, now=now, progress=progress)
    answer = make_analyst(settings).ask(QUESTION)
    if as_json:
        print_json({"run": report.to_dict(), "answer": answer.to_dict()})
        return
    show_forecasts(settings, limit=10)
    out.rule("Why")
    show_answer(answer)
    out.rule("Alerts")
    show_alerts(settings)
    print_next(
        "source .venv/bin/activate",
        *(f'groundswell ask "{question}"' for question in answer.suggestions[:2]),
        "groundswell serve                           # the page",
        "groundswell ingest FILE --home my-shop      # your own data",
    )
