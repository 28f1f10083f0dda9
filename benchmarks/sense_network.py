"""Tunes the upper layers of the encoder, with four heads, to what questions ask for."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from sense_examples import GOODS
from torch import nn

from agent import Intent
from agent.understanding.sense import ASKED_OF, aspects_found
from agent.understanding.voiced import Voiced
from signals.sentiment.e5 import Prefix
from signals.sentiment.layers import learning_copy, mean_pool, run_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from sense_examples import Example

    from signals.sentiment.e5 import E5

KINDS: Final = ("", *Voiced)
INTENTS: Final = tuple(Intent)
LAYERS, EPOCHS, BATCH, LONGEST = 8, 4, 32, 48
SHARE = {True: 0.7, False: 0.35}
"""Of the examples about comments, and of the others, so many are seen in an epoch."""
RATE, HEAD_RATE, DECAY, DROPPED, SMOOTHED, WARM = 1e-4, 2e-3, 1e-2, 0.1, 0.05, 0.1
UNKNOWN = -100
_HELD_OUT = 8


@dataclass(frozen=True)
class Cached:
    """What the lower layers make of the examples, and what is known of them."""

    states: list[torch.Tensor]
    beside: torch.Tensor
    labels: torch.Tensor
    names: list[torch.Tensor]


class Network(nn.Module):
    """Upper layers; intents and kinds read the mean of the tokens, aspects what speaks of one."""

    def __init__(self, e5: E5, beside: int) -> None:
        super().__init__()
        self.layers = learning_copy(e5.section(e5.depth - LAYERS, e5.depth))
        self.dropout = nn.Dropout(DROPPED)
        self.asked = nn.Linear(e5.dim, 1, bias=False)
        wide = e5.dim + beside
        self.heads = nn.ModuleList(nn.Linear(wide, len(n)) for n in (INTENTS, KINDS, ASKED_OF))
        self.names = nn.Linear(e5.dim, 1)

    def forward(
        self, hidden: torch.Tensor, mask: torch.Tensor, beside: torch.Tensor
    ) -> tuple[list[torch.Tensor], torch.Tensor]:
        """Give the logits of the three heads, and of every token that it names a thing."""
        states = run_layers(self.layers, hidden, mask)  # (B, T, W)
        shares = self.asked(states).squeeze(-1).masked_fill(~mask, -1e9).softmax(1)
        gathered = (shares.unsqueeze(-1) * states).sum(1)
        mean = mean_pool(states, mask)
        said = [
            head(torch.cat([self.dropout(pooled), beside], 1))
            for head, pooled in zip(self.heads, (mean, mean, gathered), strict=True)
        ]
        return said, self.names(self.dropout(states)).squeeze(-1)


def tuned(e5: E5, examples: Sequence[Example], *, hold_out: bool) -> dict[str, torch.Tensor]:
    """Tune layers and heads; give them by the names that `agent.understanding.sense` reads."""
    torch.manual_seed(0)
    cached = _cached(e5, examples)
    held = np.array([hold_out and _is_held_out(each) for each in examples])
    voiced = np.array([_is_voiced(each) for each in examples])
    network = Network(e5, cached.beside.shape[1])
    own = list(network.layers.parameters())
    others = [each for name, each in network.named_parameters() if not name.startswith("layers")]
    rates = [RATE, HEAD_RATE]
    groups = [{"params": some, "lr": rate} for some, rate in zip((own, others), rates, strict=True)]
    rule = torch.optim.AdamW(groups, weight_decay=DECAY)
    rng = np.random.default_rng(0)
    plans = [_batches(rng, ~held, voiced, cached) for _ in range(EPOCHS)]
    steps = sum(map(len, plans))
    pace = torch.optim.lr_scheduler.OneCycleLR(rule, rates, total_steps=steps, pct_start=WARM)
    for epoch, batches in enumerate(plans):
        began = time.perf_counter()
        network.train()
        for batch in batches:
            rule.zero_grad()
            _loss(network, cached, batch).backward()
            rule.step()
            pace.step()
        print(f"epoch {epoch}: {time.perf_counter() - began:.0f} s", flush=True)
        if hold_out:
            _tell(network, cached, np.flatnonzero(held & voiced), "of comments")
            _tell(network, cached, np.flatnonzero(held & ~voiced), "others")
    return _state(network)


def _cached(e5: E5, examples: Sequence[Example]) -> Cached:
    texts = [each.gist.text for each in examples]
    tokens = e5.tokens(texts, Prefix.QUERY, LONGEST)
    states: list[torch.Tensor] = [torch.empty(0)] * len(texts)
    for batch in e5.trunk(tokens, e5.depth - LAYERS):
        for row, hidden, mask in zip(batch.rows, batch.hidden, batch.mask, strict=True):
            states[row] = hidden[mask].half().clone()
    beside = np.array([
        [*each.gist.traits, *each.hinted, *aspects_found(each.gist.text)] for each in examples
    ], dtype=np.float32)  # fmt: skip
    labels = [
        [_place(INTENTS, each.intent), _place(KINDS, each.kind), _place(ASKED_OF, each.aspect)]
        for each in examples
    ]
    names = [_named(e5, each, len(ids)) for each, ids in zip(examples, tokens, strict=True)]
    return Cached(states, torch.from_numpy(beside), torch.tensor(labels), names)


def _place(among: Sequence[str], told: str | None) -> int:
    return UNKNOWN if told is None else list(among).index(told)


def _named(e5: E5, example: Example, tokens: int) -> torch.Tensor:
    """Mark the tokens that name things; those of goods that wordings hold are not known."""
    if example.names is None:
        return torch.full((tokens,), float(UNKNOWN))
    marks = torch.zeros(tokens)
    text = example.gist.text
    common = [
        (start, start + len(word))
        for word in GOODS[example.language].split()
        if (start := text.find(word)) >= 0
    ]
    spans = [*common, *example.names]
    for place, (first, last) in enumerate(e5.locate(text, spans, Prefix.QUERY) if spans else ()):
        marks[first:last] = UNKNOWN if place < len(common) else 1.0
    return marks


def _batches(
    rng: np.random.Generator,
    seen: npt.NDArray[np.bool_],
    voiced: npt.NDArray[np.bool_],
    cached: Cached,
) -> list[npt.NDArray[np.int64]]:
    """Pick the examples of an epoch, in batches of like length."""
    chance = np.where(voiced, SHARE[True], SHARE[False])
    picked = rng.permutation(np.flatnonzero(seen & (rng.random(len(seen)) < chance)))
    lengths = np.array([len(states) for states in cached.states])
    batches = []
    for start in range(0, len(picked), 20 * BATCH):
        some = picked[start : start + 20 * BATCH]
        some = some[np.argsort(lengths[some], kind="stable")]
        batches += [some[at : at + BATCH] for at in range(0, len(some), BATCH)]
    return [batches[place] for place in rng.permutation(len(batches))]


def _padded(cached: Cached, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, ...]:
    states = [cached.states[row].float() for row in rows]
    hidden = nn.utils.rnn.pad_sequence(states, batch_first=True)
    counts = torch.tensor([len(each) for each in states])
    mask = torch.arange(hidden.shape[1]) < counts[:, None]
    marks = nn.utils.rnn.pad_sequence(
        [cached.names[row] for row in rows], batch_first=True, padding_value=UNKNOWN
    )
    return hidden, mask, cached.beside[rows], marks


def _loss(network: Network, cached: Cached, rows: npt.NDArray[np.int64]) -> torch.Tensor:
    hidden, mask, beside, marks = _padded(cached, rows)
    said, names = network(hidden, mask, beside)
    loss = hidden.new_zeros(())
    for place, logits in enumerate(said):
        wanted = cached.labels[rows, place]
        if bool((wanted != UNKNOWN).any()):
            loss = loss + nn.functional.cross_entropy(
                logits, wanted, ignore_index=UNKNOWN, label_smoothing=SMOOTHED
            )
    known = marks != UNKNOWN
    told: torch.Tensor = loss + nn.functional.binary_cross_entropy_with_logits(
        names[known], marks[known]
    )
    return told


@torch.inference_mode()
def _tell(network: Network, cached: Cached, rows: npt.NDArray[np.int64], what: str) -> None:
    """Print how often each head is right on wordings left out."""
    network.eval()
    right: list[list[Any]] = [[], [], [], [], []]
    for start in range(0, len(rows), 256):
        some = rows[start : start + 256]
        hidden, mask, beside, marks = _padded(cached, some)
        said, names = network(hidden, mask, beside)
        for place, logits in enumerate(said):
            wanted = cached.labels[some, place]
            known = wanted != UNKNOWN
            right[place] += (logits.argmax(1) == wanted)[known].tolist()
        right[3] += (names > 0)[marks == 1].tolist()
        right[4] += (names <= 0)[marks == 0].tolist()
    told = zip(("intents", "kinds", "aspects", "names", "no names"), right, strict=True)
    shares = ", ".join(f"{name} {np.mean(each):.3f}" for name, each in told if each)
    print(f"  {what}: {shares}", flush=True)


def _state(network: Network) -> dict[str, torch.Tensor]:
    names = ("intents", "kinds", "aspects")
    state = {f"layers.{name}": each for name, each in network.layers.state_dict().items()}
    for name, head in zip(names, network.heads, strict=True):
        state[name], state[f"{name}.bias"] = head.weight, head.bias
    state["asked"] = network.asked.weight[0]
    state["names"], state["names.bias"] = network.names.weight[0], network.names.bias
    return {name: each.detach().clone() for name, each in state.items()}


def _is_held_out(example: Example) -> bool:
    return zlib.crc32(example.wording.encode()) % _HELD_OUT == 0


def _is_voiced(example: Example) -> bool:
    return bool(example.kind) or (example.intent is None)
