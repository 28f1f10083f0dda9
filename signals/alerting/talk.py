"""What was said about each product, day by day, as far back as alerts look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from signals.alerting.kinds import BRAND
from signals.frames import Col
from signals.mood import COUNTED_DOCUMENTS
from signals.tables import PLANNED_PROMO, PRODUCTS, Scope
from signals.words.mentions import MentionFinder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signals.lake import Lake

TEXTS: Final = "documents"
NEGATIVE_TEXTS: Final = "negative"
POSITIVE_TEXTS: Final = "positive"
RIVAL_TEXTS: Final = "rivals"
OWNER: Final = "owner"
"""Column: a product_id, or "" where a text names a brand alone."""

_TOLD: Final = f"""{COUNTED_DOCUMENTS}, told_of AS (
    SELECT coalesce(c.product_id, '') AS owner, c.available_at::DATE AS said, c.doc_id,
           coalesce(p.brand, d.brand, '') AS brand, coalesce(p.category, '') AS category,
           c.negative, c.positive, c.polarity, c.aspects, d.text, d.lang
    FROM counted c JOIN documents d ON d.doc_id = c.doc_id AND d.text_hash = c.text_hash
    LEFT JOIN products p ON p.product_id = c.product_id
    WHERE c.available_at::DATE >= $start AND (c.product_id IS NOT NULL OR d.brand IS NOT NULL)
)
"""
_BY_DAY: Final = f"""{_TOLD}
SELECT owner, brand, category, said AS day, count(*)::DOUBLE AS documents,
       sum(negative)::DOUBLE AS negative, sum(positive)::DOUBLE AS positive
FROM told_of GROUP BY ALL ORDER BY ALL
"""
_BY_ASPECT: Final = f"""{_TOLD}
SELECT owner, brand, category, said AS day, about.aspect AS aspect, count(*)::DOUBLE AS documents,
       sum((about.polarity < 0)::INT)::DOUBLE AS negative
FROM (SELECT owner, brand, category, said, unnest(aspects) AS about FROM told_of)
GROUP BY ALL ORDER BY ALL
"""
_TEXTS: Final = f"""{_TOLD}
SELECT owner, brand, category, said AS day, doc_id, text FROM told_of WHERE owner <> ''
ORDER BY said, doc_id
"""
_QUOTED: Final = f"""{_TOLD}
SELECT owner, brand, category, said AS day, doc_id, text, lang, polarity, negative, positive,
       aspects
FROM told_of
WHERE list_contains($owners, owner) OR list_contains($categories, category)
   OR list_contains($brands, brand)
ORDER BY polarity, said, doc_id
"""
_PROMOTED: Final = """
SELECT DISTINCT product_id AS owner, day FROM sales WHERE promo > 0 AND day BETWEEN $start AND $end
UNION
SELECT region AS owner, day FROM (
    SELECT region, day, value FROM covariates WHERE name = $plan AND day BETWEEN $start AND $end
    QUALIFY row_number() OVER (
        PARTITION BY region, day ORDER BY vintage DESC NULLS LAST, available_at DESC) = 1
) WHERE value > 0
ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in a stretch of days, as it was known at a moment.

    Parameters
    ----------
    days
        All days, the last one to be judged last.
    """

    lake: Lake
    as_of: pd.Timestamp
    model_id: str
    days: pd.DatetimeIndex

    def by_day(self) -> pd.DataFrame:
        """Count texts: owner, brand, category, day, documents, negative, positive."""
        return self._read(_BY_DAY)

    def by_aspect(self) -> pd.DataFrame:
        """Count mentions of aspects: owner, brand, category, day, aspect, documents, negative."""
        return self._read(_BY_ASPECT)

    def naming_rivals(self, by_day: pd.DataFrame) -> pd.DataFrame:
        """Add to the rows of `by_day` how many texts name another brand: ``rivals``.

        A brand is another where it is not that of the product; brands are those of the catalogue.
        """
        brands = sorted(set(by_day[Col.BRAND]) - {""})
        if len(brands) < 2:
            return by_day.assign(**{RIVAL_TEXTS: 0.0})
        finder = brand_finder(brands)
        texts = self._read(_TEXTS)
        texts[RIVAL_TEXTS] = [
            float(bool(rivals_in(finder, text, brand)))
            for text, brand in zip(texts[Col.TEXT], texts[Col.BRAND], strict=True)
        ]
        key = [OWNER, Col.BRAND, Col.CATEGORY, Col.DAY]
        named = texts.groupby(key, as_index=False)[RIVAL_TEXTS].sum()
        return by_day.merge(named, on=key, how="left").fillna({RIVAL_TEXTS: 0.0})

    def promoted(self) -> pd.DataFrame:
        """List the days of promotions, as sold or as planned: owner, day."""
        return self.lake.sql(
            _PROMOTED, as_of=self.as_of,
            parameters={"start": self.days[0].date(), "end": self.days[-1].date(),
                        "plan": PLANNED_PROMO},
        )  # fmt: skip

    def texts(self, start: pd.Timestamp, entities: Iterable[str]) -> pd.DataFrame:
        """Read the texts since a day about products, categories and brands, the worst first."""
        wanted: dict[str, list[str]] = {Scope.PRODUCT: [], Scope.CATEGORY: [], BRAND: []}
        for entity in entities:
            scope, _, name = entity.partition(":")
            wanted[scope].append(name)
        about = {"owners": wanted[Scope.PRODUCT], "categories": wanted[Scope.CATEGORY],
                 "brands": wanted[BRAND]}  # fmt: skip
        return self._read(_QUOTED, start, about)

    def products(self) -> pd.DataFrame:
        """Read the catalogue, index product_id."""
        return self.lake.read(PRODUCTS, as_of=self.as_of).set_index(Col.PRODUCT_ID)

    def _read(
        self,
        query: str,
        start: pd.Timestamp | None = None,
        about: Mapping[str, list[str]] | None = None,
    ) -> pd.DataFrame:
        first = self.days[0] if start is None else start
        return self.lake.sql(
            query.format(grain="week"), as_of=self.as_of,
            parameters={"model_id": self.model_id, "start": first.date(),
                        "end": (self.days[-1] + pd.Timedelta(days=1)).date(), **(about or {})},
        )  # fmt: skip


def rivals_in(finder: MentionFinder, text: str, own: str) -> list[str]:
    """List the brands that a text names beside that of its product, in the order of the text."""
    named = [brand.brand for mention in finder.find(text) for brand in mention.named]
    return [brand for brand in dict.fromkeys(named) if brand != own]


def brand_finder(brands: Sequence[str]) -> MentionFinder:
    """Make a finder of brands as they are written."""
    rows = pd.DataFrame({Col.PRODUCT_ID: "", Col.NAME: list(brands), Col.BRAND: list(brands)})
    return MentionFinder(rows, likely=1.0)
