"""What training gives, and how it is written for those who score."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from signals.artefacts import write_manifest
from signals.aspects import ASPECTS
from signals.sentiment.tuned_file import TUNED_FILE, save_tuned_parts
from signals.tuning.training_sets import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from signals.sentiment.network import SentimentNetwork
    from signals.sentiment.phrases import Phrases
    from signals.tuning.training_plan import TrainingPlan


@dataclass(slots=True)
class TunedModel:
    """What training gives: the best network, how it is calibrated, and one entry an epoch.

    ``phrase_shares`` says for each language how far ``phrases`` count beside the network.
    """

    network: SentimentNetwork
    temperatures: dict[str, float] = field(default_factory=dict)
    aspect_temperature: float = 1.0
    history: list[dict[str, float]] = field(default_factory=list)
    phrases: Phrases | None = None
    phrase_shares: dict[str, float] = field(default_factory=dict)


def save_tuned(
    model: TunedModel, plan: TrainingPlan, about: Mapping[str, Any], folder: Path
) -> None:
    """Write the tuned part, 8 bits a weight, with its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    save_tuned_parts(model.network.state_dict(), model.phrases, folder / TUNED_FILE)
    facts = {
        "labels": list(LABELS),
        "aspects": list(ASPECTS),
        "layers": plan.layers,
        "aspect_layers": model.network.own_layers,
        "temperatures": model.temperatures,
        "phrase_shares": model.phrase_shares,
        "aspect_temperature": model.aspect_temperature,
        "plan": asdict(plan),
        "history": model.history,
    }
    write_manifest(folder, {**facts, **about})
