"""Fit the heads that tell what a question asks for, and write them to ``agent/understanding``.

One tells intents, the other what is asked about comments. The first learns from the part "dev" of
``agent_questions.toml`` alone: each wording with some of its fillings, with an invented name,
without a time, without a name, and as people type who leave accents out. The other learns from the
part "dev" of ``agent_voices.toml`` and, as questions that ask nothing of the kind, from wordings of
the first. The parts "test" are for ``agent_questions.py`` and ``agent_voices.py``.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
import unicodedata
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from agent_questions import SHOP, TODAY, cases_of, text_encoder
from agent_voices import filled
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from agent import Catalogue, Intent
from agent.understanding.folding import folded
from agent.understanding.names import find_names, unknown_words, without_names
from agent.understanding.periods import read_times
from agent.understanding.pieces import PLACES, places_of
from agent.understanding.questions import SAID_WORDS, questions
from agent.understanding.sense import HEAD, Gist, features, gist_of
from agent.understanding.topic import without_topics
from agent.understanding.voiced import Voiced, hints

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

Example = tuple[Gist, tuple[bool, ...], str]
"""A question that was read, the hints in it (``voiced.hints``), and what it asks for."""
CATALOGUE = Catalogue(SHOP)
FILLINGS = 4
"""Of the twelve of each wording; others for the next wording, so that all come to be seen."""
INVENTED = (
    "Lumen Stapler", "nightstand Oslo", "Kettle X", "folding bicycles", "Nimbus Umbrella 4",
    "sofas", "蓝牙音箱", "登山包", "电动牙刷", "折叠自行车", "咖啡机2代", "Cadeira Lótus",
    "mochilas", "Relógio Andes", "furadeira", "Bolt-7 Charger", "gaming chair", "雨伞",
)  # fmt: skip
TIMELESS = {"ahead": [[" ", "ahead", None]], "back": [[" ", "back", None]]}
GOODS = {
    "en": "apples bags cables cards cell children clothes coffee devices dog door flowers foods "
    "gadgets headphones model models pet phone photo plastic table tool toys",
    "zh": "图片 宝贝 礼盒 鞋子",
    "pt": "alimento alto-falante aparelho aulas banco calcados camisas cartao celulares fones "
    "gondola lanterna lanternas mercadoria mercadorias modelo modelos peca pecas roupas seda",
}
"""Words of the wordings that may well be what somebody calls a product."""
NAMELESS = {
    "en": r"(?:\b(?:for|of|about|with|on|in|to|by|at|from) )?(?:the )?\{name\}(?:['’]s)?",
    "zh": r"(?:[对给把跟和在与]|关于)?\{name\}(?:里的|这边的?|的)?",
    "pt": r"(?:\b(?:d[eoa]|para|pr[ao]|pel[oa]|com|sobre|em|n[oa]|por|a|o) )?\{name\}",
}
"""A name with the words that lead to it, and go with it where the whole shop is asked about."""
LIKE = {"complained_of": "most_complaints"}
"""Kinds of the table that are another kind; what they are about is read by other means."""
EVERY_OTHER = 30
"""Of the wordings that ask for other things, so many in one are shown to the second head."""
STRENGTH = 3.0
"""Inverse of the regularisation: of 1, 3 and 10 the best over wordings left out in turn."""
BY_VECTORS, BY_PIECES = 1.5, 1.0
"""How much each part of the head counts, judged likewise."""
HIDDEN, HEARD, ROUNDS, BATCH = 512, 256, 40, 256
NETWORKS = 3
"""Fitted from different beginnings and averaged: a single one errs now here, now there."""
RATE, DECAY, DROPPED, SMOOTHED = 2e-3, 1e-2, 0.5, 0.05


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", action="store_true", help="fit the second head alone")
    alone = parser.parse_args().comments
    file = Path(__file__).with_name("agent_questions.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    examples = [each for code, table in tables.items() for each in _examples(code, table)]
    examples = list(dict.fromkeys(examples))
    gists = [gist for gist, _, _ in examples]
    places = np.array([list(Intent).index(Intent(intent)) for _, _, intent in examples])
    target = str(resources.files("agent.understanding") / HEAD)
    head = load_file(target) if alone else _by_vectors(gists, places) | _by_pieces(gists, places)
    write_said_words()
    head |= _of_comments(examples)
    kept = {name: np.ascontiguousarray(table, np.float16) for name, table in head.items()}
    save_file(kept, target)
    Path(target).chmod(0o644)  # safetensors leaves it to its owner alone
    print(f"{len(examples)} examples: {target}")


def _by_vectors(gists: list[Gist], places: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Fit the first head."""
    weights, bias, said, usual = _fitted(features(gists, text_encoder()), places, HIDDEN)
    said, usual = BY_VECTORS * said, BY_VECTORS * usual
    return {"weights": weights, "bias": bias, "said": said, "usual": usual}


def _fitted(
    read: npt.NDArray[np.float64], places: npt.NDArray[np.int64], width: int
) -> tuple[npt.NDArray[np.float64], ...]:
    """Fit networks with one hidden layer, and put them side by side as one, which is their mean."""
    middle = read.mean(axis=0)
    fitted = [
        _network((read - middle).astype(np.float32), places, width, seed)
        for seed in range(NETWORKS)
    ]
    weights = np.concatenate([each[0] for each in fitted])
    bias = np.concatenate([each[1] for each in fitted]) - weights @ middle
    last = np.concatenate([each[2] for each in fitted], axis=1).T / NETWORKS
    return weights.T, bias, last, np.mean([each[3] for each in fitted], axis=0)


def _network(
    read: npt.NDArray[np.float32], places: npt.NDArray[np.int64], width: int, seed: int
) -> list[npt.NDArray[np.float64]]:
    """Fit one network; give weights and bias of its hidden layer, then those of the last."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    inputs, wanted = torch.tensor(read), torch.tensor(places)
    first, last = nn.Linear(inputs.shape[1], width), nn.Linear(width, int(places.max()) + 1)
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


def _of_comments(others: list[Example]) -> dict[str, Any]:
    """Fit the head that tells what is asked about comments; ``others`` ask nothing of the kind."""
    file = Path(__file__).with_name("agent_voices.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    told = [each for code, table in tables.items() for each in _heard(code, table["dev"])]
    told += [(gist, hinted, "") for gist, hinted, _ in others[::EVERY_OTHER]]
    kinds = ["", *Voiced]
    wanted = np.array([kinds.index(kind) for _, _, kind in told])
    read = features([gist for gist, _, _ in told], text_encoder())
    hinted = np.array([each for _, each, _ in told], dtype=np.float64)
    names = ("heard_weights", "heard_bias", "heard", "heard_usual")
    return dict(zip(names, _fitted(np.hstack([read, hinted]), wanted, HEARD), strict=True))


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


def _heard(code: str, kinds: dict[str, list[Any]]) -> Iterator[Example]:
    """Give each question about comments once it is read, with its kind; "" for the others."""
    for kind, rows in kinds.items():
        name = LIKE.get(kind, kind)
        for number, row in enumerate(rows):
            wording = row if isinstance(row, str) else row[0]
            whole = filled(code, wording, number)
            for text in dict.fromkeys([whole, folded(whole), whole.rstrip("?？。. ")]):
                yield *_read(code, text), name if name in set(Voiced) else ""


def _examples(code: str, table: dict[str, Any]) -> Iterator[Example]:
    """Give what is left of each question once it is read, with its intent."""
    for intent, rows in table["dev"].items():
        for number, row in enumerate(rows):
            for text in dict.fromkeys(_texts(code, table["fill"], row[0], number)):
                yield *_read(code, text), intent


def _read(code: str, text: str) -> tuple[Gist, tuple[bool, ...]]:
    words = questions(code)
    matches = find_names(text, CATALOGUE, TODAY, words)
    plain = folded(without_names(text, matches))
    gist = gist_of(text, matches, read_times(plain, TODAY, words), TODAY)
    return gist, hints(" ".join(plain.split()), matches, words)


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
