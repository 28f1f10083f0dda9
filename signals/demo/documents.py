"""Who says what about which product of the demo world, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.clean import text_hash
from signals.demo.catalogue import aspect_of
from signals.demo.sales import DAYS
from signals.demo.texts import LANGUAGES, Draft, Origin, compose_texts
from signals.demo.truth import FIRST_DAY, LAST_DAY, SHELF_SIZE
from signals.frames import Col
from signals.tables import DOCUMENTS, DocumentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.demo.catalogue import DemoProduct
    from signals.demo.sales import Shop
    from signals.demo.truth import Complaint, ProductCause

_COMPLAINTS_A_DAY = 4.0
_RUMOURS = {1: 3, 12: 3, 24: 2}
_INJECTIONS = {10: 1, 16: 1}
_FLOODS = {7: (pd.Timestamp("2025-06-23"), 40)}
_POSTS = 0.28
_TALK_DAYS = (LAST_DAY - FIRST_DAY).days + 1


@dataclass(frozen=True, slots=True)
class _Wave:
    """Documents of one origin: each array of shape (documents,)."""

    day: np.ndarray
    column: np.ndarray
    polarity: np.ndarray
    origin: Origin
    topic: str | None = None


def draw_documents(
    shelf: Sequence[DemoProduct], shop: Shop, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw reviews and posts up to the last day.

    Returns
    -------
    tuple[pandas.DataFrame, pandas.DataFrame]
        The table ``documents`` in the order of time; and what was meant, one row a document:
        ``doc_id``, ``polarity`` (-1, 0, 1), ``aspect``, ``source`` (an `Origin`).
    """
    waves = [_ordinary(shop, rng), *_complaints(shop.causes, rng), *_planted(len(shelf), rng)]
    drafts = [draft for wave in waves for draft in _drafts(wave, shelf, rng)]
    day = np.concatenate([wave.day for wave in waves])
    seconds = rng.integers(7 * 3600, 23 * 3600, size=len(day))
    texts = compose_texts(drafts, rng)
    order = np.lexsort((seconds, day))
    drafts, texts = [drafts[place] for place in order], [texts[place] for place in order]
    moments = (DAYS[day] + pd.to_timedelta(seconds, unit="s"))[order].tz_localize("UTC")
    return _documents_frame(drafts, texts, moments, rng), _meant(drafts)


def _ordinary(shop: Shop, rng: np.random.Generator) -> _Wave:
    """Reviews that follow the mood; a promotion brings more of them, not other ones."""
    launched = np.array(
        [(cause.launch_day or FIRST_DAY) <= DAYS for cause in shop.causes], dtype=float
    ).T
    a_day = shop.each(lambda cause: cause.documents_a_week) / 7
    count = rng.poisson(a_day * launched * (1 + 1.5 * (shop.promo > 0)))[:_TALK_DAYS]
    place = np.repeat(np.arange(count.size), count.ravel())
    day, column = np.unravel_index(place, count.shape)
    mood = shop.mood(np.zeros(len(shop.causes), dtype=int))[day, column]
    negative = 1 / (1 + np.exp(1.7 + 2.0 * mood))
    luck = rng.uniform(size=len(place))
    polarity = np.select([luck < negative, luck < negative + 0.12 * (1 - negative)], [-1, 0], 1)
    return _Wave(day, column, polarity, Origin.ORDINARY)


def _complaints(causes: Sequence[ProductCause], rng: np.random.Generator) -> list[_Wave]:
    return [
        _complaint(column, cause.complaint, rng)
        for column, cause in enumerate(causes)
        if cause.complaint is not None
    ]


def _complaint(column: int, complaint: Complaint, rng: np.random.Generator) -> _Wave:
    first, last = (complaint.start - FIRST_DAY).days, (complaint.end - FIRST_DAY).days
    count = rng.poisson(_COMPLAINTS_A_DAY, size=last - first + 1)
    day = np.repeat(np.arange(first, last + 1), count)
    everywhere = np.full(len(day), column)
    return _Wave(day, everywhere, np.full(len(day), -1), Origin.COMPLAINT, complaint.aspect)


def _planted(products: int, rng: np.random.Generator) -> list[_Wave]:
    """Rumours, hidden instructions and one author's flood of praise."""
    waves = []
    for shelf_start in range(0, products, SHELF_SIZE):
        for planted, origin in ((_RUMOURS, Origin.RUMOUR), (_INJECTIONS, Origin.INJECTION)):
            for slot, count in planted.items():
                day = rng.integers(_TALK_DAYS - 60, _TALK_DAYS, size=count)
                column = np.full(count, shelf_start + slot)
                waves.append(_Wave(day, column, np.zeros(count, dtype=int), origin, "quality"))
        for slot, (start, count) in _FLOODS.items():
            day = (start - FIRST_DAY).days + rng.integers(0, 5, size=count)
            column = np.full(count, shelf_start + slot)
            waves.append(_Wave(day, column, np.ones(count, dtype=int), Origin.FLOOD, "price"))
    return waves


def _drafts(wave: _Wave, shelf: Sequence[DemoProduct], rng: np.random.Generator) -> list[Draft]:
    own_language = 0.55 if wave.origin is Origin.COMPLAINT else 0.85
    speaks_own = rng.uniform(size=len(wave.day)) < own_language
    other = rng.integers(0, len(LANGUAGES), size=len(wave.day))
    is_post = (rng.uniform(size=len(wave.day)) < _POSTS) | (wave.origin is Origin.RUMOUR)
    topic = rng.uniform(size=len(wave.day))
    return [
        Draft(
            shelf[column],
            shelf[column].lang if own else LANGUAGES[language],
            int(polarity),
            wave.topic or _topic(shelf[column], share),
            wave.origin,
            bool(post),
        )
        for column, polarity, own, language, post, share in zip(
            wave.column, wave.polarity, speaks_own, other, is_post, topic, strict=True
        )
    ]


def _topic(product: DemoProduct, share: float) -> str:
    """Choose what a text is about; earlier topics of a product come up more often."""
    return product.topics[int(share**1.5 * len(product.topics))]


def _documents_frame(
    drafts: Sequence[Draft],
    texts: Sequence[str],
    moments: pd.DatetimeIndex,
    rng: np.random.Generator,
) -> pd.DataFrame:
    polarity = np.array([draft.polarity for draft in drafts])
    is_post = np.array([draft.is_post for draft in drafts])
    stars = np.clip(3 + polarity * rng.choice([1, 2, 2], size=len(drafts)), 1, 5).astype(float)
    stars[is_post] = np.nan
    frame = pd.DataFrame(
        {
            Col.DOC_ID: [f"D{number:06d}" for number in range(1, len(drafts) + 1)],
            Col.KIND: np.where(is_post, DocumentKind.POST.value, DocumentKind.REVIEW.value),
            Col.PRODUCT_ID: [draft.product.product_id for draft in drafts],
            Col.BRAND: [draft.product.brand for draft in drafts],
            Col.AUTHOR: _authors(drafts, rng),
            Col.LANG: [draft.lang for draft in drafts],
            Col.TEXT: list(texts),
            Col.TEXT_HASH: [text_hash(text) for text in texts],
            Col.STARS: stars,
            Col.EVENT_TIME: moments,
            Col.AVAILABLE_AT: moments,
        }
    )
    return frame.reindex(columns=DOCUMENTS.schema.names)


def _authors(drafts: Sequence[Draft], rng: np.random.Generator) -> list[str]:
    number = rng.integers(0, 16**6, size=max(len(drafts) // 2, 1))
    author = number[rng.integers(0, len(number), size=len(drafts))]
    return [
        f"flood-{draft.product.product_id}" if draft.origin is Origin.FLOOD else f"u{who:06x}"
        for draft, who in zip(drafts, author, strict=True)
    ]


def _meant(drafts: Sequence[Draft]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            Col.DOC_ID: [f"D{number:06d}" for number in range(1, len(drafts) + 1)],
            Col.POLARITY: [draft.polarity for draft in drafts],
            Col.ASPECT: [aspect_of(draft.topic) for draft in drafts],
            Col.SOURCE: [draft.origin.value for draft in drafts],
        }
    )
