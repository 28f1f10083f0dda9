"""Brands and products found in real posts, as written and with planted slips, and how fast."""

from __future__ import annotations

import string
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from reporting import Figure, Report, options, shared_data

from signals import LIKELY, MentionFinder, clean_text

if TYPE_CHECKING:
    from signals import Mention

AIRLINES = {"AA": "American Air", "DL": "Delta", "UA": "United", "US": "US Airways",
            "WN": "Southwest", "VX": "Virgin America"}  # fmt: skip
ALSO = {"American": "American Air"}
GADGETS = ["iPad", "iPhone", "Apple", "Google", "Android"]
LABELS = {"iPad or iPhone App": {"iPad", "iPhone"}, "Other Google product or service": {"Google"},
          "Other Apple product or service": {"Apple"}, "Android App": {"Android"}}  # fmt: skip
THRESHOLDS = (1.0, 0.9, LIKELY, 0.8, 0.75)


def main() -> None:
    """Report recall, false finds and speed."""
    chosen = options(__doc__ or "").parse_args()
    rows = 500 if chosen.quick else 3_000
    report = Report("mentions_quality", "SXSW and airline tweets, Amazon reviews", ("rapidfuzz",))
    gadgets, airlines = named_texts(rows)
    for name, finder, posts in (
        ("gadget posts", MentionFinder(shelf(GADGETS)), gadgets),
        ("airline posts", MentionFinder(shelf(list(AIRLINES.values()))), airlines),
    ):
        told = [bool(brands(finder.find(text)) & wanted) for text, wanted in posts]
        report.add(Figure(f"{name}: labelled brand found", mean(told), "share", "higher"))
    catalogue, others = real_catalogue(1_000), reviews(rows)
    for likely in THRESHOLDS:
        measure(report, catalogue, [text for text, _ in airlines], others, likely)
    speed(report, catalogue, [text for text, _ in airlines])
    report.finish(chosen)


def measure(
    report: Report, catalogue: pd.DataFrame, posts: list[str], others: list[str], likely: float
) -> None:
    """Plant names with one slip in real posts, and count names found where there are none."""
    finder = MentionFinder(catalogue, likely=likely)
    rng = np.random.default_rng(0)
    found, right = [], []
    for place, text in enumerate(posts[:1_000]):
        product = catalogue.iloc[place % len(catalogue)]
        name = with_slip(product["name"], rng)
        start = len(text) + 1
        hits = [m for m in finder.find(f"{text} {name}") if m.stop > start]
        found.append(bool(hits))
        right.append(any(n.product_id == product["product_id"] for m in hits for n in m.named))
    small = MentionFinder(shelf([*GADGETS, *AIRLINES.values()]), likely=likely)
    false = sum(m.score < 1 for text in others for m in small.find(text))
    report.add(Figure(f"least likeness {likely}: product found", mean(right), "share", "higher",
                      0.85 if likely == LIKELY else None))  # fmt: skip
    report.add(Figure(f"least likeness {likely}: of names found, the right product",
                      sum(right) / max(sum(found), 1), "share", "higher"))  # fmt: skip
    report.add(Figure(f"least likeness {likely}: false brands in 1,000 reviews",
                      1_000 * false / len(others), "finds"))  # fmt: skip


def speed(report: Report, catalogue: pd.DataFrame, posts: list[str]) -> None:
    """Read posts with a catalogue of 1,000 products."""
    finder = MentionFinder(catalogue)
    began = time.process_time()
    for text in posts:
        finder.find(text)
    used = time.process_time() - began
    report.add(Figure("posts a processor second, 1,000 products", len(posts) / used, "texts/s",
                      "higher", 5_000))  # fmt: skip


def named_texts(rows: int) -> tuple[list[Any], list[Any]]:
    """Read posts with the set of names that the annotators or the recipient say they are about."""
    sxsw = pd.read_parquet(shared_data("sentiment_en") / "brand_tweets_sxsw2011.parquet")
    sxsw = sxsw.rename(columns={"emotion_in_tweet_is_directed_at": "about"})
    sxsw = sxsw.dropna(subset=["about", "tweet_text"]).head(rows)
    flights = pd.read_parquet(shared_data("social_airline_tweets") / "tweets.parquet").head(rows)
    flights = flights[~flights["text"].str.contains("jetblue", case=False)]  # labelled as Delta
    gadgets = [
        (clean_text(text), LABELS.get(about, {about}))
        for text, about in zip(sxsw["tweet_text"], sxsw["about"], strict=True)
    ]
    airlines = [
        (clean_text(text), {ALSO.get(about, about)})
        for text, about in zip(flights["text"], flights["airline"], strict=True)
    ]
    return gadgets, airlines


def reviews(rows: int) -> list[str]:
    """Reviews of electronics and kitchen ware that name none of the brands as they are written."""
    frame = pd.read_parquet(
        shared_data("sentiment_en") / "amazon_multidomain_electronics_kitchen.parquet"
    )
    exact = MentionFinder(shelf([*GADGETS, *AIRLINES.values()]), likely=1.0)
    texts = frame["text"].astype(str).map(clean_text).head(rows)
    return [text for text in texts if not exact.find(text)]


def real_catalogue(size: int) -> pd.DataFrame:
    """Names of real products, cut at the first comma or bracket as people do."""
    frame = pd.read_parquet(
        shared_data("sentiment_en") / "amazon_multidomain_electronics_kitchen.parquet"
    )
    names = frame["product_name"].dropna().astype(str).map(clean_text)
    names = names.str.split(r"[,:(\[]", regex=True).str[0].str.split().str[:5].str.join(" ")
    return shelf(names[names.str.len() > 8].drop_duplicates().head(size).tolist())


def shelf(names: list[str]) -> pd.DataFrame:
    """Rows of the table ``products``."""
    ids = [f"X-{place:04}" for place in range(len(names))]
    return pd.DataFrame({"product_id": ids, "name": names, "brand": names})


def brands(mentions: list[Mention]) -> set[str]:
    """Names of the brands mentioned."""
    return {named.brand for mention in mentions for named in mention.named}


def with_slip(name: str, rng: np.random.Generator) -> str:
    """Swap, drop, double or change one letter of the longest word."""
    word = max((w for w in name.split() if w.isalpha()), key=len, default="")
    if len(word) < 5:
        return name
    at, kind = int(rng.integers(1, len(word) - 1)), int(rng.integers(4))
    other = string.ascii_lowercase[int(rng.integers(26))]
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + other + word[at + 1 :],
    )
    return name.replace(word, slips[kind], 1)


def mean(values: list[bool]) -> float:
    """Share that is true."""
    return float(np.mean(values))


if __name__ == "__main__":
    main()
