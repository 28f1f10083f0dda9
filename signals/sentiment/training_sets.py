"""Labelled texts in English, Chinese and Portuguese, read from a folder of public data sets.

Each set is split for good by the content of the text, or by time where its rows have one, so that a
text never trains a model and judges it as well.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.clean import clean_text
from signals.errors import DataError
from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

LABELS: Final = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE = range(3)


class Part(StrEnum):
    """What a text is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Texts of one public data set with their sentiment.

    Parameters
    ----------
    licence
        As its publisher states it.
    rows
        Columns text, label (0 negative, 1 neutral, 2 positive), weight in (0, 1] and part.
    has_neutral
        False where the publisher only tells good from bad, so that nothing was called neutral.
    last_day
        The last day of a text that trains a model; None where the set has no days.
    """

    name: str
    lang: str
    licence: str
    rows: pd.DataFrame
    has_neutral: bool = True
    last_day: pd.Timestamp | None = None

    def part(self, part: Part) -> pd.DataFrame:
        """Return the rows that are for something."""
        return self.rows[self.rows[PART] == part].reset_index(drop=True)

    def sample(self, count: int, rng: np.random.Generator) -> LabelledSet:
        """Keep at most ``count`` training rows, labels as even as they allow; the rest stays."""
        train = self.rows[self.rows[PART] == Part.TRAIN]
        shuffled = train.iloc[rng.permutation(len(train))]
        turn = shuffled.groupby(LABEL).cumcount().to_numpy()
        kept = shuffled.index[np.argsort(turn, kind="stable")[:count]]
        rows = self.rows[(self.rows[PART] != Part.TRAIN) | self.rows.index.isin(kept)]
        return replace(self, rows=rows.reset_index(drop=True))


LABEL: Final = "label"
WEIGHT: Final = "weight"
PART: Final = "part"


def load_training_sets(folder: Path, names: Sequence[str] | None = None) -> list[LabelledSet]:
    """Read the labelled sets under ``folder``.

    Raises
    ------
    DataError
        Naming every file that is missing.
    """
    wanted = list(READERS) if names is None else list(names)
    unknown = set(wanted) - set(READERS)
    if unknown:
        raise DataError(f"no reader for the set(s) {sorted(unknown)}; there are {sorted(READERS)}")
    missing = [file for name in wanted for file in FILES[name] if not (folder / file).is_file()]
    if missing:
        raise DataError(f"{folder} lacks {missing}; expected the public sets under these names")
    return [READERS[name](folder) for name in wanted]


def _rows(
    texts: pd.Series[str],
    labels: pd.Series[int] | npt.NDArray[np.int64],
    weights: pd.Series[float] | float = 1.0,
    test: pd.Series[bool] | None = None,
) -> pd.DataFrame:
    """Clean and split: a given test part, or a tenth by hash; then a twentieth for validation."""
    rows = pd.DataFrame({Col.TEXT: texts, LABEL: labels, WEIGHT: weights})
    rows[Col.TEXT] = rows[Col.TEXT].map(clean_text)  # as the lake stores it
    share = rows[Col.TEXT].map(_share)
    held_out = share < 0.10 if test is None else test
    rows[PART] = np.select(
        [held_out, share.between(0.10, 0.15)], [Part.TEST, Part.VALIDATION], Part.TRAIN
    )
    rows = rows[rows[Col.TEXT].str.len() > 0]
    return rows.drop_duplicates([Col.TEXT, PART]).reset_index(drop=True)


def _share(text: str) -> float:
    """Give each text a place in [0, 1) by its content."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big") / 2**32


def _sst2(folder: Path) -> LabelledSet:
    train, dev = (pd.read_csv(folder / file) for file in FILES["sst2"])
    both = pd.concat([train, dev], ignore_index=True)
    is_dev = pd.Series(np.arange(len(both)) >= len(train))
    return LabelledSet(
        "sst2", "en", "SST (Socher et al. 2013): none stated",
        _rows(both["text"], both["label"] * 2, test=is_dev), has_neutral=False,
    )  # fmt: skip


def _amazon(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["amazon_multidomain"][0])
    texts = table["title"].fillna("").str.strip() + ". " + table["text"]
    return LabelledSet(
        "amazon_multidomain", "en", "Blitzer et al. 2007: research",
        _rows(texts, table["label"] * 2), has_neutral=False,
    )  # fmt: skip


def _tweeteval(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["tweeteval"][0])
    return LabelledSet(
        "tweeteval", "en", "TweetEval, SemEval-2017 task 4: unrestricted, Twitter's terms",
        _rows(table["text"], table["label"]),
    )  # fmt: skip


def _brand_tweets(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["brand_tweets"][0]).dropna(subset="tweet_text")
    feeling = table["is_there_an_emotion_directed_at_a_brand_or_product"].str.split().str[0]
    labels = feeling.map({"Negative": NEGATIVE, "No": NEUTRAL, "Positive": POSITIVE})
    sure = labels.notna()
    # "no emotion toward brand or product" hides texts with feelings about something else
    weights = labels[sure].map({NEGATIVE: 1.0, NEUTRAL: 0.5, POSITIVE: 1.0})
    return LabelledSet(
        "brand_tweets", "en", "CrowdFlower brands and product emotions: CC BY / public domain",
        _rows(table.loc[sure, "tweet_text"], labels[sure].astype(int), weights),
    )  # fmt: skip


def _airline(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["airline_tweets"][0])
    labels = table["airline_sentiment"].map(
        {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    )
    cut = pd.Timestamp("2015-02-22", tz="UTC")
    return LabelledSet(
        "airline_tweets", "en", "Twitter US Airline Sentiment: CC BY-NC-SA 4.0",
        _rows(
            table["text"], labels, table["airline_sentiment_confidence"],
            test=table["tweet_created"] >= cut,
        ),
        last_day=_day_before(cut),
    )  # fmt: skip


def _zh_shopping(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["zh_shopping"][0])
    return LabelledSet(
        "zh_shopping", "zh", "online_shopping_10_cats (SophonPlus): none stated, research",
        _rows(table["review"], table["label"] * 2), has_neutral=False,
    )  # fmt: skip


def _zh_hotel(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["chnsenticorp"][0])
    return LabelledSet(
        "chnsenticorp", "zh", "ChnSentiCorp (Tan Songbo): none stated, research",
        _rows(table["text"], table["label"] * 2), has_neutral=False,
    )  # fmt: skip


def _olist(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["olist"][0]).dropna(subset="review_comment_message")
    title = table["review_comment_title"].fillna("").str.strip()
    texts = title.where(title == "", title + ". ") + table["review_comment_message"]
    stars = table["review_score"]
    labels = np.select([stars <= 2, stars == 3], [NEGATIVE, NEUTRAL], POSITIVE)
    cut = pd.Timestamp("2018-04-01")
    return LabelledSet(
        "olist", "pt", "Olist Brazilian e-commerce: CC BY-NC-SA 4.0",
        # three stars may mean anything, so they count half
        _rows(texts, labels, stars.eq(3).map({True: 0.5, False: 1.0}),
              test=table["review_creation_date"] >= cut),
        last_day=_day_before(cut),
    )  # fmt: skip


def _day_before(cut: pd.Timestamp) -> pd.Timestamp:
    return cut.tz_localize(None) - pd.Timedelta(days=1)


FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "sst2": ("sentiment_en/sst2_train.csv.gz", "sentiment_en/sst2_dev.csv.gz"),
    "amazon_multidomain": ("sentiment_en/amazon_multidomain_electronics_kitchen.parquet",),
    "tweeteval": ("sentiment_en/tweeteval_sentiment_val.parquet",),
    "brand_tweets": ("sentiment_en/brand_tweets_sxsw2011.parquet",),
    "airline_tweets": ("social_airline_tweets/tweets.parquet",),
    "zh_shopping": ("sentiment_zh/online_shopping_8_cats_train.parquet",),
    "chnsenticorp": ("sentiment_zh/chnsenticorp_train_val.parquet",),
    "olist": ("olist/order_reviews.parquet",),
}
"""Where each set lies under the data folder."""

READERS: Final[Mapping[str, Callable[[Path], LabelledSet]]] = {
    "sst2": _sst2,
    "amazon_multidomain": _amazon,
    "tweeteval": _tweeteval,
    "brand_tweets": _brand_tweets,
    "airline_tweets": _airline,
    "zh_shopping": _zh_shopping,
    "chnsenticorp": _zh_hotel,
    "olist": _olist,
}
