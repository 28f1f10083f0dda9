"""A tiny encoder in Hugging Face layout, and the demo shop in a lake, scored as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from signals import SALES, SCORES, Col, DemoWorld, Lake, build_demo_world
from tests.signals.few_sales import DAYS, sales

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake in which nothing was stored yet."""
    return Lake(tmp_path / "lake")


@pytest.fixture
def three_days(lake: Lake) -> Lake:
    """A lake with one day of sales a version."""
    for day in DAYS:
        with lake.batch() as batch:
            batch.add(SALES, sales(day))
    return lake


@pytest.fixture(scope="session")
def demo() -> DemoWorld:
    """The default demo world; do not change its frames."""
    return build_demo_world()


@pytest.fixture(scope="session")
def demo_lake(demo: DemoWorld, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with the demo world; the model ``meant`` scored its documents as they were meant."""
    lake = Lake(tmp_path_factory.mktemp("demo-lake"))
    said = demo.truth.documents
    meant = pd.DataFrame(
        {
            Col.DOC_ID: said[Col.DOC_ID],
            Col.MODEL_ID: "meant",
            Col.TEXT_HASH: demo.documents[Col.TEXT_HASH],
            Col.P_NEG: (said[Col.POLARITY] < 0).astype(float),
            Col.P_NEU: (said[Col.POLARITY] == 0).astype(float),
            Col.P_POS: (said[Col.POLARITY] > 0).astype(float),
            Col.POLARITY: said[Col.POLARITY].astype(float),
        }
    )
    with lake.batch() as batch:
        for table, frame in demo.feeds:
            batch.add(table, frame)
        batch.add(SCORES, meant)
    return lake
