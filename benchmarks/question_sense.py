"""Fit the head that tells what a question asks for, and write it beside ``agent/understanding``.

It learns from the part "dev" of ``agent_questions.toml`` alone: each wording with some of its
fillings, with an invented name, without a time, without a name, and as people type who leave
accents out. Part "test" is for ``agent_questions.py``.
"""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from agent_questions import SHOP, TODAY, cases_of, text_encoder
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from agent import Catalogue, Intent
from agent.understanding.folding import folded
from agent.understanding.names import find_names, without_names
from agent.understanding.periods import read_times
from agent.understanding.pieces import PLACES, places_of
from agent.understanding.questions import questions
from agent.understanding.sense import HEAD, Gist, features, gist_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

FILLINGS = 4
"""Of the twelve of each wording; others for the next wording, so that all come to be seen."""
INVENTED = (
    "Lumen Stapler", "nightstand Oslo", "Kettle X", "folding bicycles", "Nimbus Umbrella 4",
    "sofas", "蓝牙音箱", "登山包", "电动牙刷", "折叠自行车", "咖啡机2代", "Cadeira Lótus",
    "mochilas", "Relógio Andes", "furadeira", "Bolt-7 Charger", "gaming chair", "雨伞",
)  # fmt: skip
TIMELESS = {"ahead": [[" ", "ahead", None]], "back": [[" ", "back", None]]}
NAMELESS = {
    "en": r"(?:\b(?:for|of|about|with|on|in|to|by|at|from) )?(?:the )?\{name\}(?:['’]s)?",
    "zh": r"(?:[对给把跟和在与]|关于)?\{name\}(?:里的|这边的?|的)?",
    "pt": r"(?:\b(?:d[eoa]|para|pr[ao]|pel[oa]|com|sobre|em|n[oa]|por|a|o) )?\{name\}",
}
"""A name with the words that lead to it, and go with it where the whole shop is asked about."""
STRENGTH = 3.0
"""Inverse of the regularisation: of 1, 3 and 10 the best over wordings left out in turn."""
BY_VECTORS, BY_PIECES = 1.5, 1.0
"""How much each part of the head counts, judged likewise."""
HIDDEN, ROUNDS, BATCH = 512, 40, 256
NETWORKS = 3
"""Fitted from different beginnings and averaged: a single one errs now here, now there."""
RATE, DECAY, DROPPED, SMOOTHED = 2e-3, 1e-2, 0.5, 0.05


def main() -> None:
    """Fit and write."""
    file = Path(__file__).with_name("agent_questions.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    examples = [each for code, table in tables.items() for each in _examples(code, table)]
    examples = list(dict.fromkeys(examples))
    gists = [gist for gist, _ in examples]
    places = np.array([list(Intent).index(Intent(intent)) for _, intent in examples])
    head = _by_vectors(gists, places) | _by_pieces(gists, places)
    target = str(resources.files("agent.understanding") / HEAD)
    kept = {name: np.ascontiguousarray(table, np.float16) for name, table in head.items()}
    save_file(kept, target)
    Path(target).chmod(0o644)  # safetensors leaves it to its owner alone
    print(f"{len(examples)} examples: {target}")


def _by_vectors(gists: list[Gist], places: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Fit networks with one hidden layer, and put them side by side as one, which is their mean."""
    read = features(gists, text_encoder()).astype(np.float32)
    middle = read.mean(axis=0)
    fitted = [_network(read - middle, places, seed) for seed in range(NETWORKS)]
    weights = np.concatenate([each[0] for each in fitted])
    share = BY_VECTORS / NETWORKS
    return {
        "weights": weights.T,
        "bias": np.concatenate([each[1] for each in fitted]) - weights @ middle,
        "said": share * np.concatenate([each[2] for each in fitted], axis=1).T,
        "usual": share * np.sum([each[3] for each in fitted], axis=0),
    }


def _network(
    read: npt.NDArray[np.float32], places: npt.NDArray[np.int64], seed: int
) -> list[npt.NDArray[np.float64]]:
    """Fit one network; give weights and bias of its hidden layer, then those of the last."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    inputs, wanted = torch.tensor(read), torch.tensor(places)
    first, last = nn.Linear(inputs.shape[1], HIDDEN), nn.Linear(HIDDEN, len(Intent))
    line = nn.Sequential(first, nn.ReLU(), nn.Dropout(DROPPED), last)
    loss = nn.CrossEntropyLoss(label_smoothing=SMOOTHED)
    steps = ROUNDS * -(-len(read) // BATCH)
    rule = torch.optim.AdamW(line.parameters(), lr=RATE, weight_decay=DECAY)
    pace = torch.optim.lr_scheduler.OneCycleLR(rule, RATE, total_steps=steps)
    rng = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        order = rng.permutation(len(read))
        for start in range(0, len(read), BATCH):
            batch = order[start : start + BATCH]
            rule.zero_grad()
            loss(line(inputs[batch]), wanted[batch]).backward()
            rule.step()
            pace.step()
    return [each.detach().numpy().astype(np.float64) for each in line.parameters()]


def _by_pieces(gists: list[Gist], places: npt.NDArray[np.int64]) -> dict[str, Any]:
    rows = [places_of(gist.text) for gist in gists]
    counts = np.array([len(row) for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts)
    bounds = np.concatenate([[0], np.cumsum(counts)])
    pieces = csr_matrix((values, np.concatenate(rows), bounds), shape=(len(gists), PLACES))
    traits = csr_matrix(np.array([gist.traits for gist in gists], dtype=np.float64))
    read = hstack([pieces, traits], format="csr")
    line = LogisticRegression(C=STRENGTH, max_iter=100, fit_intercept=False, tol=1e-3)
    weights = BY_PIECES * line.fit(read, places).coef_.T
    return {"pieces": weights[:PLACES], "traits": weights[PLACES:]}


def _examples(code: str, table: dict[str, Any]) -> Iterator[tuple[Gist, str]]:
    """Give what is left of each question once it is read, with its intent."""
    catalogue, words = Catalogue(SHOP), questions(code)
    for intent, rows in table["dev"].items():
        for number, row in enumerate(rows):
            for text in dict.fromkeys(_texts(code, table["fill"], row[0], number)):
                matches = find_names(text, catalogue, TODAY, words)
                plain = folded(without_names(text, matches))
                yield gist_of(text, matches, read_times(plain, TODAY, words), TODAY), intent


def _texts(code: str, fill: dict[str, Any], wording: str, number: int) -> Iterator[str]:
    """Fill a wording in the ways that it may be asked."""
    cases = _filled(fill, wording)
    some = _some(cases, number)
    yield from some
    yield folded(some[0])
    timed = "{ahead}" in wording or "{back}" in wording
    if timed:
        timeless = _filled(fill | TIMELESS, wording)
        yield timeless[0]
        yield timeless[number % len(timeless)]
    if "{name}" in wording:
        invented = {"name": [[INVENTED[number % len(INVENTED)], ""]]}
        yield _filled(fill | invented, wording)[0]
        if timed and number % 2:
            yield _filled(fill | TIMELESS | invented, wording)[0]
    if "{name}" in wording and "{other}" not in wording:
        nameless = re.sub(NAMELESS[code], " ", wording)
        yield _filled(fill | TIMELESS if number % 2 else fill, nameless)[0]


def _filled(fill: dict[str, Any], wording: str) -> list[str]:
    return [case.question for case in cases_of(fill, {"": [[wording, ""]]})]


def _some(cases: list[str], number: int) -> list[str]:
    """Take some fillings of a wording, of every kind in turn."""
    step = max(1, len(cases) // FILLINGS)
    return cases[number % step :: step]


if __name__ == "__main__":
    main()
