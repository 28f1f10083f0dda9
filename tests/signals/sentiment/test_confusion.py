"""What a model misreads, and shares put right for it."""

from __future__ import annotations

import pytest

from signals import ConfigError, Confusion
from signals.artefacts import read_manifest
from signals.sentiment.bert import PACKAGED
from signals.sentiment.confusion import NEGATIVE, POSITIVE, confusion_in


def test_a_model_that_errs_never_needs_no_correction():
    right = Confusion.of([[5, 0, 0], [0, 5, 0], [0, 0, 5]])

    assert right.corrected(0.3, NEGATIVE) == pytest.approx(0.3)
    assert right.power(POSITIVE) == 1.0


def test_a_share_that_errors_alone_explain_is_none():
    made = Confusion.of([[8, 0, 2], [1, 4, 0], [1, 0, 9]])

    assert made.corrected(2 / 15, NEGATIVE) == pytest.approx(0.0)
    assert made.corrected(1.0, NEGATIVE) == 1.0


@pytest.mark.parametrize("calls", [[[1, 2], [3, 4]], [[1, 0, 0], [0, 0, 0], [0, 0, 1]]])
def test_what_is_no_table_of_calls_is_refused(calls):
    with pytest.raises(ConfigError, match="expected 3 rows"):
        Confusion.of(calls)


def test_the_model_that_ships_knows_its_confusion():
    confusion = confusion_in(read_manifest(PACKAGED))

    assert confusion is not None
    assert 0.7 < confusion.power(NEGATIVE) < 1.0
    assert confusion.corrected(0.3, NEGATIVE) < 0.3


def test_a_manifest_without_one_has_none():
    assert confusion_in({}) is None
    assert confusion_in({"confusion": [[1, 0, 0], [0, 0, 0], [0, 0, 1]]}) is None
