"""What the shop of the demo world sells."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from signals.frames import Col
from signals.tables import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CATALOGUE = Path(__file__).with_name("catalogue.toml")
_LANGUAGE_CYCLE = ("en", "zh", "pt", "zh", "en", "pt", "en")
TOPICS_OF_EVERY_PRODUCT = ("delivery", "price", "packaging", "service")


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One product of the shop.

    Parameters
    ----------
    lang
        Language of most of its reviews.
    nouns
        What people call it, by language.
    gender
        Portuguese article of its noun, ``o`` or ``a``.
    price
        List price on the first day, USD.
    topics
        What people talk about; ``aspect_of`` names the aspect of each.
    """

    product_id: str
    name: str
    brand: str
    category: str
    lang: str
    nouns: dict[str, str]
    gender: str
    price: float
    topics: tuple[str, ...]

    @property
    def attributes(self) -> str:
        """Its names in other languages, as JSON."""
        names = {f"name_{lang}": f"{self.brand} {noun}" for lang, noun in self.nouns.items()}
        names["name_en"] = self.name
        return json.dumps(names, ensure_ascii=False, sort_keys=True)


def build_shelf(scale: int) -> list[DemoProduct]:
    """Return 60 products a unit of ``scale``, the categories taking turns."""
    catalogue = _catalogue()
    brands: dict[str, list[str]] = dict(catalogue["brands"])
    types: list[list[Any]] = catalogue["types"]
    return [
        _product(number, types[number % len(types)], brands, number // len(types))
        for number in range(scale * len(types))
    ]


def aspect_of(topic: str) -> str:
    """Name the aspect that a topic belongs to.

    Examples
    --------
    >>> aspect_of("smell"), aspect_of("battery")
    ('taste', 'battery')
    """
    belongs: dict[str, str] = _catalogue()["aspect_of_topic"]
    return belongs.get(topic, topic)


def products_frame(
    shelf: Sequence[DemoProduct],
    launch_days: Sequence[pd.Timestamp | None],
    known_from: pd.Timestamp,
) -> pd.DataFrame:
    """Return the shelf in columns of the table ``products``.

    A product is known 28 days before its launch, or from ``known_from`` when it was always there.
    """
    launch = pd.Series([pd.NaT if day is None else day for day in launch_days])
    available = (launch - pd.Timedelta(days=28)).fillna(known_from).dt.tz_localize("UTC")
    frame = pd.DataFrame(
        {
            Col.PRODUCT_ID: [product.product_id for product in shelf],
            Col.NAME: [product.name for product in shelf],
            Col.CATEGORY: [product.category for product in shelf],
            Col.BRAND: [product.brand for product in shelf],
            Col.ATTRIBUTES: [product.attributes for product in shelf],
            Col.LAUNCH_DAY: launch.astype("datetime64[ns]"),
            Col.IMAGE: pd.Series([None] * len(shelf), dtype="object"),
            Col.AVAILABLE_AT: available.astype("datetime64[ns, UTC]"),
        }
    )
    return frame.reindex(columns=PRODUCTS.schema.names)


def _product(
    number: int, kind: list[Any], brands: dict[str, list[str]], edition: int
) -> DemoProduct:
    category, title, english, chinese, portuguese, gender, price, topics = kind
    names = brands[category]
    turn, place = divmod(edition, len(names))
    brand = names[(number // 3 + place) % len(names)]
    suffix = f" {turn + 1}" if turn else ""
    return DemoProduct(
        product_id=f"{category[:2].upper()}-{1000 + number}",
        name=f"{brand} {title}{suffix}",
        brand=brand,
        category=category,
        lang=_LANGUAGE_CYCLE[number % len(_LANGUAGE_CYCLE)],
        nouns={"en": english, "zh": chinese, "pt": portuguese},
        gender=gender,
        price=float(price),
        topics=(*topics.split(), *TOPICS_OF_EVERY_PRODUCT),
    )


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
