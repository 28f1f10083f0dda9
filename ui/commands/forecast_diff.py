"""``groundswell forecast diff``: why the forecast changed between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from agent import Catalogue
    from forecasting import Revision, SeriesRevision
    from signals import Progress
    from ui.settings import Settings

_TOLD_DRIFT: Final = 0.1  # units from which a forecast that cannot be made again is mentioned


def diff(
    entity: Annotated[
        str | None,
        typer.Argument(help="Product or category, a name or an id; without it the whole shop."),
    ] = None,
    home: HomeOption = None,
    older: Annotated[
        str | None, typer.Option("--from", help="Run that was made before; its id, or its start.")
    ] = None,
    newer: Annotated[
        str | None, typer.Option("--to", help="Run made later; without both the two newest.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Series to list without ENTITY.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Split the change of the forecast between two runs into its causes."""
    from ui.console import bars, out, print_json, print_next
    from ui.revision_view import changes_table, name_of, print_causes, revision_json
    from ui.settings import load_settings

    settings = load_settings(home)
    with bars(quiet=as_json) as progress:
        revision, catalogue = _read(settings, (older, newer), progress)
    chosen = _chosen(revision, catalogue, entity, limit)
    if as_json:
        print_json(revision_json(revision, catalogue, chosen))
        return
    print_causes(revision, chosen[0], catalogue)
    if len(chosen) > 1:
        out.print(changes_table(chosen[1:], catalogue))
    if revision.drift > _TOLD_DRIFT:
        out.print(
            "Stored forecasts, made again by this version of the program, differ by up to "
            f"{revision.drift:,.1f} units; that is counted as model."
        )
    name = name_of(chosen[-1].series_id, catalogue)
    print_next(f'groundswell forecast diff "{name}"', f'groundswell explain "{name}"')


def _read(
    settings: Settings, wanted: tuple[str | None, str | None], progress: Progress
) -> tuple[Revision, Catalogue]:
    from forecasting import choose_runs, revision_between
    from signals import Lake
    from ui.naming import catalogue_of

    lake = Lake(settings.workspace.lake)
    runs = choose_runs(lake, *wanted)
    revision = revision_between(lake, settings.workspace.models, runs, progress=progress)
    return revision, catalogue_of(lake, runs[1])


def _chosen(
    revision: Revision, catalogue: Catalogue, entity: str | None, limit: int
) -> list[SeriesRevision]:
    """Take the series that is asked for, or the whole shop and what changed most."""
    from signals import Scope
    from ui.naming import forecast_entity

    if entity is not None:
        return [revision.of(forecast_entity(catalogue, entity).series_id)]
    ranked = sorted(
        (revision.of(name) for name in revision.series_ids),
        key=lambda one: (one.series_id != Scope.TOTAL, -abs(one.change), one.series_id),
    )
    return ranked[: limit + 1]
