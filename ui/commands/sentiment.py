"""``groundswell sentiment``: train the sentiment model, score a file with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.options import HomeOption, JsonOption

sentiment = typer.Typer(
    help="Train the sentiment model on labelled texts; score a file of texts.",
    no_args_is_help=True,
)


@sentiment.command()
def train(
    data: Annotated[Path, typer.Option(help="Folder that holds the public labelled sets.")],
    out: Annotated[Path, typer.Option(help="New folder for the tuned part.")],
    rows: Annotated[
        int | None, typer.Option(min=1, help="At most so many training texts from each set.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same data: same model.")] = 7,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tune the top layers of the encoder for sentiment; takes half an hour on two cores.

    Writes the weights with a manifest: data sets, cut-off day, figures on held-out texts.
    """
    from signals import train_sentiment
    from ui.console import bars, print_json
    from ui.console import out as console
    from ui.settings import load_settings

    settings = load_settings(home)
    with bars(quiet=as_json) as progress:
        about = train_sentiment(
            data, out, weights=settings.weights, rows=rows, seed=seed, progress=progress
        )
    if as_json:
        print_json(about)
        return
    console.print(f"\nThe sentiment model is in [bold]{out}[/bold]. On held-out texts:")
    for name, figures in about["held_out"].items():
        console.print(
            f"  {name:<20} {figures['rows']:>6} texts   accuracy {figures['accuracy']:.3f}   "
            f"macro-F1 {figures['macro_f1']:.3f}"
        )


@sentiment.command()
def score(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet file with one text a row.")],
    text: Annotated[str, typer.Option(help="Column that holds the texts.")],
    out: Annotated[Path, typer.Option(help="CSV or Parquet file to write.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the chances of negative, neutral and positive to every row of a file."""
    from signals import score_file
    from ui.console import bars, print_json
    from ui.console import out as console
    from ui.settings import load_settings
    from ui.wiring import make_scorer

    scorer = make_scorer(load_settings(home))
    with bars(quiet=as_json) as progress:
        rows = score_file(file, text, out, scorer, progress=progress)
    if as_json:
        print_json({"rows": rows, "model_id": scorer.model_id, "out": str(out)})
        return
    console.print(f"\n{rows:,} texts scored by {scorer.model_id}; they are in [bold]{out}[/bold].")
