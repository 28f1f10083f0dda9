"""``groundswell sentiment``: what people say; score a file; train the model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.commands.permitted import PermittedGroup
from ui.commands.sentiment_show import show
from ui.commands.sentiment_train import train
from ui.options import HomeOption, JsonOption

sentiment = typer.Typer(
    cls=PermittedGroup,
    help="Show what people say, score a file of texts, train the sentiment model.",
    no_args_is_help=True,
)
sentiment.command()(show)
sentiment.command()(train)


@sentiment.command()
def score(  # noqa: PLR0913 - one parameter an option
    file: Annotated[Path, typer.Argument(help="CSV, Parquet, JSON lines or Excel file.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv, .tsv, .parquet or .jsonl.")],
    text: Annotated[
        str | None, typer.Option(help="Column that holds the texts; without it, it is guessed.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help="Language of all texts; without it, told text by text.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Before the names of the new columns.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Leave out lines that hold no row.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the texts of any file and write it back with sentiment, aspects and flags.

    Rows keep their order and count, columns their values. No workspace is needed.
    """
    from signals import FileOptions, score_file
    from ui.console import bars, print_json
    from ui.scored_file import file_scores_record, print_file_scores
    from ui.settings import load_settings
    from ui.wiring import make_scorer

    options = FileOptions(text, lang, prefix, force, skip_broken)
    with bars(quiet=as_json) as progress:
        found = score_file(file, out, make_scorer(load_settings(home)), options, progress=progress)
    if as_json:
        print_json(file_scores_record(found, out))
        return
    print_file_scores(found, file, out, guessed=text is None)
