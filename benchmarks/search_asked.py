"""What a shop asks of its comments, found: all that answers a question, and first.

Each question names a cause or an aspect, a brand or a category, and mostly days; people labelled
every passage that could answer it (``asked_sets.py``). The question is read as the product reads
it: names and days become filters, complaints or praise asked for a tone, the rest is searched for.
Peers search the same passages, through the same filters, the tone among them, for the question as
it was asked: by meaning alone, by words alone. Classifiers fitted to the very labels stand beside
them, through the same filters: how far the vectors tell what people marked. A text that comes twice
counts once, in every ranking.

Two things favour the product. The sentiment model, which tells the tone, has learnt from many of
these texts; so all is measured again on those that it has not. And three of the five causes that
Olist's staff marked are the very complaints that the product knows by name
(``retrieval/complaints.toml``, with sentences of its own); they are told apart from the others.

With ``--weights`` some of the questions are planned once more by a chat model that runs here, and
searched for by its plan; without, the report says that this was left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from asked_sets import asked_sets
from reporting import Figure, Report, options, shared_data
from search_quality import GAIN, WIDE, K, discounted
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from agent import known_weights, understand, whole
from agent.model.planner import Counsel
from agent.tools.voices import comments_on, in_tone
from agent.understanding.topic import topic_of
from retrieval import Filters, Passages, Retriever, complaints_of
from retrieval.bm25 import WordIndex
from retrieval.columns import FilterColumns
from retrieval.faiss_index import FaissIndex
from signals import Col
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import load_e5
from signals.tuning.aspect_sets import load_aspect_sets
from signals.tuning.labelled_set import text_key
from signals.tuning.training import keep_apart
from signals.tuning.training_sets import Part, load_training_sets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt
    from asked_sets import AskedSet, Question

    from agent import Plan
    from agent.model.chat import ChatModel
    from agent.understanding.topic import Topic
    from retrieval import Encoder
    from signals import Scorer

REACH = 0.95
MODEL = "qwen2.5-coder-0.5b"
PLANNED = 12
"""Questions of each language that a model plans too."""
QUICK = 12
MEASURES = (f"nDCG@{K}", f"recall@{WIDE}")
FITTED = "fitted to the labels"
"""Not a search: how far the labels themselves can be told from the vectors."""
FOLDS = 5
_SPARE = 4
"""Times as many rows are looked at, for those that nobody judged."""
_LEFT_OUT = "no --weights given: the questions were not planned by a chat model"


@dataclass(frozen=True, slots=True)
class Search:
    """The product's search over a set, and the two rankings it is made of.

    ``keys`` has an entry a passage, the same for copies of a text.
    """

    asked: AskedSet
    language: str
    retriever: Retriever
    words: WordIndex
    columns: FilterColumns
    vectors: npt.NDArray[np.float32]
    keys: list[str]

    def by_product(self, plan: Plan, k: int) -> list[int]:
        """Search for what is left of the question, within the plan's names and days."""
        hits = comments_on(self.retriever, self.topic(plan), filters_of(plan), k)
        return [int(hit.passage.passage_id) for hit in hits]

    def by_meaning(self, plan: Plan, k: int) -> list[int]:
        """Rank by nearness of vectors alone."""
        vector = self.retriever.encoder.encode_queries([plan.question])[0]
        return self.in_tone_of(plan, lambda allowed: self.retriever.index.search(
            vector, k=k, allowed=allowed)[0].tolist())  # fmt: skip

    def by_words(self, plan: Plan, k: int) -> list[int]:
        """Rank by BM25 alone."""
        return self.in_tone_of(plan, lambda allowed: self.words.search(
            plan.question, k=k, allowed=allowed)[0].tolist())  # fmt: skip

    def topic(self, plan: Plan) -> Topic:
        """Read what is asked for."""
        return topic_of(plan, self.asked.catalogue, self.asked.today)

    def in_tone_of(
        self, plan: Plan, find: Callable[[npt.NDArray[np.bool_]], list[int]]
    ) -> list[int]:
        """Rank as the product does: what is clearly in the tone, then what is not against it."""
        tone = self.topic(plan).tone
        masks = [self.columns.allowed(each) for each in in_tone(filters_of(plan), tone)]
        return [*dict.fromkeys(row for allowed in masks for row in find(allowed))]


def main() -> None:
    """Report nDCG@10 and recall@20 in each language, and with a model that plans."""
    parser = options(__doc__ or "")
    parser.add_argument("--weights", type=Path, help="folder of pulled weights; plan with them too")
    parser.add_argument("--model", default=MODEL, choices=sorted(known_weights()))
    parser.add_argument("--planned", type=int, default=PLANNED, help="questions a language to plan")
    chosen = parser.parse_args()
    report = Report("search_asked", "airline tweets, ABSADatasets, Olist", ("bm25s", "faiss-cpu"))
    model, encoder = _model(chosen), load_e5()
    scorer = BertScorer(encoder, with_vectors=False, with_aspects=False)
    data = shared_data("absa").parent
    means: dict[str, list[float]] = {}
    for name, asked in asked_sets(data).items():
        search = _search(asked, name[-2:], encoder, scorer)
        questions = asked.questions[:: max(1, len(asked.questions) // QUICK)]
        questions = questions if chosen.quick else asked.questions
        ways = {"product": search.by_product, "by meaning": search.by_meaning,
                "by words": search.by_words}  # fmt: skip
        found = {way: measured(search, find, questions) for way, find in ways.items()}
        fitted = measured(search, fitted_to_labels(search), questions)
        for way, values in found.items():
            means.setdefault(way, []).append(values[0])
        for place, measure in enumerate(MEASURES):
            peers = {way: found[way][place] for way in ("by meaning", "by words")}
            reach = REACH if place else max(peers.values()) + GAIN
            best = max(peers, key=lambda way: peers[way])
            peers[FITTED] = fitted[place]
            report.add(
                Figure(
                    f"{name} ({len(questions)} questions): {measure}", found["product"][place],
                    "share", "higher", reach, best, peers[best], peers=peers,
                )
            )  # fmt: skip
        if model is not None:
            _add_planned(report, search, questions[:: max(1, len(questions) // chosen.planned)],
                         model)  # fmt: skip
    _add_unseen(report, data, encoder, scorer)
    _add_mean(report, "", means)
    report.details["planned by a model"] = chosen.model if model else _LEFT_OUT
    print(report.details["planned by a model"])
    report.finish(chosen)


def _add_unseen(report: Report, data: Path, encoder: Encoder, scorer: Scorer) -> None:
    """Report nDCG@10 among texts that the sentiment model has not learnt from."""
    means: dict[str, list[float]] = {}
    for name, asked in asked_sets(data, learnt_texts(data)).items():
        search = _search(asked, name[-2:], encoder, scorer)
        ways = {"product": search.by_product, "by meaning": search.by_meaning,
                "by words": search.by_words}  # fmt: skip
        found = {way: measured(search, find, asked.questions)[0] for way, find in ways.items()}
        for way, mean in found.items():
            means.setdefault(way, []).append(mean)
        value = found.pop("product")
        best = max(found, key=lambda way: found[way])
        report.add(
            Figure(
                f"{name}, texts not learnt from ({len(asked.questions)} questions): nDCG@{K}",
                value, "share", "higher", found[best] + GAIN, best, found[best], peers=found,
            )
        )  # fmt: skip
        if name.endswith("pt"):
            _add_by_kind(report, search, f"{name}, texts not learnt from")
    _add_mean(report, ", texts not learnt from", means)


def _add_mean(report: Report, of: str, means: Mapping[str, Sequence[float]]) -> None:
    overall = {way: float(np.mean(values)) for way, values in means.items()}
    best = max(("by meaning", "by words"), key=lambda way: overall[way])
    what, gain = f"mean of three languages{of}: nDCG@{K}", overall[best] + GAIN
    report.add(Figure(what, overall["product"], "share", "higher", gain, best, overall[best]))


def _add_by_kind(report: Report, search: Search, name: str) -> None:
    """Report questions that name a complaint the product knows apart from the others."""
    kinds: dict[str, list[Question]] = {"complaints known by name": [], "others": []}
    for question in search.asked.questions:
        kinds["complaints known by name" if complaints_of(question.text) else "others"].append(
            question
        )
    for kind, questions in kinds.items():
        value, peer = (measured(search, find, questions)[0]
                       for find in (search.by_product, search.by_meaning))  # fmt: skip
        what = f"{name}, {kind} ({len(questions)} questions): nDCG@{K}"
        report.add(Figure(what, value, "share", "higher", None, "by meaning", peer))


def learnt_texts(data: Path) -> frozenset[str]:
    """Collect the keys of all texts that the sentiment model was trained or chosen by."""
    sets, aspect_sets = keep_apart(load_training_sets(data), load_aspect_sets(data))
    seen = (Part.TRAIN, Part.VALIDATION)
    parts = [each.part(part)[Col.TEXT] for each in (*sets, *aspect_sets) for part in seen]
    return frozenset(pd.concat(parts).map(text_key))


def fitted_to_labels(search: Search) -> Callable[[Plan, int], list[int]]:
    """Rank by classifiers of the very labels, each text by one that did not see it or a copy.

    They know what no search can: which texts people gave the label that is asked about.
    """
    asked, scores = search.asked, {}
    for sought, rows in asked.labelled.items():
        judged = np.array([row for row in range(len(asked.passages))
                           if row not in asked.unjudged[sought]])  # fmt: skip
        wanted = np.isin(judged, list(rows))
        if wanted.sum() < FOLDS:
            continue
        line = LogisticRegression(C=10.0, max_iter=300, class_weight="balanced")
        keys = [search.keys[row] for row in judged]
        shares = cross_val_predict(
            line, search.vectors[judged], wanted, groups=keys, cv=StratifiedGroupKFold(FOLDS),
            method="predict_proba",
        )  # fmt: skip
        scores[sought] = np.full(len(asked.passages), -1.0)
        scores[sought][judged] = shares[:, 1]
    sought_by = {question.text: question.sought for question in asked.questions}

    def find(plan: Plan, k: int) -> list[int]:
        told = scores[sought_by[plan.question]]

        def ranked(allowed: npt.NDArray[np.bool_]) -> list[int]:
            rows = np.flatnonzero(allowed)
            return [int(row) for row in rows[np.argsort(-told[rows], kind="stable")[:k]]]

        return search.in_tone_of(plan, ranked)

    return find


def measured(
    search: Search,
    find: Callable[[Plan, int], list[int]],
    questions: Iterable[Question],
    planned: Callable[[Plan], Plan] = lambda plan: plan,
) -> tuple[float, float]:
    """Average nDCG@10 and recall@20 over questions.

    Rows that nobody judged are passed over, and so are texts that came before.

    References
    ----------
    Sakai (2007), "Alternatives to Bpref": condensed lists.
    """
    gains, recalls = [], []
    for question in questions:
        plan = planned(
            understand(
                question.text, search.asked.catalogue, search.asked.today, search.language
            )
        )  # fmt: skip
        best: dict[str, int] = {}
        for row, value in question.worth.items():
            best[search.keys[row]] = max(value, best.get(search.keys[row], 0))
        rows = [row for row in find(plan, _SPARE * WIDE) if row not in question.unjudged]
        found = dict.fromkeys(search.keys[row] for row in rows)
        worth = [best.get(key, 0) for key in found][:WIDE]
        ideal = sorted(best.values(), reverse=True)
        gains.append(discounted(worth[:K]) / discounted(ideal[:K]))
        recalls.append(np.count_nonzero(worth) / len(ideal))
    return float(np.mean(gains)), float(np.mean(recalls))


def filters_of(plan: Plan) -> Filters:
    """Keep to the names and days of a plan."""
    window = plan.slots.window
    return Filters(
        categories=tuple(entity.key for entity in plan.slots.entities),
        since=pd.Timestamp(window.first_day) if window else None,
        until=pd.Timestamp(window.last_day) if window else None,
    )


def _search(asked: AskedSet, language: str, encoder: Encoder, scorer: Scorer) -> Search:
    texts = [passage.text for passage in asked.passages]
    polarity = scorer.score(texts).polarity.tolist()
    passages = Passages.of(
        replace(passage, polarity=value)
        for passage, value in zip(asked.passages, polarity, strict=True)
    )
    index = FaissIndex(encoder.dim)
    vectors = encoder.encode_passages(texts)
    index.add(vectors)
    words = WordIndex.of(texts)
    retriever = Retriever(passages, index, encoder, words)
    columns, keys = FilterColumns(passages), [text_key(text) for text in texts]
    return Search(asked, language, retriever, words, columns, vectors, keys)


def _model(chosen: argparse.Namespace) -> ChatModel | None:
    if chosen.weights is None:
        return None
    from agent.model.local_model import LocalModel

    file = whole(known_weights()[chosen.model], chosen.weights)
    return LocalModel(chosen.model, file, timeout_s=1500.0, threads=2)


def _add_planned(
    report: Report, search: Search, questions: list[Question], model: ChatModel
) -> None:
    """Report the same search by a model's plan, beside that by the grammar's."""

    def advised(plan: Plan) -> Plan:
        return Counsel(model).on_plan(plan, search.asked.catalogue)

    both = measured(search, search.by_product, questions, advised)
    alone = measured(search, search.by_product, questions)
    for measure, value, peer in zip(MEASURES, both, alone, strict=True):
        what = f"asked, {search.language}: {measure}, {model.name} planning ({len(questions)})"
        report.add(Figure(what, value, "share", "higher", peer, "the grammar planning", peer))


if __name__ == "__main__":
    main()
