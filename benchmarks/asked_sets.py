"""Questions about what people write, with every passage that answers them known from human labels.

A shop's manager asks about one cause or one aspect, of one brand or category, in one stretch of
days. Each question here has at most twenty passages that answer it, and people read all that could:
airline tweets by brand, day and reason; Olist reviews by category, quarter and cause, with three
votes each; Chinese reviews by kind of product, aspect and judgement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Final

import pandas as pd

from agent import Catalogue, Entity, EntityKind
from retrieval import Passage, PassageKind
from signals import clean_text
from signals.tuning.aspect_sets import load_aspect_sets
from signals.tuning.labelled_set import text_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Which questions are asked.

    Parameters
    ----------
    least, most
        Passages that answer it: no fewer than a few, no more than are shown on two pages.
    pool
        Passages that its own names and days leave; with fewer, nothing is left to search.
    """

    least: int = 3
    most: int = 20
    pool: int = 40


ALL, UNSEEN = Limits(), Limits(least=1, pool=12)
"""Of all texts, and of those by which no part of the sentiment model was trained or chosen."""
REASONS: Final = {
    "Late Flight": "late flights", "Cancelled Flight": "cancelled flights",
    "Lost Luggage": "lost luggage", "Damaged Luggage": "damaged luggage",
    "longlines": "long lines", "Flight Booking Problems": "problems with booking a flight",
    "Flight Attendant Complaints": "rude flight attendants",
    "Customer Service Issue": "customer service", "Bad Flight": "bad flights",
}  # fmt: skip
CAUSES: Final = {
    "delayed": "reclamações de entrega atrasada",
    "partial_delivery": "reclamações de pedido que chegou incompleto",
    "low_quality": "reclamações da qualidade do produto",
    "not_as_anounced": "reclamações de produto diferente do anunciado",
    "return": "reclamações sobre devolução e troca",
}
KINDS: Final = {"camera": "相机", "car": "汽车", "notebook": "笔记本电脑", "phone": "手机"}
ASPECTS: Final = {
    "quality": "质量", "price": "价格", "look": "外观", "fit": "大小和舒适度", "use": "使用和操作",
    "battery": "电池", "screen": "屏幕", "sound": "声音",
}  # fmt: skip
JUDGED: Final = {0: "给我看对{kind}{aspect}的抱怨", 2: "给我看夸{kind}{aspect}的评论"}
_MONTHS = ("January", "February")
_QUARTER = "de {first} a {last}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what each passage is worth to it, by its row.

    Parameters
    ----------
    sought
        The cause, or the judged aspect, that it asks about.
    unjudged
        Rows of which nobody said whether they answer it; they count neither way.
    """

    text: str
    worth: Mapping[int, int]
    sought: str
    unjudged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AskedSet:
    """Passages, what can be asked about them, and labelled questions about that.

    Parameters
    ----------
    limits
        Which questions are asked.
    labelled, unjudged
        By what is sought, the rows that people gave that label, and those nobody judged.
    """

    passages: list[Passage]
    catalogue: Catalogue
    today: date
    limits: Limits
    questions: list[Question] = field(default_factory=list)
    labelled: dict[str, set[int]] = field(default_factory=dict)
    unjudged: dict[str, set[int]] = field(default_factory=dict)


def asked_sets(data: Path, learnt: Collection[str] = ()) -> dict[str, AskedSet]:
    """Read all three from the folder of public data.

    Parameters
    ----------
    learnt
        Leave texts out whose ``text_key`` is among these; the rest are few, so that questions with
        fewer answers are asked too.
    """
    return {
        "asked, en": _tweets(data / "social_airline_tweets" / "tweets.parquet", learnt),
        "asked, zh": _judged_aspects(data, learnt),
        "asked, pt": _voted_reviews(data / "olist" / "classified_reviews.csv.gz", learnt),
    }


def _tweets(file: Path, learnt: Collection[str]) -> AskedSet:
    table = pd.read_parquet(file)
    table = table.assign(text=table["text"].map(clean_text), day=table["tweet_created"].dt.date)
    table = _unseen(table.drop_duplicates(["text", "airline", "day"]), learnt)
    found = _set_of(table, "airline", "en", _limits(learnt))
    for (airline, day), rows in table.groupby(["airline", "day"]):
        when = f"on {day.day} {_MONTHS[day.month - 1]} {day.year}"
        for reason, words in REASONS.items():
            answers = rows.index[rows["negativereason"] == reason]
            text = f"Show me complaints about {words} with {airline} {when}"
            _add(found, Question(text, dict.fromkeys(answers, 1), reason), len(rows))
    return found


def _voted_reviews(file: Path, learnt: Collection[str]) -> AskedSet:
    table = pd.read_csv(file).dropna(subset=["review_comment_message", "product_category_name"])
    table = table.rename(columns={"product_category_name": "category"})
    table = table.assign(
        text=table["review_comment_message"].map(clean_text),
        category=table["category"].str.replace("_", " "),
        day=pd.to_datetime(table["review_answer_timestamp"]).dt.date,
    )
    table = _unseen(table[table["text"] != ""], learnt)
    found = _set_of(table, "category", "pt", _limits(learnt))
    quarter = pd.PeriodIndex(pd.to_datetime(table["day"]), freq="Q")
    for (category, time), rows in table.groupby(["category", quarter]):
        for cause, words in CAUSES.items():
            votes = rows[f"votes_{cause}"]
            worth = {row: 2 if vote > 1 else 1 for row, vote in votes.items() if vote}
            when = f"no {time.quarter}º trimestre de {time.year}"
            _add(found, Question(f"Mostre {words} em {category} {when}", worth, cause), len(rows))
    return found


def _judged_aspects(data: Path, learnt: Collection[str]) -> AskedSet:
    tables = [
        each.rows.assign(kind=KINDS[each.name.removeprefix("zh_")])
        for each in load_aspect_sets(data, [f"zh_{kind}" for kind in KINDS])
    ]
    table = pd.concat(tables, ignore_index=True).drop_duplicates(["text", "kind"])
    table = _unseen(table.assign(day=date(2024, 6, 3)), learnt)
    found = _set_of(table, "kind", "zh", _limits(learnt))
    for (kind, rows), aspect in product(table.groupby("kind"), ASPECTS):
        marked = {row: marks[aspect] for row, marks in rows["aspects"].items() if aspect in marks}
        unknown = frozenset(row for row, known in rows["known"].items() if aspect not in known)
        for label, sentence in JUDGED.items():
            worth = {row: 1 for row, judged in marked.items() if judged == label}
            text = sentence.format(kind=kind, aspect=ASPECTS[aspect])
            sought = f"{aspect} {label}"
            _add(found, Question(text, worth, sought, unknown - worth.keys()), len(rows))
    return found


def _add(found: AskedSet, question: Question, pool: int) -> None:
    """Keep a question that some passages answer, few enough to be shown, among many."""
    found.labelled.setdefault(question.sought, set()).update(question.worth)
    found.unjudged.setdefault(question.sought, set()).update(question.unjudged)
    limits = found.limits
    if limits.least <= len(question.worth) <= limits.most and pool >= limits.pool:
        found.questions.append(question)


def _unseen(table: pd.DataFrame, learnt: Collection[str]) -> pd.DataFrame:
    seen = table["text"].map(text_key).isin(learnt)
    return table[~seen].reset_index(drop=True)


def _limits(learnt: Collection[str]) -> Limits:
    return UNSEEN if learnt else ALL


def _set_of(table: pd.DataFrame, group: str, lang: str, limits: Limits) -> AskedSet:
    """Make passages of a table's rows, each of the category of its group."""
    passages = [
        Passage(
            str(row), PassageKind.REVIEW, text, lang, None, name, pd.Timestamp(day),
            pd.Timestamp(day, tz="UTC"), str(row), 0, len(text),
        )
        for row, (text, name, day) in enumerate(
            zip(table["text"], table[group], table["day"], strict=True)
        )
    ]  # fmt: skip
    names = table[group].unique()
    entities = [Entity(f"category:{name}", EntityKind.CATEGORY, name) for name in names]
    whole = Entity("total", EntityKind.TOTAL, "the whole shop")
    return AskedSet(passages, Catalogue((whole, *entities)), max(table["day"]), limits)
