"""Fit the head that tells what a question asks for, and write it beside ``agent/understanding``.

It learns from the part "dev" of ``agent_questions.toml`` alone: each wording with some of its
fillings, with an invented name, without a time, and as people type who leave accents out. Part
"test" is for ``agent_questions.py``.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from agent_questions import SHOP, TODAY, Case, cases_of, text_encoder
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
STRENGTH = 3.0
"""Inverse of the regularisation: of 1, 3 and 10 the best over wordings left out in turn."""
BY_VECTORS, BY_PIECES = 1.0, 1.0
"""How much each part of the head counts, judged likewise."""


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
    print(f"{len(examples)} examples: {target}")


def _by_vectors(gists: list[Gist], places: npt.NDArray[np.int64]) -> dict[str, Any]:
    read = features(gists, text_encoder())
    middle = read.mean(axis=0)
    fitted = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-3).fit(read - middle, places)
    weights = BY_VECTORS * fitted.coef_.T
    return {"weights": weights, "bias": BY_VECTORS * fitted.intercept_ - middle @ weights}


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
            cases = list(cases_of(table["fill"], {intent: [row]}))
            texts = [each.question for each in _some(cases, number)]
            invented = INVENTED[number % len(INVENTED)]
            fill = table["fill"] | {"name": [[invented, ""]]}
            if "{name}" in row[0]:
                texts.append(next(cases_of(fill, {intent: [row]})).question)
            if "{ahead}" in row[0] or "{back}" in row[0]:
                texts.append(next(cases_of(table["fill"] | TIMELESS, {intent: [row]})).question)
            for text in dict.fromkeys([*texts, folded(texts[0])]):
                matches = find_names(text, catalogue, TODAY, words)
                plain = folded(without_names(text, matches))
                yield gist_of(text, matches, read_times(plain, TODAY, words), TODAY), intent


def _some(cases: list[Case], number: int) -> list[Case]:
    """Take some fillings of a wording, of every kind in turn."""
    step = max(1, len(cases) // FILLINGS)
    return cases[number % step :: step]


if __name__ == "__main__":
    main()
