"""Labelled texts as the training loop takes them: tokens, labels and what is unknown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from signals.aspects import ASPECTS
from signals.errors import DataError
from signals.frames import Col
from signals.sentiment.e5 import Prefix
from signals.tuning.aspect_sets import ASPECT_LABELS, KNOWN, TERMS, silver_aspects
from signals.tuning.training_sets import LABEL, WEIGHT, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd

    from signals.sentiment.e5 import E5
    from signals.tuning.aspect_sets import AspectSet
    from signals.tuning.training_sets import LabelledSet

UNKNOWN: Final = -1
"""In place of a label that nobody gave."""
SILVER_WEIGHT: Final = 0.3
"""What an aspect found by a word counts against one that a person marked."""

_POOL: Final = 64
"""Batches' worth of texts that are sorted by length together: like lengths, yet in random order."""
_SPAN_COLUMNS: Final = 3


@dataclass(slots=True)
class Example:
    """One text. ``spans`` are (first token, token after the last, label) of judged terms."""

    tokens: list[int]
    set_name: str
    lang: str
    label: int = UNKNOWN
    weight: float = 1.0
    has_neutral: bool = True
    spans: list[tuple[int, int, int]] = field(default_factory=list)
    mentions: npt.NDArray[np.int64] = field(default_factory=lambda: np.full(len(ASPECTS), UNKNOWN))
    polarities: npt.NDArray[np.int64] = field(
        default_factory=lambda: np.full(len(ASPECTS), UNKNOWN)
    )
    aspect_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class ExampleBatch:
    """B texts of like length; labels are ``UNKNOWN`` where nobody gave one.

    ``tokens`` and ``mask`` are shape (B, T), ``labels``, ``weights``, ``has_neutral`` and
    ``aspect_weights`` (B,), ``mentions`` and ``polarities`` (B, aspects), ``spans`` (n, 3) as
    ``SentimentNetwork.judge_spans`` takes them, ``span_labels`` (n,).
    """

    rows: npt.NDArray[np.int64]
    tokens: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor
    has_neutral: torch.Tensor
    mentions: torch.Tensor
    polarities: torch.Tensor
    aspect_weights: torch.Tensor
    spans: torch.Tensor
    span_labels: torch.Tensor

    def to(self, device: torch.device) -> ExampleBatch:
        """Move the tensors to a device."""
        moved = {
            entry.name: getattr(self, entry.name).to(device)
            for entry in fields(self)
            if entry.name != "rows"
        }
        return replace(self, **moved)


class Examples:
    """Texts with their labels, cut into batches of like length."""

    def __init__(self, examples: Sequence[Example], padding: int) -> None:
        self._examples = examples
        self._padding = padding
        self.lengths = np.array([len(example.tokens) for example in examples], dtype=np.int64)
        self.labels = np.array([example.label for example in examples], dtype=np.int64)
        self.has_neutral = np.array([example.has_neutral for example in examples], dtype=bool)
        self.weights = np.array([example.weight for example in examples], dtype=np.float64)
        self.langs = np.array([example.lang for example in examples], dtype=object)
        self.set_names = np.array([example.set_name for example in examples], dtype=object)

    def __len__(self) -> int:
        return len(self._examples)

    def batches(
        self, budget: int, rng: np.random.Generator | None = None
    ) -> Iterator[ExampleBatch]:
        """Yield every text once, at most ``budget`` padded tokens a batch, shuffled by ``rng``."""
        groups = list(self._groups(budget, rng))
        order = range(len(groups)) if rng is None else rng.permutation(len(groups))
        for group in order:
            yield self._batch(groups[group])

    def marked(self) -> Examples:
        """Take the texts in which people marked terms or aspects."""
        return Examples([e for e in self._examples if e.label == UNKNOWN], self._padding)

    def sets(self) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
        """Yield the name of each set with a sentiment, and the numbers of its rows."""
        for name in sorted(set(self.set_names[self.labels != UNKNOWN])):
            yield name, np.flatnonzero((self.set_names == name) & (self.labels != UNKNOWN))

    def tokens(self, rows: npt.NDArray[np.int64]) -> list[list[int]]:
        """Return the token ids of some texts."""
        return [self._examples[row].tokens for row in rows]

    def fingerprint(self) -> str:
        """Name the texts and labels by their content."""
        digest = hashlib.sha256()
        for example in self._examples:
            digest.update(repr((example.tokens, example.label, example.weight)).encode())
            digest.update(repr(example.spans).encode())
            digest.update(example.mentions.tobytes() + example.polarities.tobytes())
        return digest.hexdigest()

    def _groups(
        self, budget: int, rng: np.random.Generator | None
    ) -> Iterator[npt.NDArray[np.int64]]:
        order = np.arange(len(self)) if rng is None else rng.permutation(len(self))
        pool = len(self) if rng is None else int(_POOL * budget / self.lengths.mean())
        for start in range(0, len(order), pool):
            part = order[start : start + pool]
            part = part[np.argsort(self.lengths[part], kind="stable")]
            first = 0
            for stop in range(1, len(part) + 1):
                ends = stop == len(part)
                if ends or (stop - first + 1) * self.lengths[part[stop]] > budget:
                    yield part[first:stop]
                    first = stop

    def _batch(self, rows: npt.NDArray[np.int64]) -> ExampleBatch:
        chosen = [self._examples[row] for row in rows]
        tokens = pad_tokens([example.tokens for example in chosen], self._padding)
        lengths = torch.tensor(self.lengths[rows])
        spans = torch.tensor(
            [(place, *span) for place, example in enumerate(chosen) for span in example.spans],
            dtype=torch.int64,
        ).reshape(-1, _SPAN_COLUMNS + 1)
        return ExampleBatch(
            rows=rows,
            tokens=tokens,
            mask=torch.arange(tokens.shape[1]) < lengths[:, None],
            labels=torch.from_numpy(self.labels[rows]),
            weights=torch.tensor(self.weights[rows], dtype=torch.float32),
            has_neutral=torch.from_numpy(self.has_neutral[rows]),
            mentions=torch.from_numpy(np.stack([example.mentions for example in chosen])),
            polarities=torch.from_numpy(np.stack([example.polarities for example in chosen])),
            aspect_weights=torch.tensor(
                [example.aspect_weight for example in chosen], dtype=torch.float32
            ),
            spans=spans[:, :_SPAN_COLUMNS],
            span_labels=spans[:, _SPAN_COLUMNS],
        )


def pad_tokens(tokens: Sequence[Sequence[int]], padding: int) -> torch.Tensor:
    """Put token ids below each other, filled up with ``padding``; shape (B, T)."""
    return torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(ids) for ids in tokens], batch_first=True, padding_value=padding
    )


def make_examples(
    e5: E5,
    sets: Sequence[LabelledSet],
    aspect_sets: Sequence[AspectSet],
    part: Part,
    max_tokens: int,
) -> Examples:
    """Cut one part of several sets into tokens.

    Texts with a sentiment but no marked aspects get those that the word table finds, at a small
    weight, so that the aspects are known in every language and kind of shop.

    Raises
    ------
    DataError
        When no set has rows for this part.
    """
    examples: list[Example] = []
    for labelled in sets:
        examples.extend(_labelled_examples(e5, labelled, part, max_tokens))
    if not examples:
        raise DataError(f"the sets hold no rows for {part}; name at least one set that does")
    for aspect_set in aspect_sets:
        examples.extend(_aspect_examples(e5, aspect_set, part, max_tokens))
    return Examples(examples, e5.padding)


def _labelled_examples(
    e5: E5, labelled: LabelledSet, part: Part, max_tokens: int
) -> Iterator[Example]:
    rows = labelled.part(part)
    texts = rows[Col.TEXT].tolist()
    tokens = e5.tokens(texts, Prefix.PASSAGE, max_tokens)
    found = silver_aspects(texts)
    labels, weights = rows[LABEL].tolist(), rows[WEIGHT].tolist()
    for ids, label, weight, aspects in zip(tokens, labels, weights, found, strict=True):
        # of a text about one thing, the sentiment is what it says of that thing
        judged = dict.fromkeys(aspects, label if len(aspects) == 1 else UNKNOWN)
        known = frozenset(ASPECTS) - {"other"}
        mentions, polarities = _aspect_targets(judged, known)
        yield Example(
            ids, labelled.name, labelled.lang, label, weight, labelled.has_neutral,
            mentions=mentions, polarities=polarities, aspect_weight=SILVER_WEIGHT,
        )  # fmt: skip


def _aspect_examples(
    e5: E5, aspect_set: AspectSet, part: Part, max_tokens: int
) -> Iterator[Example]:
    rows: pd.DataFrame = aspect_set.part(part)
    tokens = e5.tokens(rows[Col.TEXT].tolist(), Prefix.PASSAGE, max_tokens)
    for ids, row in zip(tokens, rows.to_dict("records"), strict=True):
        terms = row[TERMS]
        places = e5.locate(row[Col.TEXT], [(start, stop) for start, stop, _ in terms])
        spans = [
            (first, last, label)
            for (first, last), (_, _, label) in zip(places, terms, strict=True)
            if first < last <= len(ids)
        ]
        mentions, polarities = _aspect_targets(row[ASPECT_LABELS], row[KNOWN])
        yield Example(
            ids, aspect_set.name, aspect_set.lang,
            spans=spans, mentions=mentions, polarities=polarities,
        )  # fmt: skip


def _aspect_targets(
    judged: Mapping[str, int], known: frozenset[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return who is mentioned (1, 0 or ``UNKNOWN``) and how (a label or ``UNKNOWN``)."""
    mentions = np.full(len(ASPECTS), UNKNOWN)
    polarities = np.full(len(ASPECTS), UNKNOWN)
    for place, aspect in enumerate(ASPECTS):
        if aspect in judged:
            mentions[place], polarities[place] = 1, judged[aspect]
        elif aspect in known:
            mentions[place] = 0
    return mentions, polarities
