"""What texts are about whose product nobody told: the products they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signals import Col, MentionFinder, Scope

if TYPE_CHECKING:
    import pandas as pd


def mentioned_series(documents: pd.DataFrame, products: pd.DataFrame) -> list[list[str]]:
    """List the products, and their categories, that each document without a product names.

    A name that several products share says nothing; a brand alone neither.

    Parameters
    ----------
    documents
        Needs product_id and text.
    products
        Needs product_id, name, category, brand and attributes.

    Returns
    -------
    list of list of str
        Ids of series, ``product:<product_id>`` and ``category:<name>``; empty where a document has
        a product.
    """
    finder = MentionFinder(products)
    category = products.set_index(Col.PRODUCT_ID)[Col.CATEGORY].dropna().to_dict()
    is_untold = documents[Col.PRODUCT_ID].isna()
    found = []
    for text, untold in zip(documents[Col.TEXT], is_untold, strict=True):
        mentions = finder.find(text) if untold else []
        named = {m.named[0].product_id for m in mentions if len(m.named) == 1} - {""}
        series = {f"{Scope.PRODUCT}:{product_id}" for product_id in named}
        series |= {f"{Scope.CATEGORY}:{category[key]}" for key in named if key in category}
        found.append(sorted(series))
    return found
