"""How well passages are found: by meaning, by words, and by both, in three languages.

Two kinds of question. *Aspects*: what a manager asks ("complaints about the battery"), over texts
in which people marked aspects and how they are judged; a text on the aspect counts 1, one that also
judges it as asked counts 2. *Titles*: the title a customer gave a review must find that review,
though it may fit others as well; neither says how complete an answer is. ``search_asked.py`` does,
over questions that name a brand or category and days, whose answers are all known; there a chat
model may plan too (``--weights``). The two ways alone are the bare rankings; both together are the
product's search, which puts texts on an aspect that is asked about first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from reporting import Figure, Report, options, shared_data

from retrieval import ExactIndex, Passage, PassageKind, Passages, Retriever
from retrieval.bm25 import WordIndex
from signals import clean_text, detect_language
from signals.sentiment.e5 import load_e5
from signals.tuning.aspect_sets import load_aspect_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from retrieval import Encoder

K = 10
WIDE = 20
GAIN = 0.03
SENTENCES = {
    "en": ("complaints about the {}", "people who like the {}"),
    "zh": ("对{}的抱怨", "喜欢{}的评价"),
    "pt": ("reclamações sobre {}", "elogios para {}"),
}
ASKED = {
    "quality": ("quality", "质量", "a qualidade"), "price": ("price", "价格", "o preço"),
    "delivery": ("delivery", "物流", "a entrega"), "service": ("service", "服务", "o atendimento"),
    "packaging": ("packaging", "包装", "a embalagem"), "look": ("look", "外观", "a aparência"),
    "use": ("use", "使用", "o uso"), "battery": ("battery", "电池", "a bateria"),
    "screen": ("screen", "屏幕", "a tela"), "sound": ("sound", "音质", "o som"),
    "taste": ("food", "味道", "o sabor"),
}  # fmt: skip
LANGUAGES = ("en", "zh", "pt")
LEAST_RELEVANT = 5
TITLE_WORDS = (3, 12)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what each relevant passage is worth, by its row."""

    text: str
    worth: Mapping[int, int]


def main() -> None:
    """Report nDCG@10 and recall@20 of the three ways."""
    chosen = options(__doc__ or "").parse_args()
    report = Report(
        "search_quality", "SemEval, ABSADatasets, Olist, Amazon", ("bm25s", "faiss-cpu")
    )
    data, encoder = shared_data("absa").parent, load_e5()
    limit = 300 if chosen.quick else 4_000
    collections = {
        **{f"aspects, {lang}": aspects(data, lang, limit) for lang in LANGUAGES},
        "titles, en": titles(amazon(data), limit),
        "titles, pt": titles(olist(data), limit),
    }
    means: dict[str, list[float]] = defaultdict(list)
    for name, (texts, questions) in collections.items():
        for way, found in judged(texts, questions, encoder).items():
            report.details[f"{name}: {way}"] = {k: round(v, 4) for k, v in found.items()}
            means[way].append(found["nDCG@10"])
        add(report, name, len(questions))
    overall = {way: float(np.mean(values)) for way, values in means.items()}
    best = max(("by meaning", "by words"), key=lambda way: overall[way])
    report.add(
        Figure(
            "mean over all: nDCG@10 by both", overall["by both"], "share", "higher",
            overall[best] + GAIN, best, overall[best],
        )
    )  # fmt: skip
    report.finish(chosen)


def add(report: Report, name: str, questions: int) -> None:
    """Report both ways together beside the better of them alone."""
    found = {way: report.details[f"{name}: {way}"] for way in ("by both", "by meaning", "by words")}
    for measure in next(iter(found.values())):
        peers = {way: figures[measure] for way, figures in found.items() if way != "by both"}
        best = max(peers, key=lambda way: peers[way])
        report.add(
            Figure(
                f"{name} ({questions} questions): {measure} by both", found["by both"][measure],
                "share", "higher", None, best, peers[best], peers=peers,
            )
        )  # fmt: skip


def judged(
    texts: list[str], questions: list[Question], encoder: Encoder
) -> dict[str, dict[str, float]]:
    """Ask every question in each of the three ways."""
    passages = Passages.of(passage(row, text) for row, text in enumerate(texts))
    index = ExactIndex(encoder.dim)
    index.add(encoder.encode_passages(texts))
    words = WordIndex.of(texts)
    retriever = Retriever(passages, index, encoder, words)
    everything = np.ones(len(texts), dtype=np.bool_)

    def by_meaning(text: str) -> list[int]:
        vector = encoder.encode_queries([text])[0]
        return index.search(vector, k=WIDE, allowed=everything)[0].tolist()

    def by_words(text: str) -> list[int]:
        return words.search(text, k=WIDE, allowed=everything)[0].tolist()

    def by_both(text: str) -> list[int]:
        return [int(hit.passage.passage_id) for hit in retriever.search(text, k=WIDE)]

    ways = {"by meaning": by_meaning, "by words": by_words, "by both": by_both}
    return {way: measured(find, questions) for way, find in ways.items()}


def measured(find: Callable[[str], list[int]], questions: list[Question]) -> dict[str, float]:
    """Average nDCG@10 and recall@20 (of as many as could be found) over questions."""
    gains, recalls = [], []
    for question in questions:
        worth = [question.worth.get(row, 0) for row in find(question.text)]
        ideal = sorted(question.worth.values(), reverse=True)
        gains.append(discounted(worth[:K]) / discounted(ideal[:K]))
        recalls.append(np.count_nonzero(worth) / min(WIDE, len(ideal)))
    return {f"nDCG@{K}": float(np.mean(gains)), f"recall@{WIDE}": float(np.mean(recalls))}


def discounted(worth: list[int]) -> float:
    """Sum gains, the later a hit the less it counts (Järvelin and Kekäläinen 2002)."""
    places = np.arange(2, len(worth) + 2)
    return float(((2.0 ** np.asarray(worth) - 1) / np.log2(places)).sum())


def aspects(data: Path, lang: str, limit: int) -> tuple[list[str], list[Question]]:
    """Make questions about aspects over the texts in which people marked them."""
    rows = pd.concat(
        [found.rows for found in load_aspect_sets(data) if found.lang == lang], ignore_index=True
    ).drop_duplicates("text")
    rows = rows.sample(min(limit, len(rows)), random_state=0).reset_index(drop=True)
    questions = []
    for aspect, words in ASKED.items():
        word = words[LANGUAGES.index(lang)]
        for wanted, sentence in zip((0, 2), SENTENCES[lang], strict=True):
            marked = {
                row: 2 if found[aspect] == wanted else 1
                for row, found in enumerate(rows["aspects"]) if aspect in found
            }  # fmt: skip
            if list(marked.values()).count(2) >= LEAST_RELEVANT:
                questions.append(Question(sentence.format(word), marked))
    return rows["text"].tolist(), questions


def titles(reviews: pd.DataFrame, limit: int) -> tuple[list[str], list[Question]]:
    """Let titles that nobody else gave ask for their reviews; others lie between."""
    reviews = reviews.map(clean_text).drop_duplicates("text")
    words = reviews["title"].str.split().str.len()
    telling = words.between(*TITLE_WORDS) & ~reviews["title"].str.lower().duplicated(keep=False)
    reviews = reviews.assign(telling=telling).sample(frac=1.0, random_state=0)
    reviews = reviews.sort_values("telling", ascending=False, kind="stable").head(limit)
    reviews = reviews.reset_index(drop=True)
    asking = reviews.index[reviews["telling"]][: limit // 4]
    return reviews["text"].tolist(), [Question(reviews["title"][row], {row: 1}) for row in asking]


def amazon(data: Path) -> pd.DataFrame:
    """Read titles and texts of English reviews."""
    file = data / "sentiment_en" / "amazon_multidomain_electronics_kitchen.parquet"
    return pd.read_parquet(file, columns=["title", "text"]).dropna()


def olist(data: Path) -> pd.DataFrame:
    """Read titles and texts of Portuguese reviews."""
    columns = {"review_comment_title": "title", "review_comment_message": "text"}
    table = pd.read_parquet(data / "olist" / "order_reviews.parquet", columns=list(columns))
    return table.dropna().rename(columns=columns)


def passage(row: int, text: str) -> Passage:
    """Make a passage whose id is its row."""
    day = pd.Timestamp("2025-01-01")
    return Passage(
        str(row), PassageKind.REVIEW, text, detect_language(text), None, None, day,
        day.tz_localize("UTC"), str(row), 0, len(text),
    )  # fmt: skip


if __name__ == "__main__":
    main()
