"""Tune what tells the meaning of questions, and write it to ``agent/understanding``.

Upper layers of the text encoder with heads for intents, for what is asked about comments, for the
aspect that is asked about and for words that call things no catalogue holds; beside them what the
encoder's own vectors and single pieces of words say of intents. All learn from the wordings of
``sense_examples``; the parts "test" are for ``agent_questions.py`` and ``agent_voices.py``. It
takes half an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import tomllib
import unicodedata
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from agent_questions import TODAY, text_encoder
from agent_voices import filled
from scipy.sparse import csr_matrix, hstack
from sense_examples import CATALOGUE, GOODS, examples
from sense_network import INTENTS, tuned
from sklearn.linear_model import LogisticRegression
from torch import nn

from agent.understanding.folding import folded
from agent.understanding.names import find_names, unknown_words, without_names
from agent.understanding.periods import read_times
from agent.understanding.pieces import PLACES, places_of
from agent.understanding.questions import SAID_WORDS, questions
from agent.understanding.sense import TUNED, beside_traits
from agent.understanding.topic import without_topics
from signals.sentiment.top_layers import save_tuned_top
from signals.sentiment.tuned_file import TUNED_FILE, load_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sense_examples import Example

    from retrieval import Encoder

STRENGTH = 3.0
"""Inverse of the regularisation: of 1, 3 and 10 the best over wordings left out in turn."""
HIDDEN, ROUNDS, BATCH, AT_ONCE = 512, 40, 256, 4096
NETWORKS = 3
"""Fitted from different beginnings and averaged: a single one errs now here, now there."""
RATE, DECAY, DROPPED, SMOOTHED = 2e-3, 1e-2, 0.5, 0.05


def main() -> None:
    """Tune and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--hold-out", action="store_true", help="leave wordings out, judge by them, write nothing"
    )
    parser.add_argument(
        "--beside", action="store_true", help="keep the layers, fit what stands beside them"
    )
    chosen = parser.parse_args()
    found, e5 = examples(), text_encoder()
    state = (
        load_rows(TUNED / TUNED_FILE)
        if chosen.beside
        else tuned(e5, found, hold_out=chosen.hold_out)
    )
    if chosen.hold_out:
        return
    known = [each for each in found if each.intent is not None]
    state |= _by_vectors(e5, known) | _by_pieces(known)
    save_tuned_top(state, TUNED, e5.encoder_id)
    write_said_words()
    print(f"{len(found)} examples: {TUNED}")


def _by_vectors(e5: Encoder, known: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Fit networks with one hidden layer to the encoder's own vectors, and put them side by side.

    That is their mean.
    """
    texts = [each.gist.text for each in known]
    vectors = [e5.encode_queries(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
    read = beside_traits(np.concatenate(vectors), [each.gist for each in known])
    middle = read.mean(axis=0)
    inputs = torch.from_numpy((read - middle).astype(np.float32))
    fitted = [_network(inputs, _intents_of(known), seed) for seed in range(NETWORKS)]
    weights = torch.cat([each[0] for each in fitted])
    bias = torch.cat([each[1] for each in fitted]) - weights @ torch.from_numpy(middle).float()
    said = torch.cat([each[2] for each in fitted], 1) / NETWORKS
    usual = torch.stack([each[3] for each in fitted]).mean(0)
    return {"hidden": weights, "hidden.bias": bias, "said": said, "said.bias": usual}


def _network(inputs: torch.Tensor, wanted: torch.Tensor, seed: int) -> list[torch.Tensor]:
    """Fit one network; give weights and bias of its hidden layer, then those of the last."""
    torch.manual_seed(seed)
    first, last = nn.Linear(inputs.shape[1], HIDDEN), nn.Linear(HIDDEN, len(INTENTS))
    line = nn.Sequential(first, nn.ReLU(), nn.Dropout(DROPPED), last)
    loss = nn.CrossEntropyLoss(label_smoothing=SMOOTHED)
    steps = ROUNDS * -(-len(inputs) // BATCH)
    rule = torch.optim.AdamW(line.parameters(), lr=RATE, weight_decay=DECAY)
    pace = torch.optim.lr_scheduler.OneCycleLR(rule, RATE, total_steps=steps, pct_start=0.3)
    rng = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        order = rng.permutation(len(inputs))
        for start in range(0, len(inputs), BATCH):
            batch = order[start : start + BATCH]
            rule.zero_grad()
            loss(line(inputs[batch]), wanted[batch]).backward()
            rule.step()
            pace.step()
    return [each.detach() for each in line.parameters()]


def _by_pieces(known: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Fit what pieces and traits say of intents."""
    rows = [places_of(each.gist.text) for each in known]
    counts = np.array([len(row) for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    pieces = csr_matrix((values, np.concatenate(rows), bounds), shape=(len(known), PLACES))
    traits = csr_matrix(np.array([each.gist.traits for each in known], dtype=np.float64))
    line = LogisticRegression(C=STRENGTH, max_iter=100, fit_intercept=False, tol=1e-3)
    line.fit(hstack([pieces, traits], format="csr"), _intents_of(known).numpy())
    weights = torch.from_numpy(line.coef_.T.astype(np.float32))
    return {"pieces": weights[:PLACES], "traits": weights[PLACES:]}


def _intents_of(known: Sequence[Example]) -> torch.Tensor:
    return torch.tensor([list(INTENTS).index(each.intent) for each in known])


def write_said_words() -> None:
    """Write the words of the wordings about comments that would be taken for names."""
    target = Path(str(resources.files("agent.understanding") / SAID_WORDS))
    if not target.exists():
        target.write_text(json.dumps({code: [] for code in GOODS}), encoding="utf-8")
    file = Path(__file__).with_name("agent_voices.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    found = {
        code: sorted(set(_said_words(code, table["dev"])) - set(GOODS[code].split()))
        for code, table in tables.items()
    }
    text = json.dumps(found, ensure_ascii=False, indent=0)
    target.write_text(text + "\n", encoding="utf-8")


def _said_words(code: str, kinds: dict[str, list[Any]]) -> Iterator[str]:
    words = questions(code)
    for kind, rows in kinds.items():
        for number, row in enumerate(rows if kind != "other" else ()):
            text = filled(code, row if isinstance(row, str) else row[0], number)
            text = unicodedata.normalize("NFKC", text)
            names = find_names(text, CATALOGUE, TODAY, words)
            plain = folded(without_names(text, names))
            rest = without_topics(text, read_times(plain, TODAY, words, past=True).rest)
            for start, end in unknown_words(rest, words):
                for word in folded(text[start:end]).casefold().split():
                    if len(word) > 1 and word.replace("-", "").isalpha():
                        yield word


if __name__ == "__main__":
    main()
