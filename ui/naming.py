"""What a person means by a name they typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent import EntityKind, read_catalogue
from signals import DataError
from ui.live import known_by

if TYPE_CHECKING:
    from agent import Catalogue, Entity
    from forecasting import RunInfo
    from signals import Lake


def catalogue_of(lake: Lake, run: RunInfo) -> Catalogue:
    """Read the names known when a run was made."""
    return read_catalogue(lake, known_by(run))


def entities_named(catalogue: Catalogue, text: str) -> list[Entity]:
    """Find what a text names, the likeliest first: an id, a name, a name misspelt.

    Raises
    ------
    DataError
        When nothing is called so; the message tells the nearest names.
    """
    if text in catalogue:
        return [catalogue[text]]
    found = [entity for match in catalogue.find(text) for entity in match.entities]
    if not found and (likely := catalogue.guess(text)) is not None:
        found = [likely]
    if not found:
        near = [f"{entity.name!r}" for entity in catalogue.nearest(text)]
        hint = f"; near: {', '.join(near)}" if near else ""
        raise DataError(f"no product or category is called {text!r}{hint}; give a name or an id")
    return found


def forecast_entity(catalogue: Catalogue, text: str) -> Entity:
    """Find the product or category a text names; brands have no forecast of their own.

    Raises
    ------
    DataError
        When nothing is called so, or only a brand is.
    """
    found = entities_named(catalogue, text)
    likely = next((entity for entity in found if entity.kind is not EntityKind.BRAND), found[0])
    if likely.kind is EntityKind.BRAND:
        raise DataError(
            f"{likely.name!r} is a brand; products, categories and the whole shop have forecasts: "
            f"name one of them, or run: groundswell explain {likely.name!r}",
        )
    return likely
