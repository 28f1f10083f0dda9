"""Readers of public data sets of labelled texts in English, Chinese and Portuguese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.clean import joined_text
from signals.tuning.labelled_set import NEGATIVE, NEUTRAL, POSITIVE, LabelledSet, split_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy.typing as npt

_AMAZON_LICENCE: Final = "Amazon review data (McAuley lab, UCSD): research"


def stars_as_labels(stars: pd.Series[Any]) -> npt.NDArray[np.int64]:
    """Call 1 and 2 stars negative, 3 neutral, 4 and 5 positive."""
    return np.select([stars <= 2, stars == 3], [NEGATIVE, NEUTRAL], POSITIVE)


def stars_as_weights(stars: pd.Series[Any]) -> pd.Series[float]:
    """Let three stars count half: they may mean anything."""
    return stars.eq(3).map({True: 0.5, False: 1.0})


def _sst2(folder: Path) -> LabelledSet:
    train, dev = (pd.read_csv(folder / file) for file in FILES["sst2"])
    both = pd.concat([train, dev], ignore_index=True)
    is_dev = pd.Series(np.arange(len(both)) >= len(train))
    return LabelledSet(
        "sst2", "en", "SST (Socher et al. 2013): none stated",
        split_rows(both["text"], both["label"] * 2, test=is_dev), has_neutral=False,
    )  # fmt: skip


def _amazon_multidomain(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["amazon_multidomain"][0])
    texts = table["title"].fillna("").str.strip() + ". " + table["text"]
    return LabelledSet(
        "amazon_multidomain", "en", "Blitzer et al. 2007: research",
        split_rows(texts, table["label"] * 2, group=table["domain"]),
        has_neutral=False, from_stars=True,
    )  # fmt: skip


def _amazon_devices(folder: Path) -> LabelledSet:
    table = _with_stars(folder / FILES["amazon_devices"][0])
    cut = pd.Timestamp("2017-03-01")
    return _by_stars(
        "amazon_devices", "en", "Datafiniti, Consumer Reviews of Amazon Products: CC BY-NC-SA 4.0",
        table, cut,
    )  # fmt: skip


def _amazon_5core(folder: Path) -> LabelledSet:
    table = _with_stars(folder / FILES["amazon_5core"][0])
    return _by_stars("amazon_5core", "en", _AMAZON_LICENCE, table, pd.Timestamp("2017-10-01"))


def _with_stars(file: Path) -> pd.DataFrame:
    """Read Amazon reviews that have stars, a day and a text; title and text become one."""
    table = pd.read_parquet(file).dropna(subset=["rating", "review_ts", "text"])
    texts = joined_text(table["title"].fillna(""), table["text"])
    kept = pd.DataFrame({"text": texts, "stars": table["rating"], "day": table["review_ts"]})
    if "category" in table:
        kept["group"] = table["category"]
    return kept.dropna(subset="text")


def _jd_phones(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["jd_phones"][0]).rename(
        columns={"评论内容": "text", "得分": "stars", "购买时间": "day"}
    )
    return _by_stars(
        "jd_phones", "zh", "JD phone comments (YuleZhang): none stated, tests and training only",
        table.dropna(subset=["text", "stars", "day"]), pd.Timestamp("2020-02-01"),
    )  # fmt: skip


def _by_stars(
    name: str, lang: str, licence: str, table: pd.DataFrame, cut: pd.Timestamp
) -> LabelledSet:
    """Split rows with columns text, stars and day at a day; the rest of the set trains."""
    return LabelledSet(
        name, lang, licence,
        split_rows(
            table["text"], stars_as_labels(table["stars"]), stars_as_weights(table["stars"]),
            test=table["day"] >= cut, group=table.get("group"),
        ),
        last_day=_day_before(cut), from_stars=True,
    )  # fmt: skip


def _tweeteval(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["tweeteval"][0])
    return LabelledSet(
        "tweeteval", "en", "TweetEval, SemEval-2017 task 4: unrestricted, Twitter's terms",
        split_rows(table["text"], table["label"]),
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
        split_rows(table.loc[sure, "tweet_text"], labels[sure].astype(int), weights),
    )  # fmt: skip


def _airline(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["airline_tweets"][0])
    labels = table["airline_sentiment"].map(
        {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    )
    cut = pd.Timestamp("2015-02-22", tz="UTC")
    return LabelledSet(
        "airline_tweets", "en", "Twitter US Airline Sentiment: CC BY-NC-SA 4.0",
        split_rows(
            table["text"], labels, table["airline_sentiment_confidence"],
            test=table["tweet_created"] >= cut,
        ),
        last_day=_day_before(cut),
    )  # fmt: skip


def _zh_shopping(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["zh_shopping"][0])
    return LabelledSet(
        "zh_shopping", "zh", "online_shopping_10_cats (SophonPlus): none stated, research",
        split_rows(table["review"], table["label"] * 2, group=table["cat"]),
        has_neutral=False, from_stars=True,
    )  # fmt: skip


def _zh_hotel(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["chnsenticorp"][0])
    return LabelledSet(
        "chnsenticorp", "zh", "ChnSentiCorp (Tan Songbo): none stated, research",
        split_rows(table["text"], table["label"] * 2), has_neutral=False, from_stars=True,
    )  # fmt: skip


def _weibo(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["weibo"][0])
    return LabelledSet(
        "weibo", "zh", "weibo2018 (dengxiuqi): none stated, research",
        # labels come from cues such as emoji, not from readers
        split_rows(table["text"], table["label"] * 2, 0.3), has_neutral=False,
    )  # fmt: skip


def _olist(folder: Path) -> LabelledSet:
    table = pd.read_parquet(folder / FILES["olist"][0]).dropna(subset="review_comment_message")
    title = table["review_comment_title"].fillna("").str.strip()
    reviews = pd.DataFrame(
        {
            "text": title.where(title == "", title + ". ") + table["review_comment_message"],
            "stars": table["review_score"],
            "day": table["review_creation_date"],
        }
    )
    return _by_stars("olist", "pt", "Olist: CC BY-NC-SA 4.0", reviews, pd.Timestamp("2018-04-01"))


def _day_before(cut: pd.Timestamp) -> pd.Timestamp:
    return cut.tz_localize(None) - pd.Timedelta(days=1)


FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "sst2": ("sentiment_en/sst2_train.csv.gz", "sentiment_en/sst2_dev.csv.gz"),
    "amazon_multidomain": ("sentiment_en/amazon_multidomain_electronics_kitchen.parquet",),
    "amazon_devices": ("amazon_devices_reviews/reviews.parquet",),
    "amazon_5core": ("amazon_5core_small/reviews.parquet",),
    "tweeteval": ("sentiment_en/tweeteval_sentiment_val.parquet",),
    "brand_tweets": ("sentiment_en/brand_tweets_sxsw2011.parquet",),
    "airline_tweets": ("social_airline_tweets/tweets.parquet",),
    "zh_shopping": ("sentiment_zh/online_shopping_8_cats_train.parquet",),
    "chnsenticorp": ("sentiment_zh/chnsenticorp_train_val.parquet",),
    "weibo": ("sentiment_zh/weibo2018_train.parquet",),
    "jd_phones": ("zh_jd_phone_comments/comments.parquet",),
    "olist": ("olist/order_reviews.parquet",),
}
"""Where each set lies under the data folder."""

READERS: Final[Mapping[str, Callable[[Path], LabelledSet]]] = {
    "sst2": _sst2,
    "amazon_multidomain": _amazon_multidomain,
    "amazon_devices": _amazon_devices,
    "amazon_5core": _amazon_5core,
    "tweeteval": _tweeteval,
    "brand_tweets": _brand_tweets,
    "airline_tweets": _airline,
    "zh_shopping": _zh_shopping,
    "chnsenticorp": _zh_hotel,
    "weibo": _weibo,
    "jd_phones": _jd_phones,
    "olist": _olist,
}
