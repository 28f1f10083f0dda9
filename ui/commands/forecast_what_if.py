"""``groundswell forecast what-if``: the forecast as it is, and as it would be in the model."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from forecasting import Change

_DAY = ["%Y-%m-%d"]


def what_if(  # noqa: PLR0913 - one parameter an option
    entity: Annotated[str, typer.Argument(help="Product or category, a name or an id.")],
    price: Annotated[str | None, typer.Option(help="-10%, or a price of one product.")] = None,
    promo: Annotated[
        str | None, typer.Option(help="Discount such as 20%; on: as deep as usual; off.")
    ] = None,
    sentiment: Annotated[
        str | None, typer.Option(help="Points of polarity, such as +0.2, of what was said lately.")
    ] = None,
    stock: Annotated[
        str | None, typer.Option(help="full, or the share of days with stock, such as 0.8.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day of the change.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day of the change.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the forecast as it is and as the model would have it with another price and the like.

    What the model associates with a change is no proof that the change brings it about. Beyond
    what was seen in training it refuses, and names the range that was seen.
    """
    from signals import DataError
    from ui.console import print_json
    from ui.settings import load_settings
    from ui.what_if_view import as_dict, compare, print_compared

    asked = {"price": price, "promotion": promo, "sentiment": sentiment, "stock": stock}
    compared = compare(load_settings(home), entity, _changes(asked), (first, last))
    if isinstance(compared, tuple):
        raise DataError("; ".join(map(str, compared)))
    if as_json:
        print_json(as_dict(compared))
        return
    print_compared(compared)


def _changes(asked: dict[str, str | None]) -> list[Change]:
    from forecasting import Lever
    from ui.asked_changes import read_change

    return [read_change(Lever(name), text) for name, text in asked.items() if text is not None]
