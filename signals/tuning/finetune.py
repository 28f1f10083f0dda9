"""Tunes the upper layers of the encoder for sentiment and aspects.

First everything is learnt together, from all texts. Sentiment blurs what is said of one thing and
another; so the aspects then get a copy of the last layers, which learns alone from the texts in
which people marked aspects. What runs of tokens say is learnt apart, and added in the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from signals.progress import Progress, silent
from signals.sentiment.network import SentimentNetwork
from signals.tuning.adapters import add_adapters, melted
from signals.tuning.loop import Training
from signals.tuning.phrase_weights import learn_phrases
from signals.tuning.reading import mean_f1, predict_sentiment, predict_spans, share_right
from signals.tuning.temperatures import fit_calibration, fit_temperature
from signals.tuning.tuned_model import TunedModel

if TYPE_CHECKING:
    from pathlib import Path

    from signals.sentiment.e5 import E5
    from signals.tuning.examples import Examples
    from signals.tuning.training_plan import TrainingPlan


def finetune(
    e5: E5,
    train: Examples,
    validation: Examples,
    plan: TrainingPlan,
    *,
    keep: Path | None = None,
    progress: Progress = silent,
) -> TunedModel:
    """Train on some examples, stop early by others, then fit the temperatures.

    Parameters
    ----------
    e5
        Best in float32; where it calculates in bfloat16, so do the batches here.
    keep
        Folder of checkpoints; None keeps none. Training goes on from what it finds there.

    Raises
    ------
    ConfigError
        When ``keep`` holds the checkpoint of another training.
    """
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        network = SentimentNetwork(e5, plan.layers)
        if plan.adapter_rank is not None:
            add_adapters(network.layers, plan.adapter_rank)
        together = Training(e5, network, train, plan, keep and keep / "together")

        def sentiment_quality(judged: SentimentNetwork) -> float:
            return mean_f1(predict_sentiment(judged, e5, validation, plan.budget), validation)

        network = together.run(sentiment_quality, "macro-F1", progress)
        if plan.adapter_rank is not None:
            network.layers = melted(network.layers)
        marked = train.marked()
        if plan.aspect_layers and len(marked):
            network.give_aspects_layers(min(plan.aspect_layers, plan.layers))
            plan_alone = replace(plan, epochs=plan.aspect_epochs, patience=plan.aspect_epochs)
            alone = Training(e5, network, marked, plan_alone, keep and keep / "aspects")

            def aspect_quality(judged: SentimentNetwork) -> float:
                return share_right(*predict_spans(judged, e5, validation, plan.budget))

            network = alone.run(aspect_quality, "accuracy", progress)
        logits, labels = predict_spans(network, e5, validation, plan.budget)
        phrases = learn_phrases(train, plan.seed)
        said = predict_sentiment(network, e5, validation, plan.budget)
        beside = phrases.logits(validation.tokens(np.arange(len(validation))))
        temperatures, shares = fit_calibration(said, beside, validation)
        return TunedModel(
            network.cpu().eval(),
            temperatures,
            fit_temperature([(logits, labels)]) if len(labels) else 1.0,
            together.history,
            phrases,
            shares,
        )
