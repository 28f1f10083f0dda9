"""``groundswell sentiment train``: tune the sentiment model on labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Mapping


def train(  # noqa: PLR0913 - one parameter an option
    out: Annotated[Path, typer.Option(help="New folder for the tuned part.")],
    data: Annotated[
        Path | None, typer.Option(help="Folder that holds the public labelled sets.")
    ] = None,
    own: Annotated[
        list[Path] | None,
        typer.Option(help="Your own labelled texts: CSV, Parquet, JSON lines, Excel. Repeatable."),
    ] = None,
    text: Annotated[str, typer.Option(help="Column of --own that holds the texts.")] = "text",
    label: Annotated[
        str,
        typer.Option(help="Column of --own with negative / neutral / positive, numbers or stars."),
    ] = "label",
    rows: Annotated[
        int | None, typer.Option(min=1, help="At most so many training texts from each public set.")
    ] = None,
    layers: Annotated[
        int | None, typer.Option(min=1, help="Layers that learn, from the top; the rest is frozen.")
    ] = None,
    adapter_rank: Annotated[
        int | None,
        typer.Option(min=1, help="Train low-rank adapters of this rank instead of whole layers."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Times every text is read.")] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.0, help="Largest step of the optimizer for the layers.")
    ] = None,
    accumulate: Annotated[
        int | None, typer.Option(min=1, help="Batches whose gradients make one step.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same data: same model.")] = 7,
    restart: Annotated[
        bool, typer.Option("--restart", help="Forget an earlier training that was stopped.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tune the upper layers of the encoder for sentiment and aspects.

    About an hour on two cores for the public sets, minutes for a few thousand texts of your own; a
    GPU is used when there is one. Stopped at any moment and begun again, it goes on where it was
    and ends with the same model. Writes the weights with a manifest: data sets, what was dropped as
    noise, cut-off day, figures on held-out texts.
    """
    from signals import (
        ConfigError,
        TrainingPlan,
        forget_training,
        labelled_frame,
        train_sentiment,
    )
    from ui.console import bars, print_json
    from ui.settings import load_settings

    if data is None and not own:
        raise ConfigError("there is nothing to learn from; give --data FOLDER, --own FILE or both")
    asked = {
        "rows": rows,
        "layers": layers,
        "adapter_rank": adapter_rank,
        "epochs": epochs,
        "rate": rate,
        "accumulate": accumulate,
    }
    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if restart:
        forget_training(out)
    settings = load_settings(home)
    with bars(quiet=as_json) as progress:
        about = train_sentiment(
            data,
            out,
            plan=TrainingPlan(seed=seed, **given),
            own=[labelled_frame(file, text, label) for file in own or ()],
            weights=settings.weights,
            progress=progress,
        )
    if as_json:
        print_json(about)
    else:
        _print_figures(about, out)


def _print_figures(about: Mapping[str, Any], out: Path) -> None:
    from ui.console import out as console
    from ui.console import print_next

    console.print(f"\nThe sentiment model is in [bold]{out}[/bold]. On held-out texts:")
    for name, figures in about["held_out"].items():
        console.print(
            f"  {name:<20} {figures['rows']:>6} texts   accuracy {figures['accuracy']:.3f}   "
            f"macro-F1 {figures['macro_f1']:.3f}",
            highlight=False,
        )
    for name, noise in about["noise"].items():
        console.print(
            f"  {name}: {noise['dropped']:,} of {noise['rows']:,} training texts contradicted "
            "their stars and were left out",
            highlight=False,
        )
    print_next(
        f"GROUNDSWELL_SCORER={out} groundswell sentiment score FILE --out SCORED.csv",
        f"GROUNDSWELL_SCORER={out} groundswell run",
    )
