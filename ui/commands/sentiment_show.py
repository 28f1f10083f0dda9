"""``groundswell sentiment show``: what people say about a product, and how that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from signals import ProductTalk
    from ui.settings import Settings


def show(
    product: Annotated[str, typer.Argument(help="Product, category or brand; a name or an id.")],
    weeks: Annotated[
        int,
        typer.Option(min=1, max=104, help="Length of the period, compared with the one before."),
    ] = 8,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what people say about a product: shares, movement, aspects, topics, quotes.

    The last week ends where the newest run began; one text counts once a week, one author three
    times.
    """
    from ui.console import print_json, print_next
    from ui.settings import load_settings
    from ui.talk_view import print_talk

    talk = _read(load_settings(home), product, weeks)
    if as_json:
        print_json(talk.to_dict())
        return
    print_talk(talk)
    if talk.now.documents:
        print_next(f'groundswell explain "{talk.name}"', "groundswell alerts")
    else:
        print_next(f'groundswell sentiment show "{talk.name}" --weeks {min(4 * weeks, 104)}')


def _read(settings: Settings, text: str, weeks: int) -> ProductTalk:
    from agent import EntityKind
    from forecasting import latest_run
    from signals import Lake, read_product_talk, scored_by
    from ui.live import known_by
    from ui.naming import catalogue_of, entities_named

    lake = Lake(settings.workspace.lake)
    run = latest_run(lake)
    entity = entities_named(catalogue_of(lake, run), text)[0]
    return read_product_talk(
        lake,
        as_of=known_by(run),
        model_id=scored_by(lake),
        products=None if entity.kind is EntityKind.TOTAL else entity.members,
        name=entity.name,
        weeks=weeks,
    )
