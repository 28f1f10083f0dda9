"""Languages told right on real texts, whole and cut to a few words, against py3langid alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from reporting import Figure, Report, options, shared_data

from signals import clean_text, detect_language

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT = (1, 2, 3, 5)


def main() -> None:
    """Read texts of known languages and report the share told right."""
    chosen = options(__doc__ or "").parse_args()
    rows = 300 if chosen.quick else 1_500
    report = Report("language_quality", "Olist, Amazon, tweets, Chinese shops", ("py3langid",))
    alone = LanguageIdentifier.from_model_file(MODEL_FILE)
    texts = real_texts(rows)
    for name, (lang, said) in texts.items():
        whole = "word" not in name and "title" not in name
        report.add(
            Figure(
                f"{name} ({len(said)} texts)",
                right(detect_language, said, lang),
                "share",
                better="higher",
                reach=0.98 if whole else None,
                peer="py3langid alone",
                peer_value=right(lambda text: alone.classify(text)[0], said, lang),
            )
        )
    everything = [text for _, said in texts.values() for text in said]
    began = time.process_time()
    for text in everything:
        detect_language(text)
    speed = len(everything) / (time.process_time() - began)
    report.add(Figure("texts a processor second", speed, "texts/s", better="higher"))
    report.finish(chosen)


def real_texts(rows: int) -> dict[str, tuple[str, list[str]]]:
    """Name samples of texts with their language."""
    olist = pd.read_parquet(shared_data("olist") / "order_reviews.parquet")
    english, chinese = shared_data("sentiment_en"), shared_data("sentiment_zh")
    amazon = pd.read_parquet(shared_data("amazon_devices_reviews") / "reviews.parquet")
    titles = pd.read_parquet(english / "amazon_multidomain_electronics_kitchen.parquet")
    tweets = pd.read_parquet(shared_data("social_airline_tweets") / "tweets.parquet")
    shops = pd.read_parquet(chinese / "online_shopping_8_cats_train.parquet")
    found = {
        "pt comments": ("pt", sample(olist["review_comment_message"], rows)),
        "pt titles": ("pt", sample(olist["review_comment_title"], rows)),
        "en reviews": ("en", sample(amazon["text"], rows)),
        "en titles": ("en", sample(titles["title"], rows)),
        "en tweets": ("en", sample(tweets["text"], rows)),
        "zh reviews": ("zh", sample(shops[longest_column(shops)], rows)),
    }
    for lang, name in (("pt", "pt comments"), ("en", "en reviews")):
        for words in SHORT:
            found[f"{lang}, {words} word(s) of a text"] = (lang, cut(found[name][1], words))
    return found


def sample(texts: pd.Series, rows: int) -> list[str]:
    """Draw distinct cleaned texts, always the same."""
    distinct = texts.dropna().astype(str).map(clean_text).drop_duplicates()
    distinct = distinct[distinct.str.contains(r"[^\W\d_]")]
    return distinct.sample(min(rows, len(distinct)), random_state=0).tolist()


def longest_column(frame: pd.DataFrame) -> str:
    """Name the column with the longest texts."""
    columns = frame.select_dtypes("object").columns
    return max(columns, key=lambda name: frame[name].astype(str).str.len().mean())


def cut(texts: list[str], words: int) -> list[str]:
    """Take so many neighbouring words out of each text, at a random place."""
    rng = np.random.default_rng(0)
    pieces = []
    for split in map(str.split, texts):
        start = int(rng.integers(0, max(len(split) - words, 0) + 1))
        piece = " ".join(split[start : start + words])
        if any(letter.isalpha() for letter in piece):
            pieces.append(piece)
    return pieces


def right(tell: Callable[[str], str], texts: list[str], lang: str) -> float:
    """Share of the texts whose language is told."""
    return float(np.mean([tell(text) == lang for text in texts]))


if __name__ == "__main__":
    main()
