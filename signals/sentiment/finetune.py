"""Tunes the top of the encoder for sentiment.

The frozen trunk reads every text once, so an epoch costs only the layers that learn. Texts of sets
that know no neutral are judged between negative and positive alone, so that they do not teach the
model that nothing is ever neutral.
"""

from __future__ import annotations

import copy
import logging
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from safetensors.torch import save_file
from scipy.optimize import minimize_scalar
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from signals.artefacts import write_manifest
from signals.frames import Col
from signals.progress import Progress, silent
from signals.sentiment.bert import TUNED_FILE, SentimentTop
from signals.sentiment.e5 import Precision
from signals.sentiment.score_quality import judge
from signals.sentiment.training_sets import LABELS, NEUTRAL, Part
from signals.sentiment.trunk_states import LabelledBatch, TrunkStates, labelled_rows, read_states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from signals.sentiment.e5 import E5
    from signals.sentiment.training_sets import LabelledSet

_LARGEST_NORM: Final = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How to train.

    Parameters
    ----------
    layers
        Layers of the encoder that learn, counted from the top.
    patience
        Epochs without a better validation figure before training stops.
    rate, head_rate
        Largest step of AdamW for the layers and for the new head.
    warm_up
        Share of training during which the step grows; after it the step falls to zero.
    budget
        Padded tokens in a batch.
    """

    layers: int = 4
    epochs: int = 2
    patience: int = 1
    rate: float = 1e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warm_up: float = 0.06
    budget: int = 3072
    max_tokens: int = 128
    seed: int = 7

    def __post_init__(self) -> None:
        if self.layers < 1 or self.epochs < 1:
            raise ValueError(f"layers {self.layers} and epochs {self.epochs} must be at least 1")


@dataclass(slots=True)
class TunedModel:
    """What training gives: the best top, a temperature a language, and one entry an epoch."""

    top: SentimentTop
    temperatures: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)


def finetune(
    e5: E5, sets: Sequence[LabelledSet], plan: TrainingPlan, *, progress: Progress = silent
) -> TunedModel:
    """Train on the training rows, stop early by the validation rows, then fit the temperatures."""
    rng = np.random.default_rng(plan.seed)
    shared = e5.depth - plan.layers
    with tempfile.TemporaryDirectory(prefix="groundswell-") as scratch, torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        train, validation = (
            read_states(
                e5, labelled_rows(sets, part), shared, plan.max_tokens, Path(scratch) / part,
                progress=progress,
            )
            for part in (Part.TRAIN, Part.VALIDATION)
        )  # fmt: skip
        training = Training(SentimentTop(e5, plan.layers), train, plan, e5.precision)
        return training.run(validation, rng, progress)


class Training:
    """The loop, and what it needs to remember between steps."""

    def __init__(
        self, top: SentimentTop, train: TrunkStates, plan: TrainingPlan, precision: Precision
    ) -> None:
        self._top = top
        self._train = train
        self._plan = plan
        self._fast = precision is Precision.BFLOAT16
        self._class_weights = _class_weights(train)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": top.layers.parameters(), "peak": plan.rate},
                {"params": top.out.parameters(), "peak": plan.head_rate},
            ],
            weight_decay=plan.weight_decay,
        )
        self._seen = 0

    def run(
        self, validation: TrunkStates, rng: np.random.Generator, progress: Progress
    ) -> TunedModel:
        """Train epoch by epoch; keep the weights of the best one."""
        best = TunedModel(self._top)
        best_f1, waited = -1.0, 0
        for epoch in range(1, self._plan.epochs + 1):
            loss = self._epoch(rng, progress)
            logits = self._predict(validation)
            f1 = mean_f1(logits, validation)
            best.history.append({"epoch": epoch, "loss": loss, "validation_f1": f1})
            logger.info("epoch %d: loss %.4f, validation macro-F1 %.4f", epoch, loss, f1)
            waited = 0 if f1 > best_f1 else waited + 1
            if waited == 0:
                best_f1, best.top = f1, copy.deepcopy(self._top).eval()
                best.temperatures = fit_temperatures(logits, validation)
            if waited > self._plan.patience:
                break
        return best

    def _epoch(self, rng: np.random.Generator, progress: Progress) -> float:
        self._top.train()
        total = self._plan.epochs * len(self._train)
        losses = []
        for batch in self._train.batches(self._plan.budget, rng):
            losses.append(self._step(batch))
            self._seen += len(batch.rows)
            progress("training", self._seen, total)
        return float(np.mean(losses))

    def _step(self, batch: LabelledBatch) -> float:
        with sdpa_kernel(SDPBackend.MATH):  # backward through torch's fused kernel is 1.5 x slower
            with torch.autocast("cpu", torch.bfloat16, enabled=self._fast):
                logits = self._top(batch.hidden, batch.mask)  # (B, 3)
            loss = masked_loss(logits, batch, self._class_weights)
            self._optimizer.zero_grad()
            loss.backward()
        nn.utils.clip_grad_norm_(self._top.parameters(), _LARGEST_NORM)
        share = self._step_share()
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * share
        self._optimizer.step()
        return loss.item()

    @torch.inference_mode()
    def _predict(self, states: TrunkStates) -> npt.NDArray[np.float32]:
        self._top.eval()
        logits = np.empty((len(states), len(LABELS)), dtype=np.float32)
        for batch in states.batches(self._plan.budget):
            with torch.autocast("cpu", torch.bfloat16, enabled=self._fast):
                logits[batch.rows] = self._top(batch.hidden, batch.mask).numpy()
        return logits

    def _step_share(self) -> float:
        """Grow to 1 during the warm-up, then fall to 0 at the last text of the last epoch."""
        done = (self._seen + 1) / (self._plan.epochs * len(self._train))
        warm_up = self._plan.warm_up
        return max(0.0, min(done / warm_up, (1 - done) / (1 - warm_up)))


def masked_loss(
    logits: torch.Tensor, batch: LabelledBatch, class_weights: torch.Tensor
) -> torch.Tensor:
    """Weigh the cross-entropy; where a set knows no neutral, that class does not stand."""
    shown = bar_neutral(logits, batch.has_neutral)
    losses = nn.functional.cross_entropy(shown, batch.labels, reduction="none")  # (B,)
    weights = batch.weights * torch.where(batch.has_neutral, class_weights[batch.labels], 1.0)
    return (losses * weights).sum() / weights.sum()


def bar_neutral(logits: torch.Tensor, has_neutral: torch.Tensor) -> torch.Tensor:
    """Take neutral out of the running where it could not be said; shape (B, 3)."""
    barred = torch.zeros_like(logits, dtype=torch.bool)
    barred[:, NEUTRAL] = ~has_neutral
    return logits.masked_fill(barred, -torch.inf)


def mean_f1(logits: npt.NDArray[np.float32], states: TrunkStates) -> float:
    """Average the macro-F1 of the sets, so that a large set counts as much as a small one."""
    labels = states.labels
    figures = [
        judge(logits[rows], labels[rows], has_neutral=has_neutral).macro_f1
        for _, has_neutral, rows in states.sets()
    ]
    return float(np.mean(figures))


def fit_temperatures(logits: npt.NDArray[np.float32], states: TrunkStates) -> dict[str, float]:
    """Find for each language the temperature by which chances fit the labels best.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, section 4.2. Here one temperature a
    language; rows of sets without neutral are judged between negative and positive.
    """
    shown = bar_neutral(torch.from_numpy(logits).double(), torch.from_numpy(states.has_neutral))
    labels = torch.from_numpy(states.labels)
    langs = states.rows[Col.LANG].to_numpy()
    return {
        str(lang): _fit_temperature(shown[langs == lang], labels[langs == lang])
        for lang in np.unique(langs)
    }


def _fit_temperature(logits: torch.Tensor, labels: torch.Tensor) -> float:
    def misfit(log_temperature: float) -> float:
        return float(nn.functional.cross_entropy(logits / np.exp(log_temperature), labels))

    found = minimize_scalar(misfit, bounds=(-1.5, 1.5), method="bounded")
    return round(float(np.exp(found.x)), 4)


def save_tuned(
    model: TunedModel, plan: TrainingPlan, about: Mapping[str, Any], folder: Path
) -> None:
    """Write the tuned part as float16 with its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: values.half().contiguous() for name, values in model.top.state_dict().items()}
    save_file(state, folder / TUNED_FILE)
    facts = {
        "labels": list(LABELS),
        "layers": plan.layers,
        "temperatures": model.temperatures,
        "plan": asdict(plan),
        "history": model.history,
    }
    write_manifest(folder, {**facts, **about})


def _class_weights(train: TrunkStates) -> torch.Tensor:
    """Weigh rare classes up, by the root of what would make them even."""
    counts = np.zeros(len(LABELS))
    for _, has_neutral, rows in train.sets():
        if has_neutral:
            counts += np.bincount(train.labels[rows], minlength=len(LABELS))
    counts = np.maximum(counts, 1)
    weights = np.sqrt(counts.mean() / counts)
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)
