"""What people say about a product, a category or everything: shares, movement, words, quotes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals.aspects import ASPECTS, aspects_of
from signals.frames import Col
from signals.words.keywords import RisingWord, rising_words
from signals.words.said import NEGATIVE, POSITIVE, read_said, read_vectors
from signals.words.topics import Topic, find_topics, quote_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.lake import Lake

_WEEK: Final = pd.Timedelta(weeks=1)
_QUOTES: Final = 3  # of each side
_LEAST_QUOTED: Final = 8  # characters
_SPREAD: Final = "spread"


@dataclass(frozen=True, slots=True)
class Shares:
    """Texts of a period by sentiment.

    Parameters
    ----------
    start, end
        First and last day, ``YYYY-MM-DD``.
    negative, neutral, positive
        Numbers of texts, and their shares in [0, 1], which are 0 where nothing was said.
    polarity
        Mean, in [-1, 1]; None where nothing was said.
    """

    start: str
    end: str
    documents: int
    negative: int
    neutral: int
    positive: int
    negative_share: float
    neutral_share: float
    positive_share: float
    polarity: float | None


@dataclass(frozen=True, slots=True)
class AspectTalk:
    """Texts that mention an aspect; ``polarity`` is the mean of what they say of it, in [-1, 1]."""

    aspect: str
    documents: int
    polarity: float


@dataclass(frozen=True, slots=True)
class Quote:
    """Part of a text, letter by letter, with its day, language and polarity."""

    doc_id: str
    text: str
    day: str
    lang: str | None
    polarity: float


@dataclass(frozen=True, slots=True)
class ProductTalk:
    """What was said in a period, beside the period before of the same length.

    Parameters
    ----------
    negative_share_change, polarity_change
        Now less before; None where one of the periods has no texts.
    weeks
        One entry a week, the oldest first.
    aspects
        The most mentioned first. ``aspects_from`` tells whether a model read them (``model``) or a
        table of words (``words``, where polarity is that of the whole text).
    negative_quotes, positive_quotes
        The clearest of either side, languages in turn.
    """

    name: str
    now: Shares
    before: Shares
    negative_share_change: float | None
    polarity_change: float | None
    weeks: tuple[Shares, ...]
    aspects: tuple[AspectTalk, ...]
    aspects_from: str
    topics: tuple[Topic, ...]
    rising: tuple[RisingWord, ...]
    negative_quotes: tuple[Quote, ...]
    positive_quotes: tuple[Quote, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the same figures as plain values."""
        return asdict(self)


def read_product_talk(
    lake: Lake,
    *,
    as_of: pd.Timestamp,
    model_id: str,
    products: Sequence[str] | None = None,
    name: str = "",
    weeks: int = 8,
) -> ProductTalk:
    """Describe what people said in the last weeks.

    Parameters
    ----------
    as_of
        Only documents available by this moment; the last week ends on the day before it.
    model_id
        Sentiment model whose scores are read.
    products
        Ids; None for everything.
    name
        Of what the texts are about, as shown; it is no keyword.
    weeks
        Length of the period; the one before is as long.
    """
    end = as_of.tz_convert("UTC").tz_localize(None).normalize()
    start = end - weeks * _WEEK
    said = read_said(
        lake, days=(start - weeks * _WEEK, end), as_of=as_of, model_id=model_id, products=products
    )
    recent = said[Col.DAY] >= start
    told, earlier = said[recent].reset_index(drop=True), said[~recent]
    now, before = _shares(told, start, end), _shares(earlier, start - weeks * _WEEK, start)
    aspects, source = _aspects(told)
    vectors = read_vectors(lake, told[Col.TEXT_HASH].tolist())
    return ProductTalk(
        name=name,
        now=now,
        before=before,
        negative_share_change=_change(now, before, now.negative_share, before.negative_share),
        polarity_change=_change(now, before, now.polarity, before.polarity),
        weeks=tuple(_weekly(told, start, weeks)),
        aspects=aspects,
        aspects_from=source,
        topics=tuple(find_topics(told, vectors, names=[name])),
        rising=tuple(rising_words(_distinct(told), _distinct(earlier), names=[name])),
        negative_quotes=_quotes(told[told[NEGATIVE]], worst_first=True),
        positive_quotes=_quotes(told[told[POSITIVE]], worst_first=False),
    )


def read_aspects(
    lake: Lake,
    *,
    days: tuple[pd.Timestamp, pd.Timestamp],
    as_of: pd.Timestamp,
    model_id: str,
    products: Sequence[str] | None = None,
) -> tuple[AspectTalk, ...]:
    """Count the aspects people spoke of between two days, the most mentioned first.

    Parameters
    ----------
    days
        First day, and the day after the last.
    as_of
        Only documents available by this moment.
    products
        Ids; None for everything.
    """
    said = read_said(lake, days=days, as_of=as_of, model_id=model_id, products=products)
    return _aspects(said)[0]


def _shares(said: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> Shares:
    texts, negative = len(said), int(said[NEGATIVE].sum())
    positive = int(said[POSITIVE].sum())
    neutral = texts - negative - positive
    return Shares(
        start=f"{start:%Y-%m-%d}",
        end=f"{end - pd.Timedelta(days=1):%Y-%m-%d}",
        documents=texts,
        negative=negative,
        neutral=neutral,
        positive=positive,
        negative_share=round(negative / max(texts, 1), 4),
        neutral_share=round(neutral / max(texts, 1), 4),
        positive_share=round(positive / max(texts, 1), 4),
        polarity=round(float(said[Col.POLARITY].mean()), 4) if texts else None,
    )


def _distinct(said: pd.DataFrame) -> list[str]:
    return [str(text) for text in said.drop_duplicates(Col.TEXT_HASH)[Col.TEXT]]


def _change(now: Shares, before: Shares, value: float | None, was: float | None) -> float | None:
    if not now.documents or not before.documents or value is None or was is None:
        return None
    return round(value - was, 4)


def _weekly(said: pd.DataFrame, start: pd.Timestamp, weeks: int) -> list[Shares]:
    found = []
    for number in range(weeks):
        first = start + number * _WEEK
        inside = (said[Col.DAY] >= first) & (said[Col.DAY] < first + _WEEK)
        found.append(_shares(said[inside], first, first + _WEEK))
    return found


def _aspects(said: pd.DataFrame) -> tuple[tuple[AspectTalk, ...], str]:
    """Count the aspects a model found; where it knows none, those of the table of words."""
    known = said[Col.ASPECTS].notna()
    if known.any():
        pairs = [
            (mention[Col.ASPECT], float(mention[Col.POLARITY]))
            for mentions in said.loc[known, Col.ASPECTS]
            for mention in mentions
        ]
    else:
        told = zip(said[Col.TEXT], said[Col.POLARITY], strict=True)
        pairs = [(aspect, float(mood)) for text, mood in told for aspect in aspects_of(text)]
    found = pd.DataFrame(pairs, columns=[Col.ASPECT, Col.POLARITY])
    rows = [
        AspectTalk(aspect, len(moods), round(float(moods.mean()), 4))
        for aspect in ASPECTS
        if len(moods := found.loc[found[Col.ASPECT] == aspect, Col.POLARITY])
    ]
    rows.sort(key=lambda row: -row.documents)
    return tuple(rows), "model" if known.any() else "words"


def _quotes(said: pd.DataFrame, *, worst_first: bool) -> tuple[Quote, ...]:
    """Quote the clearest texts, the languages in turn, no text twice."""
    clear = said[said[Col.TEXT].str.len() >= _LEAST_QUOTED].drop_duplicates(Col.TEXT_HASH)
    ranked = clear.sort_values(
        [Col.POLARITY, Col.DOC_ID], ascending=[worst_first, True], kind="stable"
    )
    turn = ranked.groupby(Col.LANG, dropna=False).cumcount()
    chosen = ranked.assign(**{_SPREAD: turn}).sort_values(_SPREAD, kind="stable").head(_QUOTES)
    return tuple(
        Quote(
            doc_id=str(row[Col.DOC_ID]),
            text=quote_of(str(row[Col.TEXT])),
            day=f"{row[Col.DAY]:%Y-%m-%d}",
            lang=row[Col.LANG] if isinstance(row[Col.LANG], str) else None,
            polarity=round(float(row[Col.POLARITY]), 4),
        )
        for row in chosen.to_dict("records")
    )
