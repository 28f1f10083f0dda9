"""A temperature undoes exaggeration, and other logits count as far as they help."""

from __future__ import annotations

import numpy as np
import pytest

from signals.tuning.examples import Example, Examples
from signals.tuning.temperatures import fit_calibration, fit_temperature


def drawn(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw labels as often as the logits say."""
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (chances.cumsum(axis=1) < rng.random((len(logits), 1))).sum(axis=1)


def test_logits_three_times_too_large_are_divided_by_three() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 1.5, (6000, 3))

    temperature = fit_temperature([(3 * logits, drawn(logits, rng))])

    assert temperature == pytest.approx(3, rel=0.08)


def test_each_language_gets_its_own_and_its_sets_count_alike() -> None:
    rng = np.random.default_rng(4)
    true = {"en": rng.normal(0, 1.5, (6000, 3)), "zh": rng.normal(0, 1.5, (6000, 3))}
    examples, logits = [], []
    for lang, factor in (("en", 2.0), ("zh", 0.5)):
        labels = drawn(true[lang], rng)
        examples += [Example([0], f"set-{lang}", lang, int(label)) for label in labels]
        logits.append(factor * true[lang])

    said = np.concatenate(logits).astype(np.float32)
    found, _ = fit_calibration(said, np.zeros_like(said), Examples(examples, 0))

    assert found == {"en": pytest.approx(2, rel=0.1), "zh": pytest.approx(0.5, rel=0.1)}


def test_a_set_without_neutral_is_judged_between_the_other_two() -> None:
    rng = np.random.default_rng(5)
    pair = rng.normal(0, 1.5, (6000, 2))
    labels = 2 * drawn(pair, rng)
    logits = np.insert(2.0 * pair, 1, 50.0, axis=1)  # neutral would win every time
    examples = Examples(
        [Example([0], "two", "pt", int(label), has_neutral=False) for label in labels], 0
    )

    said = logits.astype(np.float32)
    found, _ = fit_calibration(said, np.zeros_like(said), examples)

    assert found == {"pt": pytest.approx(2, rel=0.1)}


def test_other_logits_count_by_what_they_add_and_not_at_all_where_they_are_noise() -> None:
    rng = np.random.default_rng(6)
    seen, unseen = rng.normal(0, 1.5, (2, 12_000, 3))
    examples, beside = [], []
    for lang, rows, other in (("en", slice(0, 6000), 2 * unseen), ("zh", slice(6000, None), None)):
        labels = drawn(seen[rows] + unseen[rows] * (other is not None), rng)
        examples += [Example([0], f"set-{lang}", lang, int(label)) for label in labels]
        beside.append(rng.normal(0, 1.5, (6000, 3)) if other is None else other[rows])

    _, shares = fit_calibration(
        seen.astype(np.float32), np.concatenate(beside).astype(np.float32), Examples(examples, 0)
    )

    assert shares == {"en": pytest.approx(0.5, rel=0.1), "zh": pytest.approx(0, abs=0.03)}
