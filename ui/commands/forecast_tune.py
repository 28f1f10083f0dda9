"""``groundswell forecast tune``: search for better settings of the experts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting import Tuned


def tune(
    minutes: Annotated[float, typer.Option(min=0.01, help="Time for the search.")] = 10.0,
    experts: Annotated[
        str | None, typer.Option(help="Experts to tune: fusion or lightgbm, networks by name.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search for better settings of trees and networks on your own data, by optuna.

    Settings are judged at earlier origins; the best is taken only if it is better than the one in
    use at the newest origins too. Later runs use it: it is written to tuned.json in the workspace.
    Stopped or repeated, the search goes on from what was tried.
    """
    from forecasting import save_tuned, tune_experts
    from signals import Lake
    from ui.console import bars, print_json
    from ui.run_inputs import forecast_settings, last_known, panel_to_forecast
    from ui.settings import load_settings
    from ui.wiring import make_scorer

    settings = load_settings(home, experts=experts)
    lake, workspace = Lake(settings.workspace.lake), settings.workspace
    with bars(quiet=as_json) as progress:
        panel = panel_to_forecast(settings, lake, make_scorer(settings), last_known(lake))
        found = tune_experts(
            panel,
            forecast_settings(settings),
            workspace.tuning,
            seconds=60.0 * minutes,
            progress=progress,
        )
    save_tuned(found, workspace.tuned)
    if as_json:
        print_json([tuned.to_dict() for tuned in found])
    else:
        _print(found)


def _print(found: Sequence[Tuned]) -> None:
    from ui.console import out, print_next

    out.print()
    for tuned in found:
        verdict = "better: later runs use it" if tuned.better else "the setting in use stays"
        out.print(
            f"{tuned.family}: {tuned.tried} settings tried, quantile loss {tuned.loss:.4f} "
            f"(in use {tuned.usual_loss:.4f}); at the newest origins, which the search did not "
            f"see, {tuned.proof:.4f} (in use {tuned.usual_proof:.4f}): [bold]{verdict}[/bold]",
            highlight=False,
        )
        values = ", ".join(f"{name} {value:.4g}" for name, value in tuned.values.items())
        out.print(f"  {values}", highlight=False)
    print_next("groundswell run", "groundswell forecast tune --minutes 30   # goes on searching")
